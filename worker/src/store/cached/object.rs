//! The caller of the rules' objects.

use crate::clock;
use crate::durable::wire::{self, UPSTREAM, UpstreamCall, UpstreamCommand, UpstreamReply};
use crate::store::catalog::text;
use crate::store::rows::number;
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

    /// Writes down for people how the rules stand.
    pub async fn note_upstreams(&self, document: &serde_json::Value) -> Result<(), Error> {
        let sql = "INSERT INTO operator_lists (name, document, changed_at_ms) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET document = ?2, changed_at_ms = ?3";
        let values = [text("upstreams"), text(&document.to_string()), number(clock::now_ms())];
        self.change()?.with(sql, &values)?.make().await
    }
}
