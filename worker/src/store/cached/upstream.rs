//! The callers of the rules' objects and of the fills.

use crate::clock::within;
use crate::config;
use crate::durable::wire::{self, FillCall, FillReply};
use crate::durable::wire::{UpstreamCall, UpstreamCommand, UpstreamReply};
use crate::store::{Error, Store};
use roadstead_shared::import::Credentials;
use roadstead_shared::upstream::{Rule, Rules};
use std::rc::Rc;
use std::time::Duration;
use web_sys::ReadableStream;

/// How long a rule's object has to reply.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a fill has: it replies that there is nothing yet long before.
const FILL_PATIENCE: Duration = Duration::from_secs(90);

impl Store {
    /// Says `command` to the object of the rule with this prefix, with `body` where it goes along.
    pub async fn ask_upstream(
        &self,
        prefix: &str,
        command: UpstreamCommand,
        body: Option<&[u8]>,
    ) -> Result<UpstreamReply, Error> {
        let stub = self.env.durable_object(wire::UPSTREAM)?.get_by_name(prefix)?;
        let call = UpstreamCall { prefix: prefix.to_owned(), command };
        let reply = async {
            match body {
                Some(body) => wire::call_with_body(&stub, &call, body).await,
                None => wire::call(&stub, &call).await,
            }
        };
        within(PATIENCE, reply).await.ok_or_else(late)?.map_err(Error::from)
    }

    /// Asks a fill; also the bytes that come along with its reply.
    pub async fn ask_fill(
        &self,
        call: &FillCall,
    ) -> Result<(FillReply, Option<ReadableStream>), Error> {
        let stub = self.env.durable_object(wire::FILL)?.get_by_name(&call.object())?;
        let reply = wire::call_for_body(&stub, call);
        within(FILL_PATIENCE, reply).await.ok_or_else(late)?.map_err(Error::from)
    }

    /// What the registry of `rule` is shown, where the rule has an account.
    pub fn registry_account(&self, rule: &Rule) -> Option<Credentials> {
        config::credentials(&self.env, rule)
    }

    /// The rules.
    pub fn rules(&self) -> Rc<Rules> {
        config::rules(&self.env)
    }
}

fn late() -> Error {
    Error::Backend("it did not answer in time".to_owned())
}
