//! `Repository`: one object a repository. It puts the repository's writes and deletions in order,
//! knows what keeps what, and keeps the outbox from which the index for people is brought up to
//! date. Pulls never touch it.
//!
//! Invariants: an intent is noted before the bucket is written, so that a crash anywhere is
//! repaired by the alarm; a manifest is written only when everything that it names is here, and
//! nothing that a manifest here names is released.

mod doomed;
mod graph;
mod keeping;
mod outbox;
mod survey;
mod writing;

use super::alarm;
use super::wire::{self, Grace, RepositoryCommand, RepositoryRefused, RepositoryReply, Swept};
use crate::clock;
use crate::config::Collecting;
use crate::store::Store;
use futures_util::lock::Mutex;
use graph::Graph;
use roadstead_shared::oci::{Digest, Name};
use std::cell::Cell;
use worker::{DurableObject, Env, Request, Response, Result, SqlStorage, State, durable_object};

/// The repository's name in the object's storage.
const NAME: &str = "name";
/// When the alarm looks at an intent whose write has not reported back, in ms.
const LOOK_AGAIN_MS: u64 = 30_000;

type Reply = std::result::Result<RepositoryReply, RepositoryRefused>;

/// The object. See `service::publish` and `service::removal` for the order of its writes.
#[durable_object]
pub struct Repository {
    state: State,
    env: Env,
    sql: SqlStorage,
    is_prepared: Cell<bool>,
    writing: Mutex<()>,
}

impl DurableObject for Repository {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        Self { state, env, sql, is_prepared: Cell::new(false), writing: Mutex::new(()) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let (command, document) = wire::command_with_body(&mut request).await?;
        wire::reply(&self.step(command, &document).await?)
    }

    async fn alarm(&self) -> Result<Response> {
        let Some(name) = self.state.storage().get::<String>(NAME).await? else {
            return Response::empty();
        };
        let name: Name = name.parse().map_err(|_| crate::store::Error::Record(NAME.to_owned()))?;
        // An alarm that fails is tried six times and never again: so this one sets the next itself.
        let done = self.look(&name).await;
        let failed = alarm::report(name.as_str(), done.as_ref().err());
        let store = Store::new(&self.env)?;
        self.schedule(&store, &name, failed || done.is_ok_and(|whole| !whole)).await?;
        Response::empty()
    }
}

impl Repository {
    async fn step(&self, command: RepositoryCommand, document: &[u8]) -> Result<Reply> {
        let store = Store::new(&self.env)?;
        match command {
            RepositoryCommand::Put(command) => {
                let name = command.name.clone();
                self.changing(&store, &name, self.put(&store, &command, document)).await
            }
            RepositoryCommand::Delete(name, reference) => {
                self.changing(&store, &name, self.delete(&store, &name, &reference)).await
            }
            RepositoryCommand::DeleteAll(name) => {
                self.changing(&store, &name, self.doom(&store, &name)).await
            }
            RepositoryCommand::Restore(name, reference) => {
                self.changing(&store, &name, self.restore(&store, &name, &reference)).await
            }
            RepositoryCommand::DeleteBlob(name, digest) => {
                let _turn = self.writing.lock().await;
                let released = store.blob_size(&name, &digest).await?.is_some()
                    && store.release(&name, &digest, None).await?;
                Ok(if released {
                    Ok(RepositoryReply::Done)
                } else {
                    Err(RepositoryRefused::Unknown)
                })
            }
            RepositoryCommand::Change(name, change) => {
                self.changing(&store, &name, self.change(&store, &name, &change)).await
            }
            RepositoryCommand::Consider { name, digests, before_ms } => {
                let named = self.consider(&store, &name, digests, before_ms).await?;
                Ok(Ok(RepositoryReply::Named(named)))
            }
            RepositoryCommand::Reindex(name) => {
                let noted = self.reindex(&store, &name);
                self.changing(&store, &name, noted).await
            }
            RepositoryCommand::Sweep(name, grace) => {
                let swept = self.sweep(&store, &name, grace).await?;
                Ok(Ok(RepositoryReply::Swept(swept)))
            }
        }
    }

