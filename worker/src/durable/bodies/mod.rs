//! `Bodies`: one object for each shard of all digests. Who is given a body and from whom it is taken
//! passes here, one change of a digest at a time, so that a push that finds a layer and a collector
//! that removes it cannot both win. Pulls never touch it.
//!
//! Invariants: a link is written only while its repository is a holder, and its repository stays a
//! holder while the link is there; a body is forgotten only while nobody holds it, and its slices go
//! only after it; what may have to go is in the ledger before it is written, so that a crash leaves
//! nothing that nobody looks at.

mod ledger;

use super::alarm;
use super::wire::{self, BodiesCommand, BodiesReply, Brought, Grace, Swept};
use crate::clock;
use crate::config::Collecting;
use crate::store::Store;
use crate::store::body::Record;
use futures_util::lock::Mutex;
use ledger::Ledger;
use roadstead_shared::oci::{Digest, Name};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, SqlStorage, State, durable_object};

/// How many entries one round works off.
const ROUND: u64 = 100;
/// How many rounds one alarm or sweep makes.
const MAX_ROUNDS: u64 = 20;

/// The object.
#[durable_object]
pub struct Bodies {
    state: State,
    env: Env,
    sql: SqlStorage,
    is_prepared: Cell<bool>,
    turns: RefCell<HashMap<Digest, Rc<Mutex<()>>>>,
}

impl DurableObject for Bodies {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        Self { state, env, sql, is_prepared: Cell::new(false), turns: RefCell::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let (command, bytes) = wire::command_with_body(&mut request).await?;
        wire::reply(&self.step(command, bytes).await?)
    }

    async fn alarm(&self) -> Result<Response> {
        let grace = Collecting::read(&self.env).grace();
        // What failed is looked at again later; the others are not kept waiting by it.
        let swept = self.sweep(grace).await;
        let failed = alarm::report("bodies", swept.as_ref().err());
        self.schedule(failed).await?;
        Response::empty()
    }
}

impl Bodies {
    async fn step(&self, command: BodiesCommand, bytes: Vec<u8>) -> Result<BodiesReply> {
        let reply = match command {
            BodiesCommand::Hold { name, digest, brought, asked } => {
                let record = brought.map(|brought| match brought {
                    Brought::Inline => Record::Inline(bytes),
                    Brought::Sliced(body) => Record::Sliced(body),
                });
                self.hold(&name, &digest, record, asked).await?
            }
            BodiesCommand::Loosen(name, digests) => {
                let ledger = self.ledger()?;
                for digest in &digests {
                    ledger.loosen(digest, &name, clock::now_ms())?;
                }
                BodiesReply::Done
            }
            BodiesCommand::Release { name, digest, before_ms } => {
                BodiesReply::Released(self.release(&name, &digest, before_ms).await?)
            }
            BodiesCommand::Sweep(grace) => BodiesReply::Swept(self.sweep(grace).await?),
        };
        self.schedule(false).await?;
        Ok(reply)
    }

    async fn hold(
        &self,
        name: &Name,
        digest: &Digest,
        brought: Option<Record>,
        asked: bool,
    ) -> Result<BodiesReply> {
        let store = Store::new(&self.env)?;
        let turn = self.turn(digest);
        let _turn = turn.lock().await;
        let ledger = self.ledger()?;
        let now_ms = clock::now_ms();
        if asked {
            ledger.forgive(digest, name)?;
        } else if ledger.is_refused(digest, name, now_ms)? {
            return Ok(BodiesReply::Unknown);
        }
        let brings = brought.is_some();
        if !brings && !store.is_held(digest).await? {
            return Ok(BodiesReply::Unknown);
        }
        // Before anything is written: whatever happens next, somebody will look.
        ledger.loosen(digest, name, now_ms)?;
        let (record, first) = match brought {
            Some(record) => store.keep_body(digest, record).await?,
            None => match store.known_body(digest).await? {
                Some(record) => (record, false),
                None => return Ok(BodiesReply::Unknown),
            },
        };
        store.link_body(name, digest, &record).await?;
        ledger.adopt(digest)?;
        Ok(BodiesReply::Held { first, size: record.size() })
    }

