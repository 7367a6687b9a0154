//! What of one registry rests here, in the object's own database: every object of the bucket under
//! the rule's root, how many bytes it has, and in what state it is.
//!
//! Invariant: what rests in the bucket is in here, for it is noted before it is written and
//! forgotten after it is gone. More may be in here, never less; and the sum is that of the rows.

mod graph;
mod image;
mod row;

pub(super) use row::{Kind, Row, State};

use crate::durable::sql::{number, rows, run, text};
use roadstead_shared::oci::Digest;
use serde::Deserialize;
use worker::{Result, SqlStorage};

/// The tables. Times are ms UTC.
const SCHEMA: [&str; 13] = [
    // `kind` and `state`: see `row`. `what`: a tag, a digest, or a fill, whose `name` is empty.
    // `since_ms`: when it was written, or a tag looked at. `kept`: whether a manifest keeps it.
    // `more`: a body's record, a tag's digest before.
    "CREATE TABLE IF NOT EXISTS resting (
       kind INTEGER NOT NULL, name TEXT NOT NULL, what TEXT NOT NULL, digest TEXT NOT NULL,
       bytes INTEGER NOT NULL, state INTEGER NOT NULL, since_ms INTEGER NOT NULL,
       used_ms INTEGER NOT NULL, kept INTEGER NOT NULL, more TEXT,
       PRIMARY KEY (kind, name, what)) STRICT, WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS resting_by_use ON resting (used_ms)
       WHERE kept = 0 AND state = 1 AND kind IN (1, 3)",
    "CREATE INDEX IF NOT EXISTS resting_by_digest ON resting (digest, kind)",
    "CREATE INDEX IF NOT EXISTS resting_moved ON resting (since_ms)
       WHERE kind = 0 AND more IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS resting_aged ON resting (name) WHERE kind = 0 AND used_ms = 0",
    "CREATE INDEX IF NOT EXISTS resting_writing ON resting (kind, since_ms) WHERE state = 0",
    "CREATE INDEX IF NOT EXISTS resting_going ON resting (kind) WHERE state = 2",
    // In the repository `name` the manifest `parent` keeps `child`, since `author` says so; `bytes`
    // where it says how many.
    "CREATE TABLE IF NOT EXISTS edges (
       name TEXT NOT NULL, author TEXT NOT NULL, parent TEXT NOT NULL, child TEXT NOT NULL,
       bytes INTEGER, PRIMARY KEY (name, author, parent, child)) STRICT, WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS edges_by_parent ON edges (parent, name)",
    "CREATE INDEX IF NOT EXISTS edges_by_child ON edges (child, name)",
    // Sums and counts, for people: since the object was made.
    "CREATE TABLE IF NOT EXISTS counts (
       name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS about (
       name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT OR IGNORE INTO counts (name, value) VALUES ('bytes', 0)",
];

/// The sum of everything that rests.
const BYTES: &str = "bytes";

/// The ledger in the object's own database.
pub(super) struct Ledger<'a>(&'a SqlStorage);

#[derive(Deserialize)]
struct Value {
    value: Option<f64>,
}

#[derive(Deserialize)]
struct Text {
    value: String,
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

    /// How many bytes rest, are being written, or are not gone yet.
    pub(super) fn bytes(&self) -> Result<u64> {
        self.count(BYTES)
    }

    /// How many bytes are being written.
    pub(super) fn writing_bytes(&self) -> Result<u64> {
        self.value("SELECT sum(bytes) AS value FROM resting WHERE state = 0")
    }

    /// A count.
    pub(super) fn count(&self, name: &str) -> Result<u64> {
        let found = rows(self.0, "SELECT value FROM counts WHERE name = ?", [text(name)])?;
        Ok(first(&found))
    }

    /// Adds to a count.
    pub(super) fn add(&self, name: &str, more: u64) -> Result<()> {
        if more == 0 {
            return Ok(());
        }
        let statement = "INSERT INTO counts (name, value) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET value = value + ?2";
        run(self.0, statement, [text(name), number(more)])
    }