    /// What the alarm does. Whether nothing failed.
    async fn look(&self, name: &Name) -> Result<bool> {
        let store = Store::new(&self.env)?;
        let is_whole = {
            let _turn = self.writing.lock().await;
            self.survey(&store, name).await?
        };
        // One that cannot go must keep neither the index nor the collector waiting.
        let carried = if is_whole { self.carry_on(&store, name).await } else { Ok(0) };
        alarm::report(name.as_str(), carried.as_ref().err());
        let failures = self.work_off(&store, name).await? + carried.unwrap_or(1);
        // What the bucket says of the tags comes first: a crash may have left the graph behind.
        if is_whole && self.outbox_due_ms().await?.is_none() {
            let grace = Collecting::read(&self.env).grace();
            self.collect(&store, name, grace).await?;
        }
        Ok(failures == 0)
    }

    /// Runs a change alone, and sees to what is due after it.
    async fn changing(
        &self,
        store: &Store,
        name: &Name,
        change: impl Future<Output = Result<Reply>>,
    ) -> Result<Reply> {
        let turn = self.writing.lock().await;
        if !self.survey(store, name).await? {
            return Ok(Err(RepositoryRefused::Busy));
        }
        // Before anything is written: if this change never reports back, the alarm looks.
        let due = clock::now_ms().saturating_add(LOOK_AGAIN_MS);
        alarm::schedule(&self.state.storage(), Some(due), false).await?;
        let reply = change.await;
        drop(turn);
        // What was written is written, whatever becomes of the next look: the alarm is set already.
        let scheduled = self.schedule(store, name, false).await;
        alarm::report(name.as_str(), scheduled.as_ref().err());
        reply
    }

    /// Releases what no manifest names; says what some manifest does.
    async fn consider(
        &self,
        store: &Store,
        name: &Name,
        digests: Vec<Digest>,
        before_ms: u64,
    ) -> Result<Vec<Digest>> {
        let mut named = Vec::new();
        for digest in digests {
            // A turn for each: who pushes meanwhile does not wait for all of them.
            let _turn = self.writing.lock().await;
            if !self.survey(store, name).await? {
                return Err(crate::store::Error::Busy.into());
            }
            if self.graph()?.keeps(&digest)? {
                named.push(digest);
            } else {
                store.release(name, &digest, Some(before_ms)).await?;
            }
        }
        Ok(named)
    }

    async fn sweep(&self, store: &Store, name: &Name, grace: Grace) -> Result<Swept> {
        let is_whole = {
            let _turn = self.writing.lock().await;
            self.survey(store, name).await?
        };
        let failures = self.work_off(store, name).await?;
        let mut swept = Swept::default();
        if is_whole && self.outbox_due_ms().await?.is_none() {
            swept = self.collect(store, name, grace).await?;
        } else {
            swept.more = true;
        }
        self.schedule(store, name, failures > 0).await?;
        Ok(swept)
    }

    fn graph(&self) -> Result<Graph<'_>> {
        let graph = Graph::new(&self.sql);
        if !self.is_prepared.replace(true) {
            graph.prepare()?;
            self.prepare_doom()?;
        }
        Ok(graph)
    }

    /// Sets the alarm for what is due next, and notes for the admin's sweep whether anything is.
    async fn schedule(&self, store: &Store, name: &Name, failed: bool) -> Result<()> {
        let grace = Collecting::read(&self.env).grace();
        let collecting = self.graph()?.due_ms(grace.manifests_ms, grace.deleted_ms)?;
        let writing = self.outbox_due_ms().await?;
        self.note_chores(store, name, collecting.is_some()).await?;
        let doomed = self.is_doomed()?.then(clock::now_ms);
        let due = writing.into_iter().chain(collecting).chain(doomed).min();
        alarm::schedule(&self.state.storage(), due, failed).await
    }
}
