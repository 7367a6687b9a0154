//! Room: what is reserved before it is written, and what goes before the budget would be passed.

use super::ledger::{Kind, Row, State};
use super::{Ledger, Upstream, asking::counted};
use crate::durable::wire::UpstreamReply;
use crate::store::cached::key;
use futures_util::future::try_join_all;
use roadstead_shared::oci::{Digest, Reference};
use roadstead_shared::upstream::evict;
use worker::Result;

/// How many objects are removed in one step.
const AT_ONCE: u64 = 200;

/// The slices of how many bodies are removed beside each other: the runtime lets six requests wait
/// for their beginning.
const BODIES_AT_ONCE: usize = 6;

/// How long a fill is waited for that says nothing, in ms.
pub(super) const FILL_MS: u64 = 60 * 60 * 1000;

impl Upstream {
    /// Makes one change of what rests. What an earlier one left in the middle is finished first.
    pub(super) async fn change<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let _turn = self.turn.lock().await;
        if self.is_unsure.replace(true) {
            self.settle().await?;
        }
        let done = work.await?;
        self.is_unsure.set(false);
        Ok(done)
    }

    /// Counts what a fill will store. It holds for an hour after it was said last.
    pub(super) async fn reserve(
        &self,
        fill: &str,
        digest: &Digest,
        bytes: u64,
    ) -> Result<UpstreamReply> {
        let ledger = self.ledger()?;
        let mut before = 0;
        if let Some(row) = ledger.find(Kind::Body, "", fill)? {
            if row.state == State::Writing && row.digest == *digest {
                before = row.bytes;
            } else {
                // What a fill of this name stored before is to go first: the keys are the same.
                ledger.doom_body(&row)?;
                self.finish().await?;
            }
        }
        let bytes = bytes.max(before);
        if !self.make_room(bytes - before, digest).await? {
            return Ok(UpstreamReply::NoRoom);
        }
        let now_ms = Self::now_ms();
        ledger.put(&Row { bytes, ..Row::new(Kind::Body, "", fill, digest, now_ms) })?;
        ledger.relax("", digest)?;
        self.schedule(false).await?;
        Ok(UpstreamReply::Room)
    }

    /// Removes what a fill stored.
    pub(super) async fn abandon(&self, fill: &str) -> Result<UpstreamReply> {
        let ledger = self.ledger()?;
        let row = ledger.find(Kind::Body, "", fill)?;
        match row {
            Some(row) if row.state == State::Writing => {
                ledger.doom(Kind::Body, "", fill)?;
                self.finish().await?;
            }
            // What was kept is nobody's to abandon.
            Some(_) => {}
            // It was given up here before: what it stored since is in no row.
            None => self.store()?.remove_cached_slices(&self.prefix()?, fill).await?,
        }
        Ok(UpstreamReply::Done)
    }

    /// Makes room for `bytes` more, for something that is `asking` or part of it: images go, the
    /// least recently pulled first. Whether there is room; where there cannot be, nothing goes.
    pub(super) async fn make_room(&self, bytes: u64, asking: &Digest) -> Result<bool> {
        let Some(rule) = self.rule()? else { return Ok(false) };
        let Some(budget) = rule.budget_bytes else { return Ok(true) };
        let ledger = self.ledger()?;
        if ledger.bytes()?.saturating_add(bytes) <= budget {
            return Ok(true);
        }
        if self.staying_bytes(asking)?.saturating_add(bytes) > budget {
            return Ok(false);
        }
        while ledger.bytes()?.saturating_add(bytes) > budget {
            let Some(image) = evict::next(&ledger, asking, Self::now_ms())? else {
                return Ok(false);
            };
            let bytes = ledger.doom_image(&image)?;
            self.finish().await?;
            ledger.add(counted::EVICTED, 1)?;
            ledger.add(counted::EVICTED_BYTES, bytes)?;
        }
        Ok(true)
    }

    /// How many bytes can not go now: what fills are writing, and what the images have that room is
    /// made for.
    fn staying_bytes(&self, asking: &Digest) -> Result<u64> {
        let ledger = self.ledger()?;
        let mut bytes = ledger.writing_bytes()?;
        for image in evict::images_of(&ledger, asking)? {
            bytes = bytes.saturating_add(ledger.image_bytes(&image)?);
        }
        Ok(bytes)
    }

    /// Finishes what a change left in the middle: it ended, or the object did.
    pub(super) async fn settle(&self) -> Result<()> {
        let ledger = self.ledger()?;
        loop {
            let tags = ledger.writing(Kind::Tag, u64::MAX, AT_ONCE)?;
            if tags.is_empty() {
                break;
            }
            for row in tags {
                self.look_at_tag(&ledger, &row).await?;
            }
        }
        for kind in [Kind::Manifest, Kind::Link] {
            for row in ledger.writing(kind, u64::MAX, u64::from(u32::MAX))? {
                ledger.doom(row.kind, &row.name, &row.what)?;
            }
        }
        self.finish().await
    }

    /// A tag that was being moved is what the bucket says.
    async fn look_at_tag(&self, ledger: &Ledger<'_>, row: &Row) -> Result<()> {
        let found = match (row.name.parse(), row.what.parse()) {
            (Ok(name), Ok(tag)) => {
                let (store, prefix) = (self.store()?, self.prefix()?);
                store.cached_manifest(&prefix, &name, &Reference::Tag(tag)).await?
            }
            _ => None,
        };
        let Some(found) = found else { return ledger.doom(Kind::Tag, &row.name, &row.what) };
        let (bytes, digest) = (found.stored.object.size(), found.stored.digest);
        let since_ms = found.checked_at_ms;
        ledger.put(&Row { bytes, digest, since_ms, state: State::Stored, ..row.clone() })
    }

    /// Removes what is to go: what names before what is named, and forgets it when it is gone.
    pub(super) async fn finish(&self) -> Result<()> {
        let (ledger, store, prefix) = (self.ledger()?, self.store()?, self.prefix()?);
        loop {
            let going = ledger.going(AT_ONCE)?;
            if going.is_empty() {
                return Ok(());
            }
            let keys: Vec<String> =
                going.iter().filter_map(|row| object_key(&prefix, row)).collect();
            store.remove_cached(&keys).await?;
            let bodies: Vec<&Row> = going.iter().filter(|row| row.kind == Kind::Body).collect();
            for some in bodies.chunks(BODIES_AT_ONCE) {
                let removed = some.iter().map(|row| store.remove_cached_slices(&prefix, &row.what));
                try_join_all(removed).await?;
            }
            going.iter().try_for_each(|row| ledger.forget(row))?;
        }
    }
}

/// Where it lies; `None` for slices, which are many.
fn object_key(prefix: &str, row: &Row) -> Option<String> {
    let name = row.name.parse().ok()?;
    Some(match row.kind {
        Kind::Tag => key::manifest(prefix, &name, &Reference::Tag(row.what.parse().ok()?)),
        Kind::Manifest => key::manifest(prefix, &name, &Reference::Digest(row.digest.clone())),
        Kind::Link => key::link(prefix, &name, &row.digest),
        Kind::Body => return None,
    })
}
