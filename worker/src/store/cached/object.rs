//! The caller of the rules' objects.

use crate::clock;
use crate::durable::wire::{self, UPSTREAM, UpstreamCall, UpstreamCommand, UpstreamReply};
use crate::store::{Error, Store};
use std::time::Duration;

/// How long a rule's object may take: it may have to make room first.
const PATIENCE: Duration = Duration::from_secs(30);

impl Store {
    /// Says `command` to the object of the rule `prefix`, a manifest's bytes with it where it is about
    /// one. Fails where it does not answer within 30 s; what was asked for may happen all the same.
    pub async fn ask_upstream(
        &self,
        prefix: &str,
        command: UpstreamCommand,
        body: Option<&[u8]>,
    ) -> Result<UpstreamReply, Error> {
        let stub = self.env.durable_object(UPSTREAM)?.get_by_name(prefix)?;
        let call = UpstreamCall { prefix: prefix.to_owned(), command };
        let reply = clock::within(PATIENCE, async {
            match body {
                Some(body) => wire::call_with_body(&stub, &call, body).await,
                None => wire::call(&stub, &call).await,
            }
        });
        match reply.await {
            Some(reply) => Ok(reply?),
            None => Err(Error::Backend("the rule's object did not answer in time".to_owned())),
        }
    }
}