    /// Takes the body from `name`. Without `before_ms` somebody said so; with it, nobody may have
    /// been given it since.
    async fn release(&self, name: &Name, digest: &Digest, before_ms: Option<u64>) -> Result<bool> {
        let store = Store::new(&self.env)?;
        let turn = self.turn(digest);
        let _turn = turn.lock().await;
        let ledger = self.ledger()?;
        let now_ms = clock::now_ms();
        match before_ms {
            Some(before) if ledger.is_loose_since(digest, name, before)? => return Ok(false),
            Some(_) => {}
            None => ledger.refuse(digest, name, now_ms)?,
        }
        ledger.loosen(digest, name, before_ms.unwrap_or(now_ms))?;
        store.unlink_body(name, digest).await?;
        if !store.is_held(digest).await? {
            let upload = store.body_upload(digest).await?;
            ledger.orphan(digest, upload.as_deref(), now_ms)?;
        }
        ledger.settle(digest, name, before_ms.unwrap_or(now_ms))?;
        Ok(true)
    }

    /// Collects what has been left alone for as long as `grace` says.
    async fn sweep(&self, grace: Grace) -> Result<Swept> {
        let mut swept = Swept::default();
        let now_ms = clock::now_ms();
        let ledger = self.ledger()?;
        for _ in 0..MAX_ROUNDS {
            let before_ms = now_ms.saturating_sub(grace.blobs_ms);
            let loose = ledger.loose(before_ms, ROUND)?;
            if loose.is_empty() {
                break;
            }
            let mut names: BTreeMap<String, (Name, Vec<Digest>)> = BTreeMap::new();
            for entry in loose {
                let (_, digests) =
                    names.entry(entry.name.to_string()).or_insert((entry.name, Vec::new()));
                digests.push(entry.digest);
            }
            for (name, digests) in names.into_values() {
                swept.blobs += self.consider(&name, digests, before_ms).await?;
            }
        }
        for _ in 0..MAX_ROUNDS {
            let orphans = ledger.orphans(clock::now_ms().saturating_sub(grace.bodies_ms), ROUND)?;
            if orphans.is_empty() {
                break;
            }
            for orphan in orphans {
                swept.bodies += u64::from(self.forget(&orphan).await?);
            }
        }
        let due = ledger.due_ms(grace.blobs_ms, grace.bodies_ms)?;
        swept.more = due.is_some_and(|due| due <= now_ms);
        Ok(swept)
    }

    /// Asks a repository which of its blobs no manifest names, and has it release those. How many.
    async fn consider(&self, name: &Name, digests: Vec<Digest>, before_ms: u64) -> Result<u64> {
        let store = Store::new(&self.env)?;
        let count = digests.len();
        let named = store.consider(name, digests, before_ms).await?;
        let ledger = self.ledger()?;
        for digest in &named {
            ledger.settle(digest, name, before_ms)?;
        }
        Ok(count.saturating_sub(named.len()) as u64)
    }

    /// Removes a body that nobody holds, the record first. Whether nobody did.
    async fn forget(&self, orphan: &ledger::Orphan) -> Result<bool> {
        let store = Store::new(&self.env)?;
        let turn = self.turn(&orphan.digest);
        let _turn = turn.lock().await;
        let held = store.is_held(&orphan.digest).await?;
        if !held {
            store.forget_body(&orphan.digest).await?;
            if let Some(upload) = &orphan.upload {
                store.delete_slices(upload).await?;
            }
        }
        self.ledger()?.adopt(&orphan.digest)?;
        Ok(!held)
    }

    fn ledger(&self) -> Result<Ledger<'_>> {
        let ledger = Ledger::new(&self.sql);
        if !self.is_prepared.replace(true) {
            ledger.prepare()?;
        }
        Ok(ledger)
    }

    /// The one that has the turn may change who holds `digest`.
    fn turn(&self, digest: &Digest) -> Rc<Mutex<()>> {
        let mut turns = self.turns.borrow_mut();
        turns.retain(|_, turn| Rc::strong_count(turn) > 1);
        Rc::clone(turns.entry(digest.clone()).or_default())
    }

    async fn schedule(&self, failed: bool) -> Result<()> {
        let grace = Collecting::read(&self.env).grace();
        let due = self.ledger()?.due_ms(grace.blobs_ms, grace.bodies_ms)?;
        alarm::schedule(&self.state.storage(), due, failed).await
    }
}
