//! What keeps what among the cached manifests of a repository: an index its children, a subject what
//! refers to it, a manifest its blobs. An edge counts only while its parent rests.

use super::row::whole;
use super::{Ledger, Row};
use crate::durable::sql::{number, rows, run, text};
use roadstead_shared::oci::{Digest, Name};
use roadstead_shared::upstream::Contents;
use serde::Deserialize;
use worker::{Result, SqlStorageValue};

/// How many manifests are looked at on the way up from one: real ones have three levels, and a
/// registry may say what it likes.
const MAX_ABOVE: usize = 64;

#[derive(Deserialize)]
pub(super) struct One {
    pub(super) digest: Digest,
}

#[derive(Deserialize)]
struct Size {
    value: Option<f64>,
}

impl Ledger<'_> {
    /// Notes what a manifest names, and what it says something about.
    pub(in super::super) fn name(
        &self,
        name: &Name,
        digest: &Digest,
        contents: &Contents,
    ) -> Result<()> {
        for (child, bytes) in &contents.named {
            self.edge(name, digest, digest, child, *bytes)?;
        }
        match &contents.subject {
            Some(subject) if subject != digest => self.edge(name, digest, subject, digest, None),
            _ => Ok(()),
        }
    }

    fn edge(
        &self,
        name: &Name,
        author: &Digest,
        parent: &Digest,
        child: &Digest,
        bytes: Option<u64>,
    ) -> Result<()> {
        let statement = "INSERT OR IGNORE INTO edges (name, author, parent, child, bytes)
             VALUES (?, ?, ?, ?, ?)";
        let bytes = bytes.map_or(SqlStorageValue::Null, number);
        run(self.0, statement, [text(name), text(author), text(parent), text(child), bytes])
    }

    /// Notes that a manifest rests: it keeps its own from now on.
    pub(in super::super) fn keep(&self, name: &str, digest: &Digest) -> Result<()> {
        let children = "SELECT DISTINCT child AS digest FROM edges WHERE parent = ? AND name = ?";
        let children: Vec<One> = rows(self.0, children, [text(digest), text(name)])?;
        self.relax(name, digest)?;
        children.iter().try_for_each(|child| self.relax(name, &child.digest))
    }

    /// Notes that a manifest is gone: it keeps nothing any more.
    pub(super) fn unname(&self, name: &str, digest: &Digest) -> Result<()> {
        let children = "SELECT DISTINCT child AS digest FROM edges WHERE parent = ? AND name = ?";
        let children: Vec<One> = rows(self.0, children, [text(digest), text(name)])?;
        run(self.0, "DELETE FROM edges WHERE name = ? AND author = ?", [text(name), text(digest)])?;
        children.iter().try_for_each(|child| self.relax(name, &child.digest))
    }

    /// Notes whether anything keeps a manifest or a blob.
    pub(in super::super) fn relax(&self, name: &str, digest: &Digest) -> Result<()> {
        let manifest = "UPDATE resting SET kept = EXISTS (
               SELECT 1 FROM edges JOIN resting AS above
                 ON above.kind = 1 AND above.name = edges.name AND above.what = edges.parent
               WHERE edges.child = ?1 AND edges.name = ?2)
             WHERE kind = 1 AND name = ?2 AND what = ?1";
        run(self.0, manifest, [text(digest), text(name)])?;
        let body = "UPDATE resting SET kept = EXISTS (
               SELECT 1 FROM edges JOIN resting AS above
                 ON above.kind = 1 AND above.name = edges.name AND above.what = edges.parent
               WHERE edges.child = ?1)
             WHERE digest = ?1 AND kind = 3";
        run(self.0, body, [text(digest)])
    }

    /// Whether a manifest of `name` that rests names `digest`, and how many bytes it says that has.
    pub(in super::super) fn is_named(
        &self,
        name: &Name,
        digest: &Digest,
    ) -> Result<(bool, Option<u64>)> {
        let query = "SELECT edges.bytes AS value FROM edges JOIN resting
               ON resting.kind = 1 AND resting.name = edges.name AND resting.what = edges.parent
             WHERE edges.child = ? AND edges.name = ? AND edges.author = edges.parent
               AND resting.state = 1
             ORDER BY edges.bytes IS NULL LIMIT 1";
        let found: Vec<Size> = rows(self.0, query, [text(digest), text(name)])?;
        let size = found.first().and_then(|row| row.value).map(whole);
        Ok((!found.is_empty(), size))
    }

    /// Notes that a manifest was pulled, and with it every image that it is part of.
    pub(in super::super) fn used(&self, name: &Name, digest: &Digest, now_ms: u64) -> Result<()> {
        let mut above = vec![digest.clone()];
        let mut at = 0;
        while let Some(digest) = above.get(at).cloned().filter(|_| at < MAX_ABOVE) {
            let update = "UPDATE resting SET used_ms = max(used_ms, ?)
                 WHERE kind = 1 AND name = ? AND what = ?";
            run(self.0, update, [number(now_ms), text(name), text(&digest)])?;
            for keeper in self.keepers(name.as_str(), &digest)? {
                if !above.contains(&keeper.digest) {
                    above.push(keeper.digest);
                }
            }
            at += 1;
        }
        Ok(())
    }

    /// The manifests that keep a manifest.
    pub(super) fn keepers(&self, name: &str, digest: &Digest) -> Result<Vec<Row>> {
        let query = "SELECT DISTINCT resting.* FROM edges JOIN resting
               ON resting.kind = 1 AND resting.name = edges.name AND resting.what = edges.parent
             WHERE edges.child = ? AND edges.name = ?";
        rows(self.0, query, [text(digest), text(name)])
    }
}
