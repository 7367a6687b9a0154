//! Blobs: keeping those that were fetched and found right, and finding them for a repository that
//! may have them.

use super::Upstream;
use super::ledger::{Kind, Row, State};
use crate::durable::wire::UpstreamReply;
use crate::store::cached::key;
use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Digest, Name};
use worker::Result;

impl Upstream {
    /// Keeps what a fill has stored. `NoRoom` where that was not reserved, or is more than was: its
    /// slices are removed.
    pub(super) async fn keep_blob(
        &self,
        fill: &str,
        name: &Name,
        digest: &Digest,
        body: &Body,
    ) -> Result<UpstreamReply> {
        let (ledger, prefix) = (self.ledger()?, self.prefix()?);
        let row = ledger.find(Kind::Body, "", fill)?;
        let fits = |row: &Row| row.digest == *digest && body.size <= row.bytes;
        let is_there = body.upload == key::slices(&prefix, fill);
        let Some(row) = row.filter(fits).filter(|_| is_there) else {
            return self.refuse_blob(fill).await;
        };
        if row.state == State::Writing {
            if ledger.stored_body(digest)?.is_some() {
                // Another one was first.
                ledger.doom(Kind::Body, "", fill)?;
                self.finish().await?;
            } else {
                let (bytes, now_ms) = (body.size, Self::now_ms());
                let more = Some(serde_json::to_string(body)?);
                let stored = State::Stored;
                ledger.put(&Row { bytes, more, state: stored, used_ms: now_ms, ..row })?;
            }
        }
        self.find(name, digest).await?;
        Ok(UpstreamReply::Kept)
    }

    async fn refuse_blob(&self, fill: &str) -> Result<UpstreamReply> {
        let ledger = self.ledger()?;
        match ledger.find(Kind::Body, "", fill)? {
            Some(row) => {
                ledger.doom_body(&row)?;
                self.finish().await?;
            }
            None => self.store()?.remove_cached_slices(&self.prefix()?, fill).await?,
        }
        Ok(UpstreamReply::NoRoom)
    }

    /// Where a blob is. A repository whose manifest names it gets its link.
    pub(super) async fn find(&self, name: &Name, digest: &Digest) -> Result<UpstreamReply> {
        let ledger = self.ledger()?;
        let (is_named, size) = ledger.is_named(name, digest)?;
        let body = ledger.stored_body(digest)?.and_then(|row| row.more);
        let body: Option<Body> = body.map(|body| serde_json::from_str(&body)).transpose()?;
        if let Some(body) = body.as_ref().filter(|_| is_named) {
            self.link(name, digest, body).await?;
        }
        Ok(UpstreamReply::Found { body, is_named, size })
    }

    async fn link(&self, name: &Name, digest: &Digest, body: &Body) -> Result<()> {
        let ledger = self.ledger()?;
        let (repository, what) = (name.as_str(), digest.as_str());
        if ledger.find(Kind::Link, repository, what)?.is_none() {
            ledger.put(&Row::new(Kind::Link, repository, what, digest, Self::now_ms()))?;
        }
        // Who asks did not find it, be it noted or not.
        self.store()?.put_cached_link(&self.prefix()?, name, digest, body).await?;
        ledger.store(Kind::Link, repository, what, 0)
    }
}