    fn subtract(&self, bytes: u64) -> Result<()> {
        let update = "UPDATE counts SET value = max(0, value - ?) WHERE name = ?";
        run(self.0, update, [number(bytes), text(BYTES)])
    }

    /// Something about the rule that is known here.
    pub(super) fn about(&self, name: &str) -> Result<Option<String>> {
        let found: Vec<Text> =
            rows(self.0, "SELECT value FROM about WHERE name = ?", [text(name)])?;
        Ok(found.into_iter().next().map(|row| row.value))
    }

    /// Notes something about the rule.
    pub(super) fn note(&self, name: &str, value: &str) -> Result<()> {
        let statement = "INSERT INTO about (name, value) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET value = ?2";
        run(self.0, statement, [text(name), text(value)])
    }

    /// Takes a note back.
    pub(super) fn unnote(&self, name: &str) -> Result<()> {
        run(self.0, "DELETE FROM about WHERE name = ?", [text(name)])
    }

    /// A row.
    pub(super) fn find(&self, kind: Kind, name: &str, what: &str) -> Result<Option<Row>> {
        let query = "SELECT * FROM resting WHERE kind = ? AND name = ? AND what = ?";
        Ok(rows(self.0, query, [kind.value(), text(name), text(what)])?.into_iter().next())
    }

    /// Writes a row in place of the one that is there, and counts what it has more or less.
    pub(super) fn put(&self, row: &Row) -> Result<()> {
        let before = self.find(row.kind, &row.name, &row.what)?;
        self.subtract(before.map_or(0, |before| before.bytes))?;
        self.add(BYTES, row.bytes)?;
        let statement = "INSERT INTO resting
             (kind, name, what, digest, bytes, state, since_ms, used_ms, kept, more)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes,
               state = excluded.state, since_ms = excluded.since_ms, used_ms = excluded.used_ms,
               kept = excluded.kept, more = excluded.more";
        run(
            self.0,
            statement,
            [
                row.kind.value(),
                text(&row.name),
                text(&row.what),
                text(&row.digest),
                number(row.bytes),
                row.state.value(),
                number(row.since_ms),
                number(row.used_ms),
                number(u64::from(row.kept)),
                row.more.as_deref().map_or(worker::SqlStorageValue::Null, text),
            ],
        )
    }

    /// Notes that something is to go; it counts until it is gone.
    pub(super) fn doom(&self, kind: Kind, name: &str, what: &str) -> Result<()> {
        let update = "UPDATE resting SET state = 2 WHERE kind = ? AND name = ? AND what = ?";
        run(self.0, update, [kind.value(), text(name), text(what)])
    }

    /// Notes that something was written, and how many bytes it has.
    pub(super) fn store(&self, kind: Kind, name: &str, what: &str, bytes: u64) -> Result<()> {
        match self.find(kind, name, what)? {
            Some(row) => self.put(&Row { bytes, state: State::Stored, ..row }),
            None => Ok(()),
        }
    }

    /// Notes that tags are to be looked at anew: one, those of a repository, or all. A tag is not
    /// pulled but looked at, so that the time of its use is free to say so: 0.
    pub(super) fn age(&self, name: Option<&str>, tag: Option<&str>) -> Result<()> {
        let update = "UPDATE resting SET used_ms = 0
             WHERE kind = 0 AND (?1 = '' OR name = ?1) AND (?2 = '' OR what = ?2)";
        run(self.0, update, [text(name.unwrap_or("")), text(tag.unwrap_or(""))])
    }

    /// At most `limit` tags that are to be looked at anew.
    pub(super) fn aged(&self, limit: u64) -> Result<Vec<Row>> {
        let query = "SELECT * FROM resting WHERE kind = 0 AND used_ms = 0 AND state = 1 LIMIT ?";
        rows(self.0, query, [number(limit)])
    }

    /// At most `limit` tags that pointed elsewhere before, the one that was looked at last first.
    pub(super) fn moved(&self, limit: u64) -> Result<Vec<Row>> {
        let query = "SELECT * FROM resting WHERE kind = 0 AND state = 1 AND more IS NOT NULL
             ORDER BY since_ms DESC LIMIT ?";
        rows(self.0, query, [number(limit)])
    }

