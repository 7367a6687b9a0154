//! `Bodies`: one object for each shard of all digests. Who is given a body and from whom it is taken
//! passes here, one change of a digest at a time, so that a push that finds a layer and a collector
//! that removes it cannot both win. Pulls never touch it.
//!
//! Invariants: a link is written only while its repository is a holder, and its repository stays a
//! holder while the link is there; its namespace counts what is linked before it is, and until it is
//! not; a body is forgotten only while nobody holds it, and its slices go
//! only after it; what may have to go is in the ledger before it is written, so that a crash leaves
//! nothing that nobody looks at.

mod collecting;
mod ledger;

use super::alarm;
use super::wire::{self, BodiesCommand, BodiesReply, Brought};
use crate::clock;
use crate::config::Collecting;
use crate::store::body::Record;
use crate::store::{self, Store};
use futures_util::future::join;
use futures_util::lock::Mutex;
use ledger::Ledger;
use roadstead_shared::oci::{Digest, Name};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, SqlStorage, State, durable_object};

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
        let swept = self.sweep(grace).await;
        let failed = alarm::report("bodies", swept.as_ref().err());
        self.schedule(failed).await?;
        Response::empty()
    }
}

impl Bodies {
    async fn step(&self, command: BodiesCommand, bytes: Vec<u8>) -> Result<BodiesReply> {
        let reply = match command {
            BodiesCommand::Hold { name, digest, brought, upload, asked } => {
                let record = brought.map(|brought| match brought {
                    Brought::Inline => Record::Inline(bytes),
                    Brought::Sliced(body) => Record::Sliced(body),
                });
                let upload = upload.as_deref();
                match self.hold(&name, &digest, record, upload, asked).await {
                    Err(store::Error::Spent(spent)) => BodiesReply::Spent(spent),
                    Err(store::Error::Busy) => BodiesReply::Busy,
                    held => held?,
                }
            }
            BodiesCommand::Touch(name, digest) => {
                self.ledger()?.touch(&digest, &name, clock::now_ms())?;
                BodiesReply::Done
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
            BodiesCommand::Abandon { digest, upload } => {
                BodiesReply::Abandoned(self.abandon(&digest, &upload).await?)
            }
            BodiesCommand::Sweep(grace) => BodiesReply::Swept(self.sweep(grace).await?),
        };
        // What was done is done, whatever becomes of the next look.
        let scheduled = self.schedule(false).await;
        alarm::report("bodies", scheduled.as_ref().err());
        Ok(reply)
    }

    async fn hold(
        &self,
        name: &Name,
        digest: &Digest,
        brought: Option<Record>,
        upload: Option<&str>,
        asked: bool,
    ) -> std::result::Result<BodiesReply, store::Error> {
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
        let (record, is_first) = match brought {
            Some(brought) => {
                // Before anything is counted or written: whatever happens next, somebody will look.
                ledger.loosen(digest, name, now_ms)?;
                let counted = store.count_blob(name, digest, brought.size(), upload);
                // Side by side: a push waits for one of the two only.
                let (known, counted) = join(store.known_body(digest), counted).await;
                counted?;
                match (known?, brought) {
                    // A body that nobody holds may be on its way out; its bytes are still there.
                    (Some(known), _) => (known, false),
                    (None, Record::Sliced(body)) if !store.is_noted(&body.upload).await? => {
                        store.uncount_blob(name, digest).await?;
                        return Ok(BodiesReply::Unknown);
                    }
                    (None, brought) => (brought, true),
                }
            }
            None => match store.known_body(digest).await? {
                Some(known) if store.is_offered(digest).await? => {
                    ledger.loosen(digest, name, now_ms)?;
                    store.count_blob(name, digest, known.size(), None).await?;
                    (known, false)
                }
                _ => return Ok(BodiesReply::Unknown),
            },
        };
        if is_first {
            store.keep_body(digest, &record).await?;
        }
        store.link_body(name, digest, &record).await?;
        ledger.adopt(digest, record.upload())?;
        Ok(BodiesReply::Held { first: is_first, size: record.size() })
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
        if !store.is_held(digest).await?
            && let Some(record) = store.known_body(digest).await?
        {
            ledger.orphan(digest, record.upload(), now_ms)?;
        }
        // Only what is gone is no longer counted; where that fails, somebody looks again.
        store.uncount_blob(name, digest).await?;
        ledger.settle(digest, name, before_ms.unwrap_or(now_ms))?;
        Ok(true)
    }

    /// Whether no body holds the slices of an upload that wanted to become the body of `digest`. From
    /// then on none will: its note is gone, and nobody is given a body without it.
    async fn abandon(&self, digest: &Digest, upload: &str) -> Result<bool> {
        let store = Store::new(&self.env)?;
        let turn = self.turn(digest);
        let _turn = turn.lock().await;
        let known = store.known_body(digest).await?;
        let is_free = known.is_none_or(|record| record.upload() != upload);
        if is_free {
            store.forget_upload(upload).await?;
        }
        Ok(is_free)
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
