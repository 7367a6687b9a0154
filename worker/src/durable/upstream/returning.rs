//! Going back: a tag that moved, while its new image is not complete here and its registry begins to
//! fail, points at the image before again, if that is complete. Nobody is given an image then whose
//! layers cannot be had.

use super::Upstream;
use super::ledger::{Kind, Ledger, Row, State};
use crate::store::cached::NewCached;
use roadstead_shared::oci::{Digest, Manifest, Name, Reference, Tag};
use roadstead_shared::upstream::evict::{Place, Shelf};
use worker::Result;

/// How many tags are looked at: those that moved last.
const AT_ONCE: u64 = 50;

/// How deep an index may lie in others.
const MAX_DEPTH: u32 = 4;

impl Upstream {
    /// Looks at the tags that moved last, and has those go back whose new image is not complete.
    pub(super) async fn go_back(&self) -> Result<()> {
        let ledger = self.ledger()?;
        for row in ledger.moved(AT_ONCE)? {
            let Some(before) = row.more.as_deref().and_then(|digest| digest.parse().ok()) else {
                continue;
            };
            let at = |digest: &Digest| Place { name: row.name.clone(), digest: digest.clone() };
            if !ledger.is_complete(&at(&row.digest), 0)? && ledger.is_complete(&at(&before), 0)? {
                self.point_back(&row, before).await?;
            }
        }
        Ok(())
    }

    async fn point_back(&self, row: &Row, before: Digest) -> Result<()> {
        let (Ok(name), Ok(tag)) = (row.name.parse::<Name>(), row.what.parse::<Tag>()) else {
            return Ok(());
        };
        let (store, prefix, ledger) = (self.store()?, self.prefix()?, self.ledger()?);
        let by_digest = Reference::Digest(before.clone());
        let Some(found) = store.cached_manifest(&prefix, &name, &by_digest).await? else {
            return Ok(());
        };
        let media_type = found.stored.media_type;
        let document = found.stored.object.bytes().await?;
        let Ok(manifest) = Manifest::parse(&document, &media_type) else { return Ok(()) };
        let bytes = document.len() as u64;
        if !self.make_room(bytes.saturating_sub(row.bytes), &before).await? {
            return Ok(());
        }
        // It is not trusted: as soon as the registry is well, it is asked.
        let ttl_s = self.rule()?.map_or(0, |rule| rule.ttl_s(tag.as_str()));
        let since_ms = Self::now_ms().saturating_sub(ttl_s.saturating_mul(1_000));
        let (state, longest) = (State::Writing, bytes.max(row.bytes));
        let written =
            Row { digest: before.clone(), bytes: longest, state, since_ms, ..row.clone() };
        ledger.put(&Row { more: None, ..written })?;
        let new = NewCached {
            media_type: &media_type,
            digest: &before,
            document: &document,
            manifest: &manifest,
            pushed_at_ms: since_ms,
        };
        store.put_cached_manifest(&prefix, &name, &Reference::Tag(tag), &new).await?;
        ledger.store(Kind::Tag, &row.name, &row.what, bytes)
    }
}

impl Ledger<'_> {
    /// Whether all is here that a manifest names; of an index what its manifests name that are here,
    /// of which there must be one.
    fn is_complete(&self, place: &Place, depth: u32) -> Result<bool> {
        let row = self.find(Kind::Manifest, &place.name, place.digest.as_str())?;
        if depth > MAX_DEPTH || !row.is_some_and(|row| row.state == State::Stored) {
            return Ok(false);
        }
        let mut has_children = false;
        let named = self.named(place)?;
        for digest in &named {
            let child = Place { name: place.name.clone(), digest: digest.clone() };
            if self.find(Kind::Manifest, &child.name, digest.as_str())?.is_some() {
                has_children = true;
                if !self.is_complete(&child, depth + 1)? {
                    return Ok(false);
                }
            }
        }
        if has_children {
            return Ok(true);
        }
        for digest in &named {
            if self.stored_body(digest)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
