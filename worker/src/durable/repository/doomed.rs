//! A repository that goes as a whole: every tag and manifest that is there when it is asked for goes
//! as if it had been deleted, in rounds, so that nobody waits long for its turn. What is pushed or
//! restored in between is younger than that, and stays.

use super::{Reply, Repository, RepositoryRefused, RepositoryReply};
use crate::durable::sql::{number, rows, run, text};
use crate::store::Store;
use roadstead_shared::oci::{Name, Reference};
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
/// How many go in one turn, and in how many turns of one alarm.
const ROUND: u64 = 10;
const MAX_ROUNDS: u64 = 20;

#[derive(Deserialize)]
struct Doomed {
    reference: Reference,
}

impl Repository {
    /// Makes the table where there is none.
    pub(super) fn prepare_doom(&self) -> Result<()> {
        run(&self.sql, SCHEMA, [])
    }

    /// Dooms everything that is here; some of it goes at once.
    pub(super) async fn doom(&self, store: &Store, name: &Name) -> Result<Reply> {
        // The graph makes its tables first.
        self.graph()?;
        for statement in ALL {
            run(&self.sql, statement, [])?;
        }
        if !self.is_doomed()? && !store.repository_exists(name).await? {
            return Ok(Err(RepositoryRefused::Unknown));
        }
        self.carry_out(store, name).await?;
        Ok(Ok(RepositoryReply::Done))
    }

    /// Whether anything has still to go.
    pub(super) fn is_doomed(&self) -> Result<bool> {
        Ok(!self.doomed(1)?.is_empty())
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

    /// Goes on with what is doomed, a turn for each round.
    pub(super) async fn carry_on(&self, store: &Store, name: &Name) -> Result<()> {
        for _ in 0..MAX_ROUNDS {
            let _turn = self.writing.lock().await;
            if !self.is_doomed()? {
                break;
            }
            self.carry_out(store, name).await?;
        }
        Ok(())
    }

    async fn carry_out(&self, store: &Store, name: &Name) -> Result<()> {
        for Doomed { reference } in self.doomed(ROUND)? {
            // What is not there any more is done already.
            let _ = self.delete(store, name, &reference).await?;
            self.spare([&reference])?;
        }
        Ok(())
    }

    fn doomed(&self, limit: u64) -> Result<Vec<Doomed>> {
        self.graph()?;
        let query = "SELECT reference FROM doomed ORDER BY is_tag, reference LIMIT ?";
        rows(&self.sql, query, [number(limit)])
    }
}
