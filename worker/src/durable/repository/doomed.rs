//! A repository that goes as a whole: every tag and manifest that is there when it is asked for goes
//! as if it had been deleted, in rounds, so that nobody waits long for its turn. What is pushed or
//! restored in between is younger than that, and stays with all that it names.

use super::{Reply, Repository, RepositoryRefused, RepositoryReply};
use crate::clock;
use crate::durable::alarm;
use crate::durable::sql::{number, rows, run, text};
use crate::store::Store;
use futures_util::future::try_join_all;
use roadstead_shared::oci::{Digest, Name, Reference, Tag};
use serde::Deserialize;
use worker::Result;

/// What has still to go. `is_tag`: tags that are left when their manifests are gone.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS doomed (
       reference TEXT NOT NULL PRIMARY KEY, is_tag INTEGER NOT NULL) STRICT, WITHOUT ROWID";
/// Everything that is there. A manifest takes the tags with it that point at it.
const ALL: [&str; 2] = [
    "INSERT OR IGNORE INTO doomed (reference, is_tag)
       SELECT digest, 0 FROM manifests WHERE deleted_at_ms IS NULL",
    "INSERT OR IGNORE INTO doomed (reference, is_tag) SELECT tag, 1 FROM tags",
];
/// Spares manifest `?1` and what it names, and what that names.
const SPARE_NAMED: &str = "WITH RECURSIVE named (digest) AS (
       SELECT ?1 UNION SELECT edges.child FROM edges JOIN named
         ON edges.author = named.digest AND edges.parent = named.digest)
     DELETE FROM doomed WHERE reference IN (SELECT digest FROM named)";
/// Whether something that stays names manifest `?1`, or is a tag that points at it.
const STAYS: &str = "SELECT EXISTS (
         SELECT 1 FROM tags WHERE digest = ?1 AND tag NOT IN (SELECT reference FROM doomed))
       OR EXISTS (
         SELECT 1 FROM edges JOIN manifests ON manifests.digest = edges.parent
         WHERE edges.child = ?1 AND edges.author = edges.parent
           AND manifests.deleted_at_ms IS NULL
           AND edges.parent NOT IN (SELECT reference FROM doomed)) AS found";
/// How many go in one turn, and in how many turns of one alarm.
const ROUND: u64 = 10;
const MAX_ROUNDS: u64 = 20;
/// How many tags go before the deletion is answered, and how many of them at once: the runtime lets
/// six requests wait for their beginning.
const TAGS_FIRST: u64 = 100;
const AT_ONCE: usize = 6;

/// One that has to go, in the order in which they do.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Doomed {
    reference: Reference,
    is_tag: f64,
}

#[derive(Deserialize)]
struct Found {
    found: f64,
}

#[derive(Deserialize)]
struct Tagged {
    tag: Tag,
    digest: Digest,
}

impl Repository {
    /// Makes the table where there is none.
    pub(super) fn prepare_doom(&self) -> Result<()> {
        run(&self.sql, SCHEMA, [])
    }

    /// Dooms everything that is here; some of it goes at once, tags first: who asks for one is told
    /// that it is gone.
    pub(super) async fn doom(&self, store: &Store, name: &Name) -> Result<Reply> {
        // The graph makes its tables first.
        self.graph()?;
        for statement in ALL {
            run(&self.sql, statement, [])?;
        }
        if !self.is_doomed()? && !store.repository_exists(name).await? {
            return Ok(Err(RepositoryRefused::Unknown));
        }
        self.carry_out_tags(store, name).await?;
        // What could not go at once goes by the alarm.
        self.carry_out(store, name, None).await?;
        Ok(Ok(RepositoryReply::Done))
    }

    /// Deletes tags as if their manifests had been deleted already: these follow.
    async fn carry_out_tags(&self, store: &Store, name: &Name) -> Result<()> {
        let query = "SELECT tag, digest FROM tags JOIN doomed ON doomed.reference = tags.tag
             ORDER BY tag LIMIT ?";
        let found: Vec<Tagged> = rows(&self.sql, query, [number(TAGS_FIRST)])?;
        let now_ms = clock::now_ms();
        for some in found.chunks(AT_ONCE) {
            let going = some.iter().map(|Tagged { tag, digest }| async move {
                let because = Reference::Digest(digest.clone());
                self.delete_tag(store, name, tag, &because, now_ms).await
            });
            try_join_all(going).await?;
        }
        Ok(())
    }

    /// Whether anything has still to go.
    pub(super) fn is_doomed(&self) -> Result<bool> {
        Ok(!self.doomed(None, 1)?.is_empty())
    }

    /// Spares what is written anew.
    pub(super) fn spare<'a>(
        &self,
        references: impl IntoIterator<Item = &'a Reference>,
    ) -> Result<()> {
        self.graph()?;
        let delete = "DELETE FROM doomed WHERE reference = ?";
        references.into_iter().try_for_each(|reference| run(&self.sql, delete, [text(reference)]))
    }

    /// Spares a manifest that is written anew, which the graph knows, and all that it names: who
    /// pushes an index has been told before that its images are here.
    pub(super) fn spare_named(&self, digest: &Digest) -> Result<()> {
        self.graph()?;
        run(&self.sql, SPARE_NAMED, [text(digest)])
    }

    /// Goes on with what is doomed, a turn for each round. How many could not go.
    pub(super) async fn carry_on(&self, store: &Store, name: &Name) -> Result<usize> {
        let mut failures = 0;
        let mut after = None;
        for _ in 0..MAX_ROUNDS {
            let _turn = self.writing.lock().await;
            let (failed, last) = self.carry_out(store, name, after).await?;
            failures += failed;
            if last.is_none() {
                break;
            }
            after = last;
        }
        Ok(failures)
    }

    /// One round of what comes after `after`. How many could not go, and the last that was looked
    /// at: one that cannot go must not keep the others.
    async fn carry_out(
        &self,
        store: &Store,
        name: &Name,
        after: Option<Doomed>,
    ) -> Result<(usize, Option<Doomed>)> {
        let round = self.doomed(after.as_ref(), ROUND)?;
        let mut failures = 0;
        for Doomed { reference, .. } in &round {
            if self.stays(reference)? {
                self.spare([reference])?;
                continue;
            }
            // What is not there any more is done already.
            let gone = self.delete(store, name, reference).await;
            if alarm::report(name.as_str(), gone.as_ref().err()) {
                failures += 1;
            } else {
                self.spare([reference])?;
            }
        }
        Ok((failures, round.into_iter().next_back()))
    }

    /// Whether something that is not doomed keeps it.
    fn stays(&self, reference: &Reference) -> Result<bool> {
        let Reference::Digest(digest) = reference else { return Ok(false) };
        let found: Vec<Found> = rows(&self.sql, STAYS, [text(digest)])?;
        Ok(found.first().is_some_and(|row| row.found > 0.0))
    }

    fn doomed(&self, after: Option<&Doomed>, limit: u64) -> Result<Vec<Doomed>> {
        self.graph()?;
        let query = "SELECT reference, is_tag FROM doomed
             WHERE is_tag > ?1 OR (is_tag = ?1 AND reference > ?2)
             ORDER BY is_tag, reference LIMIT ?3";
        // A manifest's digest is never empty.
        let is_tag = u64::from(after.is_some_and(|after| after.is_tag > 0.0));
        let last = after.map(|after| after.reference.to_string()).unwrap_or_default();
        rows(&self.sql, query, [number(is_tag), text(&last), number(limit)])
    }
}
