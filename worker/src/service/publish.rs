//! How a manifest is written, inside its repository's own object: what it names is here → the
//! manifest → what it refers to → the tags. A crash between two steps leaves nothing that a pull
//! could trip over.

use crate::durable::wire::{ManifestCommand, RepositoryRefused};
use crate::store::manifest::NewManifest;
use crate::store::{Error, Store};
use futures_util::future::try_join_all;
use roadstead_shared::api::Settings;
use roadstead_shared::oci::{Descriptor, Digest, Manifest, Name, Reference, Tag};
use std::collections::BTreeSet;

/// How many blobs are looked for at once: the runtime lets six wait for their beginning.
const AT_ONCE: usize = 6;

/// Every tag that a manifest is pushed as.
pub fn tags(command: &ManifestCommand) -> Vec<Tag> {
    let first = match &command.reference {
        Reference::Tag(tag) => Some(tag.clone()),
        Reference::Digest(_) => None,
    };
    let all: BTreeSet<Tag> = first.into_iter().chain(command.tags.iter().cloned()).collect();
    all.into_iter().collect()
}

/// Why the manifest is not taken, if it is not.
pub async fn refuse(
    store: &Store,
    command: &ManifestCommand,
    manifest: &Manifest,
    settings: &Settings,
) -> Result<Option<RepositoryRefused>, Error> {
    for tag in tags(command) {
        if settings.may_move(&tag) {
            continue;
        }
        let there = store.manifest_head(&command.name, &Reference::Tag(tag.clone())).await?;
        if there.is_some_and(|there| there.digest != command.digest) {
            return Ok(Some(RepositoryRefused::Immutable(tag)));
        }
    }
    if settings.sparse {
        return Ok(None);
    }
    let missing = missing(store, &command.name, manifest).await?;
    Ok((!missing.is_empty()).then_some(RepositoryRefused::Missing(missing)))
}

/// Writes `document`, which is `manifest`, as `command` says.
pub async fn write(
    store: &Store,
    command: &ManifestCommand,
    manifest: &Manifest,
    document: &[u8],
    now_ms: u64,
) -> Result<(), Error> {
    let name = &command.name;
    let new = NewManifest {
        media_type: &command.media_type,
        digest: &command.digest,
        document,
        manifest,
        pushed_at_ms: now_ms,
    };
    store.put_manifest(name, &new).await?;
    refer(store, name, &new, manifest).await?;
    for tag in tags(command) {
        store.put_tag(name, &tag, &new).await?;
    }
    Ok(())
}

/// Writes what the subject of a manifest is told of it, where it has one.
pub async fn refer(
    store: &Store,
    name: &Name,
    new: &NewManifest<'_>,
    manifest: &Manifest,
) -> Result<(), Error> {
    let Some(subject) = &manifest.subject else { return Ok(()) };
    let descriptor = Descriptor {
        media_type: new.media_type.to_owned(),
        digest: new.digest.clone(),
        size: new.document.len() as u64,
        artifact_type: manifest.referrer_type().map(str::to_owned),
        annotations: manifest.annotations.clone(),
        platform: None,
    };
    store.put_referrer(name, &subject.digest, &descriptor).await
}

/// The blobs that the manifest names and the repository does not have. What refers to something
/// else may come before its blobs (`cosign load` writes it so), and an index may name manifests
/// that are not here: sparse indexes are allowed.
pub async fn missing(
    store: &Store,
    name: &Name,
    manifest: &Manifest,
) -> Result<Vec<Digest>, Error> {
    if manifest.subject.is_some() {
        return Ok(Vec::new());
    }
    let digests: BTreeSet<&Digest> = manifest.blobs().map(|blob| &blob.digest).collect();
    let digests: Vec<&Digest> = digests.into_iter().collect();
    let mut missing = Vec::new();
    for some in digests.chunks(AT_ONCE) {
        let sizes = try_join_all(some.iter().map(|digest| store.blob_size(name, digest))).await?;
        let absent = some.iter().zip(sizes).filter(|(_, size)| size.is_none());
        missing.extend(absent.map(|(digest, _)| (*digest).clone()));
    }
    Ok(missing)
}
