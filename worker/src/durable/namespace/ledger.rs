//! What a namespace keeps, in the object's own database: every blob and manifest of its
//! repositories, and what uploads were promised. The sums are kept beside, so that no push waits
//! for one to be made.
//!
//! Invariant: what rests in the bucket is in here, for it is counted before it is written and
//! uncounted after it is gone. More may be in here, never less.

use crate::durable::sql::{number, rows, run, text};
use crate::durable::wire::{Counted, Kind, Thing, Wish};
use roadstead_shared::oci::Name;
use serde::Deserialize;
use worker::{Result, SqlStorage, SqlStorageValue};

/// The tables. Times are ms UTC.
const SCHEMA: [&str; 5] = [
    // `repository` has it since then at the latest. `kind`: 0 a blob, 1 a manifest,
    // 2 a tag, whose `digest` is its name.
    "CREATE TABLE IF NOT EXISTS held (
       digest TEXT NOT NULL, kind INTEGER NOT NULL, repository TEXT NOT NULL,
       bytes INTEGER NOT NULL, since_ms INTEGER NOT NULL,
       PRIMARY KEY (digest, kind, repository)) STRICT, WITHOUT ROWID",
    // `upload` may have so many bytes; asked for last at that time, the `asked`th time.
    "CREATE TABLE IF NOT EXISTS promised (
       upload TEXT NOT NULL PRIMARY KEY, repository TEXT NOT NULL,
       bytes INTEGER NOT NULL, asked INTEGER NOT NULL, since_ms INTEGER NOT NULL)
       STRICT, WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS promised_by_time ON promised (since_ms)",
    // The sums of both: of what is held, each once.
    "CREATE TABLE IF NOT EXISTS sums (
       name TEXT NOT NULL PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT OR IGNORE INTO sums (name, bytes) VALUES ('held', 0), ('promised', 0)",
];

/// The ledger in the object's own database.
pub(super) struct Ledger<'a>(&'a SqlStorage);

#[derive(Deserialize)]
struct Bytes {
    bytes: f64,
}

#[derive(Deserialize)]
struct Since {
    since_ms: f64,
}

/// An upload that was promised something.
#[derive(Deserialize)]
pub(super) struct Promise {
    pub(super) upload: String,
    pub(super) repository: Name,
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

    /// What is held, and what is promised, in bytes.
    pub(super) fn sums(&self) -> Result<(u64, u64)> {
        Ok((self.sum("held")?, self.sum("promised")?))
    }

    fn sum(&self, name: &str) -> Result<u64> {
        let found = rows(self.0, "SELECT bytes FROM sums WHERE name = ?", [text(name)])?;
        Ok(first(&found))
    }

    fn add(&self, name: &str, bytes: u64) -> Result<()> {
        let update = "UPDATE sums SET bytes = bytes + ? WHERE name = ?";
        run(self.0, update, [number(bytes), text(name)])
    }

    fn subtract(&self, name: &str, bytes: u64) -> Result<()> {
        let update = "UPDATE sums SET bytes = max(0, bytes - ?) WHERE name = ?";
        run(self.0, update, [number(bytes), text(name)])
    }

    /// How much is counted of it, whichever repository has it; `None`: none does.
    pub(super) fn held(&self, thing: &Thing) -> Result<Option<u64>> {
        let query = "SELECT bytes FROM held WHERE digest = ? AND kind = ? LIMIT 1";
        let found: Vec<Bytes> = rows(self.0, query, [text(&thing.what), kind(thing.kind)])?;
        Ok(found.first().map(|row| whole(row.bytes)))
    }

    /// Notes that a repository has it, with its tags; what an upload was promised for it is no
    /// longer promised.
    pub(super) fn hold(&self, counted: &Counted) -> Result<()> {
        let Counted { thing, bytes, tags, upload, at_ms } = counted;
        self.put(thing, *bytes, *at_ms)?;
        for tag in tags {
            self.put(&Thing::tag(&thing.repository, tag), *bytes, *at_ms)?;
        }
        upload.as_ref().map_or(Ok(()), |upload| self.end(upload))
    }

    fn put(&self, thing: &Thing, bytes: u64, at_ms: u64) -> Result<()> {
        // Only a tag becomes longer or shorter: when it is moved.
        self.subtract("held", self.held(thing)?.unwrap_or_default())?;
        self.add("held", bytes)?;
        let insert = "INSERT INTO held (digest, kind, repository, bytes, since_ms)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET
               bytes = excluded.bytes, since_ms = max(since_ms, excluded.since_ms)";
        let Thing { what, repository, .. } = thing;
        let values = [text(what), kind(thing.kind), text(repository), number(bytes), number(at_ms)];
        run(self.0, insert, values)
    }

