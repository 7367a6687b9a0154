//! Tags whose digest is known before the manifest is here: many clients ask what a tag is by HEAD,
//! and get the manifest by its digest. The tag is kept with it.

use super::Upstream;
use super::keeping::New;
use super::ledger::Kind;
use crate::durable::wire::UpstreamReply;
use roadstead_shared::oci::{Digest, Name, Reference, Tag};
use std::cell::RefCell;
use std::collections::VecDeque;
use worker::Result;

/// How many are remembered.
const MAX: usize = 256;

/// For how long, in ms: what was said of a tag is not true for ever.
const AWAITED_MS: u64 = 60_000;

struct Awaited {
    name: Name,
    digest: Digest,
    tag: Tag,
    since_ms: u64,
}

/// The tags that wait for their manifests.
#[derive(Default)]
pub(super) struct Awaiting(RefCell<VecDeque<Awaited>>);

impl Awaiting {
    fn push(&self, name: &Name, digest: &Digest, tag: &Tag, since_ms: u64) {
        let mut awaited = self.0.borrow_mut();
        awaited.retain(|one| one.name != *name || one.tag != *tag);
        while awaited.len() >= MAX {
            awaited.pop_front();
        }
        let (name, digest, tag) = (name.clone(), digest.clone(), tag.clone());
        awaited.push_back(Awaited { name, digest, tag, since_ms });
    }

    /// A tag that waits for this manifest.
    pub(super) fn take(&self, name: &Name, digest: &Digest, now_ms: u64) -> Option<Tag> {
        let mut awaited = self.0.borrow_mut();
        awaited.retain(|one| now_ms < one.since_ms.saturating_add(AWAITED_MS));
        let at = awaited.iter().position(|one| one.name == *name && one.digest == *digest)?;
        awaited.remove(at).map(|one| one.tag)
    }
}

impl Upstream {
    /// The registry says that `tag` is `digest`, which is not what rests here under it: it is from
    /// now on where that manifest rests here, and once it does where it does not.
    pub(super) async fn point(
        &self,
        name: &Name,
        tag: &Tag,
        digest: &Digest,
    ) -> Result<UpstreamReply> {
        let is_here = self.ledger()?.find(Kind::Manifest, name.as_str(), digest.as_str())?;
        let by_digest = Reference::Digest(digest.clone());
        let found = match is_here {
            Some(_) => self.store()?.cached_manifest(&self.prefix()?, name, &by_digest).await?,
            None => None,
        };
        let Some(found) = found else {
            self.awaiting.push(name, digest, tag, Self::now_ms());
            return Ok(UpstreamReply::Unknown);
        };
        let (media_type, object) = (found.stored.media_type, found.stored.object);
        let new = New { name, digest, media_type: &media_type };
        self.keep_manifest(new, Some(tag), &object.bytes().await?).await
    }
}
