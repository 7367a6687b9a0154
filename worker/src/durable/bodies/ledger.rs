//! What a shard has to look at: links that no manifest may need, and bodies that nobody holds. What
//! is looked after is not in here, so that the ledger is as long as what changed, not as what is
//! stored.

use crate::durable::sql::{number, rows, run, text};
use roadstead_shared::oci::{Digest, Name};
use serde::Deserialize;
use worker::{Result, SqlStorage};

/// The tables. Times are ms UTC.
const SCHEMA: [&str; 4] = [
    // `name` may no longer need `digest`: it was held then, or lost a manifest then.
    "CREATE TABLE IF NOT EXISTS loose (
       digest TEXT NOT NULL, name TEXT NOT NULL, since_ms INTEGER NOT NULL,
       PRIMARY KEY (digest, name)) STRICT, WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS loose_by_time ON loose (since_ms)",
    // Nobody held `digest` then; its bytes may be slices of `upload`.
    "CREATE TABLE IF NOT EXISTS orphans (
       digest TEXT NOT NULL PRIMARY KEY, upload TEXT, since_ms INTEGER NOT NULL)
       STRICT, WITHOUT ROWID",
    // `name` deleted `digest` then, and is not told for a while that others have it.
    "CREATE TABLE IF NOT EXISTS refused (
       digest TEXT NOT NULL, name TEXT NOT NULL, since_ms INTEGER NOT NULL,
       PRIMARY KEY (digest, name)) STRICT, WITHOUT ROWID",
];

/// How long a deletion here keeps the blobs of others from being offered, in ms.
const REFUSED_MS: u64 = 24 * 60 * 60 * 1000;

/// The ledger in the object's own database.
pub(super) struct Ledger<'a>(&'a SqlStorage);

#[derive(Deserialize)]
struct Time {
    since_ms: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct Loose {
    pub(super) digest: Digest,
    pub(super) name: Name,
}

#[derive(Deserialize)]
pub(super) struct Orphan {
    pub(super) digest: Digest,
    pub(super) upload: Option<String>,
}

impl<'a> Ledger<'a> {
    /// The ledger in a database whose tables were made.
    pub(super) fn new(sql: &'a SqlStorage) -> Self {
        Self(sql)
    }

    /// Makes the tables where there are none.
    pub(super) fn prepare(&self) -> Result<()> {
        SCHEMA.iter().try_for_each(|statement| run(self.0, statement, []))
    }

    /// Notes that `name` may not need `digest`, as of now.
    pub(super) fn loosen(&self, digest: &Digest, name: &Name, now_ms: u64) -> Result<()> {
        let statement = "INSERT OR REPLACE INTO loose (digest, name, since_ms) VALUES (?, ?, ?)";
        run(self.0, statement, [text(digest), text(name), number(now_ms)])
    }

    /// Whether `name` was given `digest`, or lost a manifest that named it, after `before_ms`.
    pub(super) fn is_loose_since(
        &self,
        digest: &Digest,
        name: &Name,
        before_ms: u64,
    ) -> Result<bool> {
        let query = "SELECT since_ms FROM loose WHERE digest = ? AND name = ? AND since_ms > ?";
        let found: Vec<Time> = rows(self.0, query, [text(digest), text(name), number(before_ms)])?;
        Ok(!found.is_empty())
    }

    /// Notes that somebody has looked after a loose link that was there until `before_ms`.
    pub(super) fn settle(&self, digest: &Digest, name: &Name, before_ms: u64) -> Result<()> {
        let statement = "DELETE FROM loose WHERE digest = ? AND name = ? AND since_ms <= ?";
        run(self.0, statement, [text(digest), text(name), number(before_ms)])
    }

    /// At most `limit` links that are loose since `before_ms` or longer.
    pub(super) fn loose(&self, before_ms: u64, limit: u64) -> Result<Vec<Loose>> {
        let query = "SELECT digest, name FROM loose WHERE since_ms <= ?
             ORDER BY since_ms, name LIMIT ?";
        rows(self.0, query, [number(before_ms), number(limit)])
    }

    /// Notes that nobody holds `digest` as of now.
    pub(super) fn orphan(&self, digest: &Digest, upload: Option<&str>, now_ms: u64) -> Result<()> {
        let statement = "INSERT OR IGNORE INTO orphans (digest, upload, since_ms) VALUES (?, ?, ?)";
        let upload = upload.map_or(worker::SqlStorageValue::Null, text);
        run(self.0, statement, [text(digest), upload, number(now_ms)])
    }

    /// Notes that the body is held again, or gone.
    pub(super) fn adopt(&self, digest: &Digest) -> Result<()> {
        run(self.0, "DELETE FROM orphans WHERE digest = ?", [text(digest)])
    }

    /// At most `limit` bodies that nobody holds since `before_ms` or longer.
    pub(super) fn orphans(&self, before_ms: u64, limit: u64) -> Result<Vec<Orphan>> {
        let query = "SELECT digest, upload FROM orphans WHERE since_ms <= ?
             ORDER BY since_ms LIMIT ?";
        rows(self.0, query, [number(before_ms), number(limit)])
    }

    /// Notes that `name` deleted `digest`.
    pub(super) fn refuse(&self, digest: &Digest, name: &Name, now_ms: u64) -> Result<()> {
        let old = number(now_ms.saturating_sub(REFUSED_MS));
        run(self.0, "DELETE FROM refused WHERE since_ms <= ?", [old])?;
        let statement = "INSERT OR REPLACE INTO refused (digest, name, since_ms) VALUES (?, ?, ?)";
        run(self.0, statement, [text(digest), text(name), number(now_ms)])
    }

    /// Whether `name` deleted `digest` a short while ago.
    pub(super) fn is_refused(&self, digest: &Digest, name: &Name, now_ms: u64) -> Result<bool> {
        let query = "SELECT since_ms FROM refused WHERE digest = ? AND name = ? AND since_ms > ?";
        let after = number(now_ms.saturating_sub(REFUSED_MS));
        let found: Vec<Time> = rows(self.0, query, [text(digest), text(name), after])?;
        Ok(!found.is_empty())
    }

    /// Notes that `name` asked for `digest` again.
    pub(super) fn forgive(&self, digest: &Digest, name: &Name) -> Result<()> {
        let statement = "DELETE FROM refused WHERE digest = ? AND name = ?";
        run(self.0, statement, [text(digest), text(name)])
    }

    /// When the first entry is due, ms UTC, where a link is left alone for `loose_ms` and a body
    /// for `orphan_ms`.
    pub(super) fn due_ms(&self, loose_ms: u64, orphan_ms: u64) -> Result<Option<u64>> {
        let first = |table: &str, after_ms: u64| -> Result<Option<u64>> {
            let query = format!("SELECT min(since_ms) AS since_ms FROM {table}");
            let found: Vec<Time> = rows(self.0, &query, [])?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a time in ms, which was written as one"
            )]
            let since = found.first().and_then(|time| time.since_ms).map(|ms| ms as u64);
            Ok(since.map(|since| since.saturating_add(after_ms)))
        };
        let due = [first("loose", loose_ms)?, first("orphans", orphan_ms)?];
        Ok(due.into_iter().flatten().min())
    }
}
