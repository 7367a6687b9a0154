//! The caller of the meters, and the networks that the operator put.

use super::listed::{Held, Listed};
use super::{Error, Store};
use crate::durable::wire::{self, MeterCommand, MeterReply};
use futures_util::future::{Either, select};
use roadstead_shared::tier::{Networks, Subject};
use std::pin::pin;
use std::time::Duration;
use worker::Delay;

thread_local! {
    static HELD: Held<Networks> = const { Held::new() };
}

/// Networks without a limit, beside those of the setting.
pub const NETWORKS: Listed<Networks> = Listed::new("networks", &HELD);

impl Store {
    /// Says `command` to the meter of `subject`, which has `patience` to answer.
    pub async fn ask_meter(
        &self,
        subject: &Subject,
        command: &MeterCommand,
        patience: Duration,
    ) -> Result<MeterReply, Error> {
        let stub = self.env.durable_object(wire::METER)?.get_by_name(&subject.to_string())?;
        match select(pin!(wire::call(&stub, command)), pin!(Delay::from(patience))).await {
            Either::Left((reply, _)) => Ok(reply?),
            Either::Right(_) => Err(Error::Backend("the meter did not answer in time".to_owned())),
        }
    }
}
