//! What keeps what in one repository: tags keep manifests, an index keeps its children, a subject
//! keeps what refers to it, and a manifest keeps its blobs. Nothing is decided from the bucket's
//! listings, so that collecting costs in proportion to what changed.
//!
//! Invariant: every manifest in the bucket, and every tag, is in here, for it is noted here before
//! it is written there and removed here after it is gone there. More may be in here, never less.

use crate::durable::sql::{number, rows, run, text};
use roadstead_shared::oci::{Digest, Links, Tag};
use serde::Deserialize;
use worker::{Result, SqlStorage};

/// The tables. Times are ms UTC.
const SCHEMA: [&str; 9] = [
    // `loose_since_ms`: since then nothing keeps it. `deleted_at_ms`: since then it can be restored.
    "CREATE TABLE IF NOT EXISTS manifests (
       digest TEXT NOT NULL PRIMARY KEY, loose_since_ms INTEGER, deleted_at_ms INTEGER)
       STRICT, WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS manifests_loose ON manifests (loose_since_ms)",
    "CREATE INDEX IF NOT EXISTS manifests_deleted ON manifests (deleted_at_ms)",
    // `parent` keeps `child`; `author` is the manifest that says so.
    "CREATE TABLE IF NOT EXISTS edges (
       author TEXT NOT NULL, parent TEXT NOT NULL, child TEXT NOT NULL,
       PRIMARY KEY (author, parent, child)) STRICT, WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS edges_by_child ON edges (child)",
    "CREATE INDEX IF NOT EXISTS edges_by_parent ON edges (parent)",
    "CREATE TABLE IF NOT EXISTS tags (
       tag TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS tags_by_digest ON tags (digest)",
    "CREATE TABLE IF NOT EXISTS deleted_tags (
       tag TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL, deleted_at_ms INTEGER NOT NULL)
       STRICT, WITHOUT ROWID",
];

/// Whether anything keeps the manifest or blob `?1`.
const KEPT: &str = "SELECT EXISTS (SELECT 1 FROM tags WHERE digest = ?1)
    OR EXISTS (SELECT 1 FROM deleted_tags WHERE digest = ?1)
    OR EXISTS (SELECT 1 FROM edges JOIN manifests ON manifests.digest = edges.parent
               WHERE edges.child = ?1) AS found";

/// The graph in the object's own database.
pub(super) struct Graph<'a>(&'a SqlStorage);

#[derive(Deserialize)]
struct Found {
    found: f64,
}

#[derive(Deserialize)]
struct One {
    digest: Digest,
}

#[derive(Deserialize)]
struct Name {
    tag: Tag,
}

#[derive(Deserialize)]
struct Time {
    due_ms: Option<f64>,
}

impl<'a> Graph<'a> {
    /// The graph in a database whose tables were made.
    pub(super) fn new(sql: &'a SqlStorage) -> Self {
        Self(sql)
    }

    /// Makes the tables where there are none.
    pub(super) fn prepare(&self) -> Result<()> {
        SCHEMA.iter().try_for_each(|statement| run(self.0, statement, []))
    }

    /// Notes a manifest that is about to be written, what it keeps (every digest that it names) and
    /// what it is kept by.
    pub(super) fn add(&self, digest: &Digest, links: &Links, now_ms: u64) -> Result<()> {
        let insert = "INSERT INTO manifests (digest, loose_since_ms) VALUES (?1, ?2)
             ON CONFLICT (digest) DO UPDATE SET
               deleted_at_ms = NULL, loose_since_ms = excluded.loose_since_ms";
        run(self.0, insert, [text(digest), number(now_ms)])?;
        for child in &links.named {
            self.edge(digest, digest, child)?;
            self.relax(child, now_ms)?;
        }
        if let Some(subject) = &links.subject {
            self.edge(digest, subject, digest)?;
        }
        for referrer in self.children(digest)? {
            self.relax(&referrer, now_ms)?;
        }
        self.relax(digest, now_ms)
    }

    fn edge(&self, author: &Digest, parent: &Digest, child: &Digest) -> Result<()> {
        let insert = "INSERT OR IGNORE INTO edges (author, parent, child) VALUES (?, ?, ?)";
        run(self.0, insert, [text(author), text(parent), text(child)])
    }

    /// Points `tag` at a manifest.
    pub(super) fn point(&self, tag: &Tag, digest: &Digest, now_ms: u64) -> Result<()> {
        let before = self.tagged(tag)?;
        let insert = "INSERT OR REPLACE INTO tags (tag, digest) VALUES (?, ?)";
        run(self.0, insert, [text(tag), text(digest)])?;
        self.relax(digest, now_ms)?;
        before.map_or(Ok(()), |before| self.relax(&before, now_ms))
    }