    /// How many images rest: manifests that no other one keeps.
    pub(super) fn images(&self) -> Result<u64> {
        let query = "SELECT count(*) AS value FROM resting
             WHERE kept = 0 AND state = 1 AND kind IN (1, 3) AND kind = 1";
        self.value(query)
    }

    /// Notes that the slices of a fill are to go, and every link that leads there.
    pub(super) fn doom_body(&self, row: &Row) -> Result<()> {
        if row.state == State::Stored {
            let links = "UPDATE resting SET state = 2 WHERE kind = 2 AND digest = ?";
            run(self.0, links, [text(&row.digest)])?;
        }
        self.doom(Kind::Body, &row.name, &row.what)
    }

    /// Notes that something is gone.
    pub(super) fn forget(&self, row: &Row) -> Result<()> {
        let Some(row) = self.find(row.kind, &row.name, &row.what)? else { return Ok(()) };
        let statement = "DELETE FROM resting WHERE kind = ? AND name = ? AND what = ?";
        run(self.0, statement, [row.kind.value(), text(&row.name), text(&row.what)])?;
        self.subtract(row.bytes)?;
        match row.kind {
            Kind::Manifest => self.unname(&row.name, &row.digest),
            Kind::Tag => self.unnote(&gone(&row.name, &row.what)),
            Kind::Link | Kind::Body => Ok(()),
        }
    }

    /// The body of a digest that is whole.
    pub(super) fn stored_body(&self, digest: &Digest) -> Result<Option<Row>> {
        let query = "SELECT * FROM resting WHERE digest = ? AND kind = 3 AND state = 1 LIMIT 1";
        Ok(rows(self.0, query, [text(digest)])?.into_iter().next())
    }

    /// At most `limit` rows of what is to go: tags first, bodies last.
    pub(super) fn going(&self, limit: u64) -> Result<Vec<Row>> {
        let query = "SELECT * FROM resting WHERE state = 2 ORDER BY kind LIMIT ?";
        rows(self.0, query, [number(limit)])
    }

    /// At most `limit` rows of what is being written of one kind, since `before_ms` or longer.
    pub(super) fn writing(&self, kind: Kind, before_ms: u64, limit: u64) -> Result<Vec<Row>> {
        let query = "SELECT * FROM resting WHERE state = 0 AND kind = ? AND since_ms <= ?
             ORDER BY since_ms LIMIT ?";
        rows(self.0, query, [kind.value(), number(before_ms), number(limit)])
    }

    /// When the oldest fill that is under way was last heard of, ms UTC.
    pub(super) fn oldest_fill_ms(&self) -> Result<Option<u64>> {
        let query = "SELECT min(since_ms) AS value FROM resting WHERE state = 0 AND kind = 3";
        let found: Vec<Value> = rows(self.0, query, [])?;
        Ok(found.first().and_then(|row| row.value).map(row::whole))
    }

    /// When the image was last pulled that would go first, ms UTC.
    pub(super) fn oldest_use_ms(&self) -> Result<Option<u64>> {
        let query = "SELECT min(used_ms) AS value FROM resting
             WHERE kept = 0 AND state = 1 AND kind IN (1, 3)";
        let found: Vec<Value> = rows(self.0, query, [])?;
        Ok(found.first().and_then(|row| row.value).map(row::whole))
    }

    /// Whether anything is to go, or was being written when the object ended, fills aside.
    pub(super) fn is_unfinished(&self) -> Result<bool> {
        let query = "SELECT count(*) AS value FROM resting
             WHERE state = 2 OR (state = 0 AND kind <> 3)";
        Ok(self.value(query)? > 0)
    }

    fn value(&self, query: &str) -> Result<u64> {
        Ok(first(&rows(self.0, query, [])?))
    }
}

/// Under what it is noted since when a registry says that it has a tag no more.
pub(super) fn gone(name: &str, tag: &str) -> String {
    format!("gone {name}:{tag}")
}

fn first(found: &[Value]) -> u64 {
    found.first().and_then(|row| row.value).map_or(0, row::whole)
}
