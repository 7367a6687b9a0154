//! `Namespace`: one object a namespace. It counts what the repositories of the namespace keep, each
//! blob and manifest once and again for each tag, and what unfinished uploads were promised, against the quota. Pulls never
//! touch it.
//!
//! Invariants: whoever writes a link, a manifest or a slice has been told before that it fits;
//! nothing is uncounted before it is gone. Every command can be given again. Decisions are made
//! without waiting for anything, so that two of them never see the same room.

mod ledger;
mod promises;
mod survey;

use super::alarm;
use super::wire::{self, Counted, Kind, NamespaceCall, NamespaceCommand, Thing, Wish};
use super::wire::{NamespaceRefused, NamespaceReply};
use crate::clock;
use crate::config;
use crate::store::Store;
use futures_util::lock::Mutex;
use ledger::Ledger;
use roadstead_shared::storage::Standing;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use worker::{DurableObject, Env, Request, Response, Result, SqlStorage, State, durable_object};

/// The namespace's name in the object's storage.
const NAME: &str = "name";
/// What is known of the quota, in the object's storage.
const QUOTA: &str = "quota";
/// How soon people see what changed, in ms.
const SOON_MS: u64 = 2_000;

type Reply = std::result::Result<NamespaceReply, NamespaceRefused>;

/// What is known of the quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Quota {
    /// One of its own, in bytes.
    own: Option<u64>,
    /// Whether somebody owns the namespace: only then the setting is its quota.
    is_owned: bool,
}

/// The object.
#[durable_object]
pub struct Namespace {
    state: State,
    env: Env,
    sql: SqlStorage,
    is_prepared: Cell<bool>,
    is_whole: Cell<bool>,
    surveying: Mutex<()>,
    quota: Cell<Option<Quota>>,
    /// What people see, once it was written.
    shown: Cell<Option<u64>>,
    is_scheduled: Cell<bool>,
}

impl DurableObject for Namespace {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        Self {
            state,
            env,
            sql,
            is_prepared: Cell::new(false),
            is_whole: Cell::new(false),
            surveying: Mutex::new(()),
            quota: Cell::new(None),
            shown: Cell::new(None),
            is_scheduled: Cell::new(false),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: NamespaceCall = wire::command(&mut request).await?;
        wire::reply(&self.step(call).await?)
    }

    async fn alarm(&self) -> Result<Response> {
        self.is_scheduled.set(false);
        if let Some(namespace) = self.state.storage().get::<String>(NAME).await? {
            // An alarm that fails is tried six times and never again: so this one sets the next.
            let looked = self.look(&namespace).await;
            let failed = alarm::report(&namespace, looked.as_ref().err());
            self.schedule(failed).await?;
        }
        Response::empty()
    }
}

impl Namespace {
    async fn step(&self, NamespaceCall { namespace, command }: NamespaceCall) -> Result<Reply> {
        let store = Store::new(&self.env)?;
        let is_whole = self.survey(&store, &namespace).await?;
        // What ends something can be done at any time; what begins something needs all the numbers.
        let begins = !matches!(
            command,
            NamespaceCommand::End(_)
                | NamespaceCommand::Shrink { .. }
                | NamespaceCommand::Uncount { .. }
                | NamespaceCommand::SetQuota(_)
        );
        if begins && !is_whole {
            return Ok(Err(NamespaceRefused::Busy));
        }
        if self.quota.get().is_none() {
            self.learn(&store, &namespace).await?;
        }
        match &command {
            NamespaceCommand::SetQuota(own) => {
                // Only one that somebody owns is given one.
                self.remember(Quota { own: *own, is_owned: true }).await?;
            }
            NamespaceCommand::Sweep => self.look_after_promises(&store, clock::now_ms()).await?,
            _ => {}
        }
        let reply = self.obey(&namespace, command)?;
        if !self.is_scheduled.get() && self.shown.get() != Some(self.standing()?.used_bytes()) {
            self.schedule(false).await?;
        }
        Ok(reply)
    }

    /// What changes the ledger or only asks it: without waiting for anything.
    fn obey(&self, namespace: &str, command: NamespaceCommand) -> Result<Reply> {
        let ledger = self.ledger()?;
        let standing = self.standing()?;
        Ok(match command {
            NamespaceCommand::Open if standing.is_open() => Ok(NamespaceReply::Done),
            NamespaceCommand::Open => Err(NamespaceRefused::Spent(standing.spent(namespace, 0))),
            NamespaceCommand::Reserve(wish) => self.reserve(namespace, &standing, &wish)?,
            NamespaceCommand::Count(counted) => self.count(namespace, &standing, &counted)?,
            NamespaceCommand::Uncount { thing, before_ms } => {
                ledger.drop(&thing, before_ms)?;
                Ok(NamespaceReply::Done)
            }
            NamespaceCommand::Shrink { upload, bytes, asked } => {
                ledger.shrink(&upload, bytes, asked)?;
                Ok(NamespaceReply::Done)
            }
            NamespaceCommand::End(upload) => {
                ledger.end(&upload)?;
                Ok(NamespaceReply::Done)
            }
            NamespaceCommand::Standing => Ok(NamespaceReply::Standing(standing)),
            NamespaceCommand::SetQuota(_) | NamespaceCommand::Sweep => Ok(NamespaceReply::Done),
        })
    }