    /// Removes `tag`.
    pub(super) fn unpoint(&self, tag: &Tag, now_ms: u64) -> Result<()> {
        let before = self.tagged(tag)?;
        run(self.0, "DELETE FROM tags WHERE tag = ?", [text(tag)])?;
        before.map_or(Ok(()), |before| self.relax(&before, now_ms))
    }

    /// Notes that `tag`, which pointed at `digest`, was deleted and can be restored.
    pub(super) fn delete_tag(&self, tag: &Tag, digest: &Digest, now_ms: u64) -> Result<()> {
        // An earlier deletion of the same tag can no longer be taken back.
        self.forget_tag(tag, now_ms)?;
        let insert = "INSERT OR REPLACE INTO deleted_tags (tag, digest, deleted_at_ms)
             VALUES (?, ?, ?)";
        run(self.0, insert, [text(tag), text(digest), number(now_ms)])?;
        self.relax(digest, now_ms)
    }

    /// Whether a tag was deleted at `before_ms` or earlier, and not again since.
    pub(super) fn is_tag_deleted(&self, tag: &Tag, before_ms: u64) -> Result<bool> {
        let query = "SELECT tag FROM deleted_tags WHERE tag = ? AND deleted_at_ms <= ?";
        Ok(!rows::<Name, 2>(self.0, query, [text(tag), number(before_ms)])?.is_empty())
    }

    /// Notes that a deleted tag is back, or can no longer be restored.
    pub(super) fn forget_tag(&self, tag: &Tag, now_ms: u64) -> Result<()> {
        let query = "SELECT digest FROM deleted_tags WHERE tag = ?";
        let before: Vec<One> = rows(self.0, query, [text(tag)])?;
        run(self.0, "DELETE FROM deleted_tags WHERE tag = ?", [text(tag)])?;
        before.iter().try_for_each(|before| self.relax(&before.digest, now_ms))
    }

    /// Notes that a manifest was deleted and can be restored; it still keeps what it kept.
    pub(super) fn delete(&self, digest: &Digest, now_ms: u64) -> Result<()> {
        let update = "INSERT INTO manifests (digest, deleted_at_ms) VALUES (?1, ?2)
             ON CONFLICT (digest) DO UPDATE SET deleted_at_ms = ?2, loose_since_ms = NULL";
        run(self.0, update, [text(digest), number(now_ms)])
    }

    /// The blobs that a manifest keeps and nothing else does.
    pub(super) fn only_kept_by(&self, digest: &Digest) -> Result<Vec<Digest>> {
        let query = "SELECT child AS digest FROM edges WHERE parent = ?1 AND author = ?1
               AND NOT EXISTS (SELECT 1 FROM manifests WHERE digest = edges.child)
               AND NOT EXISTS (
                 SELECT 1 FROM edges AS other JOIN manifests ON manifests.digest = other.parent
                 WHERE other.child = edges.child AND other.parent <> ?1)";
        Ok(digests(rows(self.0, query, [text(digest)])?))
    }

    /// Notes that a manifest is gone. The manifests that it alone kept wait to be collected from
    /// now on.
    pub(super) fn remove(&self, digest: &Digest, now_ms: u64) -> Result<()> {
        let children = self.children(digest)?;
        run(self.0, "DELETE FROM manifests WHERE digest = ?", [text(digest)])?;
        run(self.0, "DELETE FROM edges WHERE author = ?", [text(digest)])?;
        children.iter().try_for_each(|child| self.relax(child, now_ms))
    }

    /// Whether a manifest may go: nothing keeps it since `before_ms` or longer.
    pub(super) fn is_loose(&self, digest: &Digest, before_ms: u64) -> Result<bool> {
        let query = "SELECT digest FROM manifests
             WHERE digest = ? AND loose_since_ms <= ? AND deleted_at_ms IS NULL";
        let found: Vec<One> = rows(self.0, query, [text(digest), number(before_ms)])?;
        Ok(!found.is_empty() && !self.keeps(digest)?)
    }

    /// Whether a manifest was deleted at `before_ms` or earlier and is not back.
    pub(super) fn is_deleted(&self, digest: &Digest, before_ms: u64) -> Result<bool> {
        let query = "SELECT digest FROM manifests WHERE digest = ? AND deleted_at_ms <= ?";
        let found: Vec<One> = rows(self.0, query, [text(digest), number(before_ms)])?;
        Ok(!found.is_empty())
    }

    /// Whether anything keeps a manifest or blob.
    pub(super) fn keeps(&self, digest: &Digest) -> Result<bool> {
        let found: Vec<Found> = rows(self.0, KEPT, [text(digest)])?;
        Ok(found.first().is_some_and(|row| row.found > 0.0))
    }