    /// Notes that a repository has it no more, unless it was counted after `before_ms`.
    pub(super) fn drop(&self, thing: &Thing, before_ms: u64) -> Result<()> {
        let Thing { what, repository, .. } = thing;
        let which = "FROM held WHERE digest = ? AND kind = ? AND repository = ? AND since_ms <= ?";
        let values = || [text(what), kind(thing.kind), text(repository), number(before_ms)];
        let found: Vec<Bytes> = rows(self.0, &format!("SELECT bytes {which}"), values())?;
        if found.is_empty() {
            return Ok(());
        }
        run(self.0, &format!("DELETE {which}"), values())?;
        if self.held(thing)?.is_some() { Ok(()) } else { self.subtract("held", first(&found)) }
    }

    /// What an upload was promised, in bytes.
    pub(super) fn promised(&self, upload: &str) -> Result<u64> {
        let query = "SELECT bytes FROM promised WHERE upload = ?";
        let found: Vec<Bytes> = rows(self.0, query, [text(upload)])?;
        Ok(first(&found))
    }

    /// Promises an upload so many bytes in all.
    pub(super) fn promise(&self, wish: &Wish, bytes: u64, now_ms: u64) -> Result<()> {
        let Wish { repository, upload, asked, .. } = wish;
        self.subtract("promised", self.promised(upload)?)?;
        let insert = "INSERT INTO promised (upload, repository, bytes, asked, since_ms)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET bytes = excluded.bytes,
               asked = max(asked, excluded.asked), since_ms = excluded.since_ms";
        let asked = number(u64::from(*asked));
        let values = [text(upload), text(repository), number(bytes), asked, number(now_ms)];
        run(self.0, insert, values)?;
        self.add("promised", bytes)
    }

    /// Promises an upload only so many bytes in all, unless it has asked again since.
    pub(super) fn shrink(&self, upload: &str, bytes: u64, asked: u32) -> Result<()> {
        let query = "SELECT bytes FROM promised WHERE upload = ? AND asked <= ? AND bytes > ?";
        let values = [text(upload), number(u64::from(asked)), number(bytes)];
        let found: Vec<Bytes> = rows(self.0, query, values)?;
        if found.is_empty() {
            return Ok(());
        }
        self.subtract("promised", first(&found).saturating_sub(bytes))?;
        let update = "UPDATE promised SET bytes = ? WHERE upload = ?";
        run(self.0, update, [number(bytes), text(upload)])?;
        run(self.0, "DELETE FROM promised WHERE upload = ? AND bytes = 0", [text(upload)])
    }

    /// Notes that an upload is over.
    pub(super) fn end(&self, upload: &str) -> Result<()> {
        self.subtract("promised", self.promised(upload)?)?;
        run(self.0, "DELETE FROM promised WHERE upload = ?", [text(upload)])
    }

    /// At most `limit` promises that nobody asked about since `before_ms`.
    pub(super) fn promises(&self, before_ms: u64, limit: u64) -> Result<Vec<Promise>> {
        let query = "SELECT upload, repository FROM promised WHERE since_ms <= ?
             ORDER BY since_ms LIMIT ?";
        rows(self.0, query, [number(before_ms), number(limit)])
    }

    /// Notes that a promise is still wanted.
    pub(super) fn keep(&self, upload: &str, now_ms: u64) -> Result<()> {
        let update = "UPDATE promised SET since_ms = ? WHERE upload = ?";
        run(self.0, update, [number(now_ms), text(upload)])
    }

    /// When the oldest promise was asked for last, ms UTC.
    pub(super) fn oldest_promise_ms(&self) -> Result<Option<u64>> {
        let query = "SELECT since_ms FROM promised ORDER BY since_ms LIMIT 1";
        let found: Vec<Since> = rows(self.0, query, [])?;
        Ok(found.first().map(|row| whole(row.since_ms)))
    }
}

fn kind(kind: Kind) -> SqlStorageValue {
    number(match kind {
        Kind::Blob => 0,
        Kind::Manifest => 1,
        Kind::Tag => 2,
    })
}

fn first(found: &[Bytes]) -> u64 {
    found.first().map(|row| whole(row.bytes)).unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count or a time in ms, which was written as one"
)]
fn whole(value: f64) -> u64 {
    value as u64
}
