//! The caller of the meters, and the networks that the operator put.

use super::catalog::text;
use super::listed::{Held, Listed};
use super::rows::number;
use super::{Error, Store};
use crate::clock;
use crate::durable::wire::{self, MeterCommand, MeterReply};
use futures_util::future::{Either, select};
use roadstead_shared::tier::{Networks, Subject};
use std::pin::pin;
use std::time::Duration;
use worker::Delay;

thread_local! {
    static HELD: Held<Networks> = const { Held::new() };
}

/// What the list is called, in the bucket and among the rows for people.
const NAME: &str = "networks";

/// Networks without a limit, beside those of the setting.
pub const NETWORKS: Listed<Networks> = Listed::new(NAME, &HELD);

impl Store {
    /// Writes the networks down for people, and who put them.
    pub async fn note_networks(&self, actor: &str, networks: &Networks) -> Result<(), Error> {
        let sql = "INSERT INTO operator_lists (name, document, changed_at_ms) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET document = ?2, changed_at_ms = ?3";
        let document = serde_json::json!(networks).to_string();
        let values = [text(NAME), text(&document), number(clock::now_ms())];
        let counts = serde_json::json!({
            "ranges": networks.ranges.len(), "asns": networks.asns.len(),
        });
        let change = self.change()?.with(sql, &values)?;
        change.noted(actor, "networks.changed", NAME, &counts)?.make().await
    }

    /// Says `command` to the meter of `subject`, which has `patience` to answer.
    pub async fn ask_meter(
        &self,
        subject: &Subject,
        command: &MeterCommand,
        patience: Duration,
    ) -> Result<MeterReply, Error> {
        let stub = self.env.durable_object(wire::METER)?.get_by_name(&subject.to_string())?;
        let (call, end) = (pin!(wire::call(&stub, command)), pin!(Delay::from(patience)));
        let reply = match select(call, end).await {
            Either::Left((reply, _)) => reply.map_err(Error::from),
            Either::Right(_) => Err(Error::Backend("it did not answer in time".to_owned())),
        };
        if let Err(error) = &reply {
            // Nothing fails by it; only here is it ever said.
            let failure = error.to_string();
            let line = serde_json::json!({ "meter": subject.to_string(), "failure": failure });
            worker::console_error!("{line}");
        }
        reply
    }
}
