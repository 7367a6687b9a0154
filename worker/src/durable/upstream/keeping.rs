//! Keeping what was fetched and found right: manifests with their tags.

use super::Upstream;
use super::ledger::{Kind, Row, gone};
use crate::durable::wire::UpstreamReply;
use crate::store::cached::NewCached;
use roadstead_shared::oci::{Digest, Manifest, Name, Reference, Tag};
use roadstead_shared::upstream::{Contents, contents};
use worker::Result;

/// How long after a registry said that a tag is gone it is dropped when that is said again, in ms.
const SECOND_LOOK_MS: u64 = 10_000;

/// A manifest that is to be kept.
#[derive(Clone, Copy)]
pub(super) struct New<'a> {
    pub(super) name: &'a Name,
    pub(super) digest: &'a Digest,
    pub(super) media_type: &'a str,
}

impl Upstream {
    /// Keeps a manifest, and under its tag again. One that is none is not kept.
    pub(super) async fn keep_manifest(
        &self,
        new: New<'_>,
        tag: Option<&Tag>,
        document: &[u8],
    ) -> Result<UpstreamReply> {
        let Ok(manifest) = Manifest::parse(document, new.media_type) else {
            return Ok(UpstreamReply::NoRoom);
        };
        let mut contents = Contents::parse(document);
        if contents.is_too_much() {
            return Ok(UpstreamReply::NoRoom);
        }
        let ledger = self.ledger()?;
        let (name, digest) = (new.name.as_str(), new.digest.as_str());
        let bytes = document.len() as u64;
        let now_ms = Self::now_ms();
        let awaited = self.awaiting.take(new.name, new.digest, now_ms);
        let tag = tag.or(awaited.as_ref());
        let is_here = ledger.find(Kind::Manifest, name, digest)?.is_some();
        let tagged = || tag.map(|tag| ledger.find(Kind::Tag, name, tag.as_str())).transpose();
        // What the tag pointed at before may go to make room, and the tag with it.
        let is_same = tagged()?.flatten().is_some_and(|row| row.digest == *new.digest);
        let more = if is_here { 0 } else { bytes } + if is_same { 0 } else { bytes };
        if !self.make_room(more, new.digest).await? {
            return Ok(UpstreamReply::NoRoom);
        }
        let said = tag.and_then(|tag| contents::subject_of(tag.as_str()));
        contents.subject = contents.subject.or(said);
        let row = Row { bytes, ..Row::new(Kind::Manifest, name, digest, new.digest, now_ms) };
        ledger.put(&row)?;
        ledger.name(new.name, new.digest, &contents)?;
        ledger.keep(name, new.digest)?;
        ledger.used(new.name, new.digest, now_ms)?;
        if let Some(tag) = tag {
            // Until it is written the tag's object is the one before or this one: the longer counts.
            let before = tagged()?.flatten();
            let bytes = before.as_ref().map_or(bytes, |row| row.bytes.max(bytes));
            let other = before.filter(|row| row.digest != *new.digest);
            let more = other.map(|row| row.digest.to_string());
            let row = Row::new(Kind::Tag, name, tag.as_str(), new.digest, now_ms);
            ledger.put(&Row { bytes, more, ..row })?;
            ledger.unnote(&gone(name, tag.as_str()))?;
        }
        let written = NewCached {
            media_type: new.media_type,
            digest: new.digest,
            document,
            manifest: &manifest,
            pushed_at_ms: now_ms,
        };
        self.write(&written, new.name, tag).await?;
        Ok(UpstreamReply::Kept)
    }

    /// Writes a manifest that was noted, then its tag, and notes that they rest.
    async fn write(&self, new: &NewCached<'_>, name: &Name, tag: Option<&Tag>) -> Result<()> {
        let (store, prefix, ledger) = (self.store()?, self.prefix()?, self.ledger()?);
        let by_digest = Reference::Digest(new.digest.clone());
        store.put_cached_manifest(&prefix, name, &by_digest, new).await?;
        ledger.store(
            Kind::Manifest,
            name.as_str(),
            new.digest.as_str(),
            new.document.len() as u64,
        )?;
        if let Some(tag) = tag {
            store.put_cached_manifest(&prefix, name, &Reference::Tag(tag.clone()), new).await?;
            ledger.store(Kind::Tag, name.as_str(), tag.as_str(), new.document.len() as u64)?;
        }
        Ok(())
    }

    /// Notes that a tag is still what it was.
    pub(super) async fn confirm(
        &self,
        name: &Name,
        tag: &Tag,
        digest: &Digest,
    ) -> Result<UpstreamReply> {
        let (store, prefix, ledger) = (self.store()?, self.prefix()?, self.ledger()?);
        let row = ledger.find(Kind::Tag, name.as_str(), tag.as_str())?;
        let Some(row) = row.filter(|row| row.digest == *digest) else {
            return self.point(name, tag, digest).await;
        };
        let now_ms = Self::now_ms();
        let reference = Reference::Tag(tag.clone());
        if store.refresh_cached_tag(&prefix, name, &reference, now_ms).await? {
            ledger.put(&Row { since_ms: now_ms, used_ms: now_ms, ..row })?;
            ledger.unnote(&gone(name.as_str(), tag.as_str()))?;
            return Ok(UpstreamReply::Kept);
        }
        // The bucket has lost it; so has the ledger then.
        ledger.doom(Kind::Tag, &row.name, &row.what)?;
        self.finish().await?;
        Ok(UpstreamReply::Unknown)
    }

    /// Drops a tag that the registry has no more, when it says so for the second time: `Done`. Until
    /// then it is `Kept`.
    pub(super) async fn gone(&self, name: &Name, tag: &Tag) -> Result<UpstreamReply> {
        let ledger = self.ledger()?;
        let note = gone(name.as_str(), tag.as_str());
        if ledger.find(Kind::Tag, name.as_str(), tag.as_str())?.is_none() {
            return Ok(UpstreamReply::Done);
        }
        let now_ms = Self::now_ms();
        let since_ms = ledger.about(&note)?.and_then(|since| since.parse::<u64>().ok());
        match since_ms {
            Some(since_ms) if now_ms >= since_ms.saturating_add(SECOND_LOOK_MS) => {
                ledger.doom(Kind::Tag, name.as_str(), tag.as_str())?;
                self.finish().await?;
                Ok(UpstreamReply::Done)
            }
            Some(_) => Ok(UpstreamReply::Kept),
            None => {
                ledger.note(&note, &now_ms.to_string())?;
                Ok(UpstreamReply::Kept)
            }
        }
    }
}
