//! `Import`: one object an import from another registry. Its alarm takes the steps.
//!
//! Invariants: what is to do and what is done is written down after every step, so that a runtime
//! that ends at any moment loses at most the step that it was in, and each step can be taken again;
//! the password at the source rests here only, and only while the import runs; what is over is
//! forgotten after a day.

mod copying;
mod ledger;
mod work;

use super::wire::{self, ImportCommand, ImportReply};
use crate::clock;
use ledger::Record;
use roadstead_shared::import::{Credentials, Order, Progress};
use std::cell::Cell;
use std::time::Duration;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// How long what is over can be asked for, in ms.
const KEPT_MS: u64 = 24 * 60 * 60 * 1000;

/// When somebody looks whether the steps still go on that began now: the runtime may have ended.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// The object.
#[durable_object]
pub struct Import {
    state: State,
    env: Env,
    /// Whether steps are being taken just now.
    works: Cell<bool>,
    /// Whether somebody ended it: nothing is written any more.
    is_cancelled: Cell<bool>,
    /// How much has come of the blob that is being copied, in bytes.
    flowing: Cell<u64>,
}

impl DurableObject for Import {
    fn new(state: State, env: Env) -> Self {
        let (works, is_cancelled) = (Cell::new(false), Cell::new(false));
        Self { state, env, works, is_cancelled, flowing: Cell::new(0) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let command: ImportCommand = wire::command(&mut request).await?;
        let reply = match command {
            ImportCommand::Begin(order, credentials) => self.begin(*order, credentials).await?,
            ImportCommand::Report => self.report().await?,
            ImportCommand::Cancel => self.cancel().await?,
        };
        wire::reply(&reply)
    }

    async fn alarm(&self) -> Result<Response> {
        match self.load().await? {
            Some(record) if record.progress == Progress::Running => {
                if !self.works.replace(true) {
                    // If this never comes back, somebody looks.
                    self.state.storage().set_alarm(LOOK_AGAIN).await?;
                    let worked = self.work(record).await;
                    self.works.set(false);
                    worked?;
                }
            }
            Some(record) => {
                let over_ms = record.ended_ms.saturating_add(KEPT_MS);
                let left_ms = over_ms.saturating_sub(clock::now_ms());
                if left_ms > 0 {
                    self.state.storage().set_alarm(Duration::from_millis(left_ms)).await?;
                } else {
                    self.forget().await?;
                }
            }
            // It was never begun to its end: nothing may be left of it.
            None => self.forget().await?,
        }
        Response::empty()
    }
}

impl Import {
    async fn begin(&self, order: Order, credentials: Option<Credentials>) -> Result<ImportReply> {
        let now_ms = clock::now_ms();
        let Ok(record) = Record::new(order, now_ms) else { return Ok(ImportReply::Unknown) };
        // Before anything is written: if this ends in the middle, somebody removes it.
        self.state.storage().set_alarm(LOOK_AGAIN).await?;
        self.save_credentials(credentials).await?;
        self.save(&record).await?;
        self.state.storage().set_alarm(Duration::ZERO).await?;
        Ok(self.reply(&record))
    }

    async fn report(&self) -> Result<ImportReply> {
        let Some(record) = self.load().await? else { return Ok(ImportReply::Unknown) };
        if record.progress == Progress::Running && !self.works.get() {
            // Whoever asks sees to it that it goes on.
            let wait_ms = record.not_before_ms.saturating_sub(clock::now_ms());
            super::alarm::schedule_within(&self.state.storage(), wait_ms).await?;
        }
        Ok(self.reply(&record))
    }

    fn reply(&self, record: &Record) -> ImportReply {
        let id = self.state.id().to_string();
        let report = record.report(id, self.flowing.get());
        ImportReply::Report(record.order.target.clone(), Box::new(report))
    }

    async fn cancel(&self) -> Result<ImportReply> {
        self.is_cancelled.set(true);
        self.forget().await?;
        Ok(ImportReply::Done)
    }

    async fn forget(&self) -> Result<()> {
        self.state.storage().delete_alarm().await?;
        self.state.storage().delete_all().await
    }
}
