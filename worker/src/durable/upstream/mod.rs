//! `Upstream`: one object a rule. It knows how the registry is and what it wants to be shown, who has
//! caused how many misses, and every object that rests here of it, against the budget.
//!
//! Invariants: what is written under the rule's root is noted before, and forgotten after it is gone,
//! so that the sum is never less than what rests; the sum never passes the budget; tags, manifests and
//! links are written and removed here only, one change at a time; what names goes before what is
//! named. Every command can be given again.

mod asking;
mod awaiting;
mod finding;
mod keeping;
mod ledger;
mod looking;
mod purging;
mod refreshing;
mod report;
mod returning;
mod room;
mod shown;

use super::alarm;
use super::wire::{self, UpstreamCall, UpstreamCommand, UpstreamReply};
use crate::clock;
use crate::config;
use crate::store::Store;
use asking::Asking;
use awaiting::Awaiting;
use futures_util::lock::Mutex;
use keeping::New;
use ledger::Ledger;
use roadstead_shared::upstream::Rule;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, SqlStorage, State, durable_object};

/// The object.
#[durable_object]
pub struct Upstream {
    state: State,
    env: Env,
    sql: SqlStorage,
    is_prepared: Cell<bool>,
    prefix: RefCell<String>,
    /// Who has it may change what rests.
    turn: Mutex<()>,
    /// Whether a change may have been left in the middle.
    is_unsure: Cell<bool>,
    asking: RefCell<Asking>,
    awaiting: Awaiting,
}

impl DurableObject for Upstream {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        Self {
            state,
            env,
            sql,
            is_prepared: Cell::new(false),
            prefix: RefCell::default(),
            turn: Mutex::new(()),
            is_unsure: Cell::new(true),
            asking: RefCell::default(),
            awaiting: Awaiting::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let (call, document): (UpstreamCall, _) = wire::command_with_body(&mut request).await?;
        self.learn(&call.prefix).await?;
        let reply = self.step(call.command, document).await?;
        wire::reply(&reply)
    }

    async fn alarm(&self) -> Result<Response> {
        let looked = self.look().await;
        let failed = alarm::report("upstream", looked.as_ref().err());
        self.schedule(failed).await?;
        Response::empty()
    }
}

/// The rule's prefix, among what is known about it.
const PREFIX: &str = "prefix";

impl Upstream {
    async fn step(&self, command: UpstreamCommand, document: Vec<u8>) -> Result<UpstreamReply> {
        match command {
            UpstreamCommand::Ask { name, subject, is_counted } => {
                self.ask(&name, &subject, is_counted)
            }
            UpstreamCommand::Said { name, shown, answer } => {
                if self.said(&name, shown, answer)? {
                    let gone_back = self.change(self.go_back()).await;
                    alarm::report("upstream", gone_back.as_ref().err());
                }
                Ok(UpstreamReply::Done)
            }
            UpstreamCommand::Used(used) => self.used(&used),
            UpstreamCommand::Report => Ok(UpstreamReply::Report(Box::new(self.report()?))),
            UpstreamCommand::Refresh { name, tag } => {
                self.refresh(name.as_ref(), tag.as_ref()).await
            }
            command => self.change(self.changed(command, document)).await,
        }
    }

    /// What changes what rests, one at a time.
    async fn changed(&self, command: UpstreamCommand, document: Vec<u8>) -> Result<UpstreamReply> {
        match command {
            UpstreamCommand::Reserve { fill, digest, bytes } => {
                self.reserve(&fill, &digest, bytes).await
            }
            UpstreamCommand::Abandon { fill } => self.abandon(&fill).await,
            UpstreamCommand::KeepBlob { fill, name, digest, body } => {
                self.keep_blob(&fill, &name, &digest, &body).await
            }
            UpstreamCommand::KeepManifest { name, tag, digest, media_type } => {
                let new = New { name: &name, digest: &digest, media_type: &media_type };
                self.keep_manifest(new, tag.as_ref(), &document).await
            }
            UpstreamCommand::Confirm { name, tag, digest } => {
                self.confirm(&name, &tag, &digest).await
            }
            UpstreamCommand::Gone { name, tag } => self.gone(&name, &tag).await,
            UpstreamCommand::Find { name, digest } => self.find(&name, &digest).await,
            UpstreamCommand::Purge { name, reference } => {
                self.purge(name.as_ref(), reference.as_ref()).await
            }
            UpstreamCommand::Ask { .. }
            | UpstreamCommand::Said { .. }
            | UpstreamCommand::Used(_)
            | UpstreamCommand::Refresh { .. }
            | UpstreamCommand::Report => Ok(UpstreamReply::Done),
        }
    }

    /// Remembers which rule this is, for the alarm.
    async fn learn(&self, prefix: &str) -> Result<()> {
        if *self.prefix.borrow() == prefix {
            return Ok(());
        }
        if self.ledger()?.about(PREFIX)?.is_none() {
            self.change(self.begin(prefix)).await?;
        }
        self.prefix.replace(prefix.to_owned());
        self.schedule(false).await
    }

    /// Begins an empty ledger. What rests already is in none: it goes.
    async fn begin(&self, prefix: &str) -> Result<()> {
        let (store, ledger) = (self.store()?, self.ledger()?);
        if ledger.about(PREFIX)?.is_some() {
            return Ok(());
        }
        while store.remove_cached_page(prefix).await?.1 {}
        ledger.note(PREFIX, prefix)
    }

    /// The rule's prefix; empty in an object that was never called.
    fn prefix(&self) -> Result<String> {
        if self.prefix.borrow().is_empty()
            && let Some(prefix) = self.ledger()?.about(PREFIX)?
        {
            self.prefix.replace(prefix);
        }
        Ok(self.prefix.borrow().clone())
    }

    /// The rule; `None` where the operator has taken it away.
    fn rule(&self) -> Result<Option<Rc<Rule>>> {
        Ok(config::rules(&self.env).by_prefix(&self.prefix()?).cloned())
    }

    fn ledger(&self) -> Result<Ledger<'_>> {
        let ledger = Ledger::new(&self.sql);
        if !self.is_prepared.get() {
            ledger.prepare()?;
            self.is_prepared.set(true);
        }
        Ok(ledger)
    }

    fn store(&self) -> Result<Store> {
        Ok(Store::new(&self.env)?)
    }

    fn now_ms() -> u64 {
        clock::now_ms()
    }
}
