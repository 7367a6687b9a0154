//! How things go and come back, inside the repository's own object. What is deleted is written
//! aside before it is taken away, so that a crash between two steps loses nothing: the deletion is
//! then asked for again.

use super::publish;
use crate::durable::wire::RepositoryRefused;
use crate::store::manifest::NewManifest;
use crate::store::{Error, Store};
use roadstead_shared::oci::{Digest, Manifest, Name, Reference, Tag};

/// Deletes a tag, because of a deletion of itself or of its manifest. What it pointed at, if it was
/// there.
pub async fn delete_tag(
    store: &Store,
    name: &Name,
    tag: &Tag,
    because: &Reference,
    now_ms: u64,
) -> Result<Option<Digest>, Error> {
    let reference = Reference::Tag(tag.clone());
    let Some(found) = store.manifest(name, &reference).await? else { return Ok(None) };
    let digest = found.digest.clone();
    if matches!(because, Reference::Digest(wanted) if *wanted != digest) {
        return Ok(None);
    }
    store.put_deleted(name, &reference, found, because, now_ms).await?;
    store.delete_manifest_key(name, &reference).await?;
    Ok(Some(digest))
}

/// Deletes a manifest, whose tags are gone.
pub async fn delete_manifest(
    store: &Store,
    name: &Name,
    digest: &Digest,
    now_ms: u64,
) -> Result<(), Error> {
    let reference = Reference::Digest(digest.clone());
    if let Some(found) = store.manifest(name, &reference).await? {
        store.put_deleted(name, &reference, found, &reference, now_ms).await?;
    }
    remove_manifest(store, name, digest).await
}

/// Takes a manifest away for good: from the list of its subject, and itself.
pub async fn remove_manifest(store: &Store, name: &Name, digest: &Digest) -> Result<(), Error> {
    let reference = Reference::Digest(digest.clone());
    let Some(found) = store.manifest(name, &reference).await? else { return Ok(()) };
    let document = found.object.bytes().await?;
    let manifest = Manifest::parse(&document, &found.media_type).unwrap_or_default();
    if let Some(subject) = manifest.subject_digest() {
        store.delete_referrer(name, subject, digest).await?;
    }
    store.delete_manifest_key(name, &reference).await
}

/// What a restoring brings back.
pub struct Restorable {
    /// The manifest.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// When it was pushed, ms UTC.
    pub pushed_at_ms: u64,
    /// Its bytes.
    pub document: Vec<u8>,
    /// The same, read.
    pub manifest: Manifest,
    /// The tags.
    pub tags: Vec<Tag>,
}

/// What can be restored under `reference`: a tag with its manifest, or a manifest with the tags
/// that went with it.
pub async fn restorable(
    store: &Store,
    name: &Name,
    reference: &Reference,
) -> Result<Result<Restorable, RepositoryRefused>, Error> {
    let Some(found) = store.deleted_document(name, reference).await? else {
        return Ok(Err(RepositoryRefused::Unknown));
    };
    let digest = found.digest.clone();
    let tags = match reference {
        Reference::Tag(tag) => {
            let there = store.manifest_head(name, reference).await?;
            if there.is_some_and(|there| there.digest != digest) {
                return Ok(Err(RepositoryRefused::Taken(tag.clone())));
            }
            vec![tag.clone()]
        }
        Reference::Digest(_) => gone_with(store, name, &digest).await?,
    };
    let document = found.object.bytes().await?;
    let manifest = Manifest::parse(&document, &found.media_type).unwrap_or_default();
    // Its blobs were kept; only somebody who deleted one of them by its digest has taken it away.
    let missing = publish::missing(store, name, &manifest).await?;
    if !missing.is_empty() {
        return Ok(Err(RepositoryRefused::Missing(missing)));
    }
    let (media_type, pushed_at_ms) = (found.media_type, found.pushed_at_ms);
    Ok(Ok(Restorable { digest, media_type, pushed_at_ms, document, manifest, tags }))
}

/// The tags that were deleted because of the deletion of a manifest, and are not there again.
async fn gone_with(store: &Store, name: &Name, digest: &Digest) -> Result<Vec<Tag>, Error> {
    let mut tags = Vec::new();
    for deleted in store.deleted(name).await? {
        let Reference::Tag(tag) = &deleted.reference else { continue };
        if deleted.because == *digest.as_str()
            && store.manifest_head(name, &deleted.reference).await?.is_none()
        {
            tags.push(tag.clone());
        }
    }
    Ok(tags)
}

/// Writes what can be restored, in the order of a push, and forgets that it was deleted.
pub async fn restore(store: &Store, name: &Name, restorable: &Restorable) -> Result<(), Error> {
    let new = NewManifest {
        media_type: &restorable.media_type,
        digest: &restorable.digest,
        document: &restorable.document,
        manifest: &restorable.manifest,
        pushed_at_ms: restorable.pushed_at_ms,
    };
    store.put_manifest(name, &new).await?;
    publish::refer(store, name, &new, &restorable.manifest).await?;
    for tag in &restorable.tags {
        store.put_tag(name, tag, &new).await?;
        store.forget_deleted(name, &Reference::Tag(tag.clone())).await?;
    }
    store.forget_deleted(name, &Reference::Digest(restorable.digest.clone())).await
}
