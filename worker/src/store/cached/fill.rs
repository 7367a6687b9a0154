//! The caller of the fills.

use crate::clock::within;
use crate::config;
use crate::durable::wire::{self, FillCall, FillReply};
use crate::store::{Error, Store};
use roadstead_shared::import::Credentials;
use roadstead_shared::upstream::{Rule, Rules};
use std::rc::Rc;
use std::time::Duration;
use web_sys::ReadableStream;

/// How long a fill has: it replies that there is nothing yet long before.
const PATIENCE: Duration = Duration::from_secs(90);

impl Store {
    /// Asks a fill; also the bytes that come along with its reply.
    pub async fn ask_fill(
        &self,
        call: &FillCall,
    ) -> Result<(FillReply, Option<ReadableStream>), Error> {
        let stub = self.env.durable_object(wire::FILL)?.get_by_name(&call.object())?;
        let reply = wire::call_for_body(&stub, call);
        within(PATIENCE, reply).await.ok_or_else(late)?.map_err(Error::from)
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