    fn reserve(&self, namespace: &str, standing: &Standing, wish: &Wish) -> Result<Reply> {
        let ledger = self.ledger()?;
        let own = ledger.promised(&wish.upload)?;
        let Some(granted) = standing.grant(own, wish.needed, wish.wanted) else {
            let more = wish.needed.saturating_sub(own);
            return Ok(Err(NamespaceRefused::Spent(standing.spent(namespace, more))));
        };
        ledger.promise(wish, granted, clock::now_ms())?;
        Ok(Ok(NamespaceReply::Granted(granted)))
    }

    /// What is here already fits, whatever the quota; and what an upload was promised is not refused
    /// when it comes.
    fn count(&self, namespace: &str, standing: &Standing, counted: &Counted) -> Result<Reply> {
        let ledger = self.ledger()?;
        let own = match &counted.upload {
            Some(upload) => ledger.promised(upload)?,
            None => 0,
        };
        let is_there = ledger.held(&counted.thing)?.is_some();
        let mut more = if is_there { 0 } else { counted.bytes.saturating_sub(own) };
        for tag in &counted.tags {
            let before = ledger.held(&Thing::tag(&counted.thing.repository, tag))?;
            let grown = counted.bytes.saturating_sub(before.unwrap_or_default());
            more = more.saturating_add(grown);
        }
        let fits = match counted.thing.kind {
            Kind::Blob => standing.fits(more),
            Kind::Manifest | Kind::Tag => standing.names(counted.bytes, more),
        };
        if !fits {
            return Ok(Err(NamespaceRefused::Spent(standing.spent(namespace, more))));
        }
        ledger.hold(counted)?;
        Ok(Ok(NamespaceReply::Done))
    }

    /// What it keeps, and what it may keep.
    fn standing(&self) -> Result<Standing> {
        let (held_bytes, reserved_bytes) = self.ledger()?.sums()?;
        // Where nobody could say whether it is owned, it is treated as if it were.
        let quota = self.quota.get().unwrap_or(Quota { own: None, is_owned: true });
        let by_default = || config::storage_quota(&self.env).filter(|_| quota.is_owned);
        Ok(Standing { held_bytes, reserved_bytes, quota_bytes: quota.own.or_else(by_default) })
    }

    /// Reads what is known of the quota: from the object's storage, else from the database. That
    /// nobody owns it is not believed for long: somebody may by now.
    async fn learn(&self, store: &Store, namespace: &str) -> Result<()> {
        let saved: Option<String> = self.state.storage().get(QUOTA).await?;
        let saved: Option<Quota> = saved.and_then(|text| serde_json::from_str(&text).ok());
        self.quota.set(saved);
        if saved.is_none_or(|quota| !quota.is_owned) {
            let asked = self.ask_database(store, namespace).await;
            alarm::report(namespace, asked.as_ref().err());
        }
        Ok(())
    }

    async fn ask_database(&self, store: &Store, namespace: &str) -> Result<()> {
        let row = store.owned_quota(namespace).await?;
        self.remember(Quota { own: row.flatten(), is_owned: row.is_some() }).await
    }

    async fn remember(&self, quota: Quota) -> Result<()> {
        if self.quota.replace(Some(quota)) != Some(quota) {
            // A namespace that has a row from now on wants its number in it.
            self.shown.set(None);
            self.state.storage().put(QUOTA, serde_json::to_string(&quota)?).await?;
        }
        Ok(())
    }

    /// What the alarm does.
    async fn look(&self, namespace: &str) -> Result<()> {
        let store = Store::new(&self.env)?;
        if !self.survey(&store, namespace).await? {
            return Ok(());
        }
        // First of all: whether the database answers or not, room goes back to those who want it.
        let long_ago = clock::now_ms().saturating_sub(promises::LOOK_AGAIN_MS);
        self.look_after_promises(&store, long_ago).await?;
        if self.quota.get().is_none() {
            self.learn(&store, namespace).await?;
        }
        self.ask_database(&store, namespace).await?;
        let used = self.standing()?.used_bytes();
        if self.shown.get() != Some(used) {
            if self.quota.get().unwrap_or_default().is_owned {
                store.write_used(namespace, used).await?;
            }
            self.shown.set(Some(used));
        }
        Ok(())
    }

    fn ledger(&self) -> Result<Ledger<'_>> {
        let ledger = Ledger::new(&self.sql);
        if !self.is_prepared.replace(true) {
            ledger.prepare()?;
        }
        Ok(ledger)
    }

    /// Sets the alarm for what is due next.
    async fn schedule(&self, failed: bool) -> Result<()> {
        let now_ms = clock::now_ms();
        let ledger = self.ledger()?;
        let used = self.standing()?.used_bytes();
        let is_shown = self.is_whole.get() && self.shown.get() == Some(used);
        let showing = (!is_shown).then(|| now_ms.saturating_add(SOON_MS));
        let looking = ledger.oldest_promise_ms()?;
        let looking = looking.map(|at| at.saturating_add(promises::LOOK_AGAIN_MS));
        let due = showing.into_iter().chain(looking).min();
        alarm::schedule(&self.state.storage(), due, failed).await?;
        self.is_scheduled.set(!is_shown);
        Ok(())
    }
}