    /// Notes since when nothing keeps a manifest, or that something does.
    fn relax(&self, digest: &Digest, now_ms: u64) -> Result<()> {
        let update = if self.keeps(digest)? {
            "UPDATE manifests SET loose_since_ms = NULL WHERE digest = ?1 AND ?2 >= 0"
        } else {
            "UPDATE manifests SET loose_since_ms = coalesce(loose_since_ms, ?2)
             WHERE digest = ?1 AND deleted_at_ms IS NULL"
        };
        run(self.0, update, [text(digest), number(now_ms)])
    }

    /// Whether there is a manifest of this digest.
    pub(super) fn knows(&self, digest: &Digest) -> Result<bool> {
        let query = "SELECT digest FROM manifests WHERE digest = ?";
        Ok(!rows::<One, 1>(self.0, query, [text(digest)])?.is_empty())
    }

    fn children(&self, digest: &Digest) -> Result<Vec<Digest>> {
        let query = "SELECT DISTINCT child AS digest FROM edges WHERE parent = ?";
        Ok(digests(rows(self.0, query, [text(digest)])?))
    }

    fn tagged(&self, tag: &Tag) -> Result<Option<Digest>> {
        let found: Vec<One> = rows(self.0, "SELECT digest FROM tags WHERE tag = ?", [text(tag)])?;
        Ok(found.into_iter().next().map(|row| row.digest))
    }

    /// Whether a tag is there, or can be restored.
    pub(super) fn has_tag(&self, tag: &Tag) -> Result<bool> {
        let query = "SELECT tag FROM tags WHERE tag = ?1
             UNION SELECT tag FROM deleted_tags WHERE tag = ?1";
        Ok(!rows::<Name, 1>(self.0, query, [text(tag)])?.is_empty())
    }

    /// The tags that point at a manifest.
    pub(super) fn tags_of(&self, digest: &Digest) -> Result<Vec<Tag>> {
        let query = "SELECT tag FROM tags WHERE digest = ? ORDER BY tag";
        let found: Vec<Name> = rows(self.0, query, [text(digest)])?;
        Ok(found.into_iter().map(|row| row.tag).collect())
    }

    /// At most `limit` manifests that nothing keeps since `before_ms` or longer.
    pub(super) fn loose(&self, before_ms: u64, limit: u64) -> Result<Vec<Digest>> {
        let query = "SELECT digest FROM manifests
             WHERE loose_since_ms <= ? AND deleted_at_ms IS NULL
             ORDER BY loose_since_ms LIMIT ?";
        Ok(digests(rows(self.0, query, [number(before_ms), number(limit)])?))
    }

    /// At most `limit` manifests that were deleted at `before_ms` or earlier.
    pub(super) fn deleted(&self, before_ms: u64, limit: u64) -> Result<Vec<Digest>> {
        let query = "SELECT digest FROM manifests WHERE deleted_at_ms <= ?
             ORDER BY deleted_at_ms LIMIT ?";
        Ok(digests(rows(self.0, query, [number(before_ms), number(limit)])?))
    }

    /// The same of tags.
    pub(super) fn deleted_tags(&self, before_ms: u64, limit: u64) -> Result<Vec<Tag>> {
        let query = "SELECT tag FROM deleted_tags WHERE deleted_at_ms <= ?
             ORDER BY deleted_at_ms LIMIT ?";
        let found: Vec<Name> = rows(self.0, query, [number(before_ms), number(limit)])?;
        Ok(found.into_iter().map(|row| row.tag).collect())
    }

    /// When the first thing is due, ms UTC, where loose manifests are left alone for `loose_ms` and
    /// deleted things for `deleted_ms`.
    pub(super) fn due_ms(&self, loose_ms: u64, deleted_ms: u64) -> Result<Option<u64>> {
        let query = "SELECT min(due_ms) AS due_ms FROM (
               SELECT min(loose_since_ms) + ?1 AS due_ms FROM manifests WHERE deleted_at_ms IS NULL
               UNION ALL SELECT min(deleted_at_ms) + ?2 FROM manifests
               UNION ALL SELECT min(deleted_at_ms) + ?2 FROM deleted_tags)";
        let found: Vec<Time> = rows(self.0, query, [number(loose_ms), number(deleted_ms)])?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a time in ms, which was written as one"
        )]
        let due = found.first().and_then(|row| row.due_ms).map(|due| due as u64);
        Ok(due)
    }
}

fn digests(rows: Vec<One>) -> Vec<Digest> {
    rows.into_iter().map(|row| row.digest).collect()
}
