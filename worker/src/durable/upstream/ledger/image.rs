//! What belongs together in the ledger: the questions of `shared::upstream::evict`, as queries.

use super::Ledger;
use super::graph::One;
use super::row::{Kind, Row, State, whole};
use crate::durable::sql::{number, rows, run, text};
use roadstead_shared::oci::Digest;
use roadstead_shared::upstream::evict::{Image, Place, Root, Shelf};
use serde::Deserialize;
use worker::{Error, Result};

/// How many roots are read at once.
const PAGE: u64 = 16;

/// The place of a row in the order of use.
#[derive(Clone, Debug)]
pub(in super::super) struct Mark {
    used_ms: u64,
    kind: Kind,
    name: String,
    what: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    digest: Digest,
}

impl Shelf for Ledger<'_> {
    type Error = Error;
    type Mark = Mark;

    fn oldest(&self, after: Option<Mark>, kept: bool) -> Result<Option<(Vec<Root>, Mark)>> {
        // A body that something keeps is no image of its own.
        let (kept, kinds) = if kept { (1, "kind = 1") } else { (0, "kind IN (1, 3)") };
        let query = format!(
            "SELECT * FROM resting WHERE kept = {kept} AND state = 1 AND {kinds}
               AND used_ms >= ?1 AND (used_ms, kind, name, what) > (?1, ?2, ?3, ?4)
             ORDER BY used_ms, kind, name, what LIMIT ?5"
        );
        let first = Mark { used_ms: 0, kind: Kind::Tag, name: String::new(), what: String::new() };
        let Mark { used_ms, kind, name, what } = after.unwrap_or(first);
        let values = [number(used_ms), kind.value(), text(&name), text(&what), number(PAGE)];
        let found: Vec<Row> = rows(self.0, &query, values)?;
        let Some(Row { used_ms, kind, name, what, .. }) = found.last().cloned() else {
            return Ok(None);
        };
        let root = |Row { kind, name, digest, .. }: Row| match kind {
            Kind::Body => Root::Blob(digest),
            Kind::Tag | Kind::Manifest | Kind::Link => Root::Manifest(Place { name, digest }),
        };
        Ok(Some((found.into_iter().map(root).collect(), Mark { used_ms, kind, name, what })))
    }

    fn children(&self, manifest: &Place) -> Result<Vec<Digest>> {
        let query = "SELECT DISTINCT edges.child AS digest FROM edges JOIN resting
               ON resting.kind = 1 AND resting.name = edges.name AND resting.what = edges.child
             WHERE edges.parent = ? AND edges.name = ?";
        self.digests(query, manifest)
    }

    fn keepers(&self, manifest: &Place) -> Result<Vec<Digest>> {
        let query = "SELECT DISTINCT edges.parent AS digest FROM edges JOIN resting
               ON resting.kind = 1 AND resting.name = edges.name AND resting.what = edges.parent
             WHERE edges.child = ? AND edges.name = ?";
        self.digests(query, manifest)
    }

    fn named(&self, manifest: &Place) -> Result<Vec<Digest>> {
        let query = "SELECT child AS digest FROM edges
             WHERE author = ?1 AND parent = ?1 AND name = ?2";
        self.digests(query, manifest)
    }

    fn namers(&self, digest: &Digest) -> Result<Vec<Place>> {
        let query = "SELECT edges.name AS name, edges.parent AS digest FROM edges JOIN resting
               ON resting.kind = 1 AND resting.name = edges.name AND resting.what = edges.parent
             WHERE edges.child = ? AND edges.author = edges.parent";
        let found: Vec<Named> = rows(self.0, query, [text(digest)])?;
        Ok(found.into_iter().map(|Named { name, digest }| Place { name, digest }).collect())
    }

    fn used_ms(&self, manifest: &Place) -> Result<u64> {
        let row = self.find(Kind::Manifest, &manifest.name, manifest.digest.as_str())?;
        Ok(row.map(|row| row.used_ms.max(row.since_ms)).unwrap_or_default())
    }

    fn is_filling(&self, digest: &Digest) -> Result<bool> {
        let query = "SELECT digest FROM resting
             WHERE digest = ? AND kind = 3 AND state = 0 LIMIT 1";
        Ok(!rows::<One, 1>(self.0, query, [text(digest)])?.is_empty())
    }
}

impl Ledger<'_> {
    fn digests(&self, query: &str, of: &Place) -> Result<Vec<Digest>> {
        let found: Vec<One> = rows(self.0, query, [text(&of.digest), text(&of.name)])?;
        Ok(found.into_iter().map(|row| row.digest).collect())
    }

    /// Notes that an image is to go. How many bytes it has.
    pub(in super::super) fn doom_image(&self, image: &Image) -> Result<u64> {
        for Place { name, digest } in &image.manifests {
            let tags = "UPDATE resting SET state = 2 WHERE digest = ? AND kind = 0 AND name = ?";
            run(self.0, tags, [text(digest), text(name)])?;
            self.doom(Kind::Manifest, name, digest.as_str())?;
        }
        for Place { name, digest } in &image.links {
            self.doom(Kind::Link, name, digest.as_str())?;
        }
        for digest in &image.bodies {
            // A fill that is under way goes on: somebody waits for it.
            if let Some(row) = self.stored_body(digest)? {
                self.doom_body(&row)?;
            }
        }
        self.value("SELECT sum(bytes) AS value FROM resting WHERE state = 2")
    }

    /// How many bytes of an image rest, its tags aside.
    pub(in super::super) fn image_bytes(&self, image: &Image) -> Result<u64> {
        let mut bytes = 0;
        for Place { name, digest } in &image.manifests {
            let row = self.find(Kind::Manifest, name, digest.as_str())?;
            bytes += row.filter(|row| row.state == State::Stored).map_or(0, |row| row.bytes);
        }
        for digest in &image.bodies {
            bytes += self.stored_body(digest)?.map_or(0, |row| row.bytes);
        }
        Ok(bytes)
    }

    /// The tags of a repository that point at a manifest.
    pub(in super::super) fn tags_of(&self, manifest: &Place) -> Result<u64> {
        #[derive(Deserialize)]
        struct Count {
            value: f64,
        }
        let query = "SELECT count(*) AS value FROM resting
             WHERE digest = ? AND kind = 0 AND name = ? AND state <> 2";
        let found: Vec<Count> =
            rows(self.0, query, [text(&manifest.digest), text(&manifest.name)])?;
        Ok(found.first().map_or(0, |row| whole(row.value)))
    }

    /// Notes that all of a repository is to go, or with `None` everything. Blobs that another
    /// repository names stay.
    pub(in super::super) fn doom_all(&self, name: Option<&str>) -> Result<()> {
        let Some(name) = name else {
            // Fills that are under way go on.
            return run(self.0, "UPDATE resting SET state = 2 WHERE state = 1 OR kind <> 3", []);
        };
        run(self.0, "UPDATE resting SET state = 2 WHERE name = ? AND kind <> 3", [text(name)])?;
        let bodies = "UPDATE resting SET state = 2 WHERE kind = 3 AND state = 1
             AND digest IN (SELECT child FROM edges WHERE name = ?1)
             AND NOT EXISTS (SELECT 1 FROM edges WHERE child = resting.digest AND name <> ?1)";
        run(self.0, bodies, [text(name)])
    }
}
