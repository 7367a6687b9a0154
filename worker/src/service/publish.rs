//! The order in which a manifest is written, inside its repository's own object: what it names is
//! here → the manifest → what it refers to → the tag. A crash between two steps leaves nothing
//! that a pull could trip over.

use crate::durable::wire::{ManifestCommand, ManifestRefused};
use crate::store::manifest::NewManifest;
use crate::store::{Error, Store};
use futures_util::future::try_join_all;
use roadstead_shared::oci::{Descriptor, Digest, Manifest, Name, Reference};
use std::collections::BTreeSet;

/// How many blobs are looked for at once: the runtime lets six wait for their beginning.
const AT_ONCE: usize = 6;

/// Writes `document` as `command` says.
pub async fn manifest(
    store: &Store,
    command: &ManifestCommand,
    document: &[u8],
    now_ms: u64,
) -> Result<Result<(), ManifestRefused>, Error> {
    let name = &command.name;
    let manifest = match Manifest::parse(document, &command.media_type) {
        Ok(manifest) => manifest,
        Err(invalid) => return Ok(Err(ManifestRefused::Invalid(invalid.to_string()))),
    };
    let missing = missing(store, name, &manifest).await?;
    if !missing.is_empty() {
        return Ok(Err(ManifestRefused::Missing(missing)));
    }
    let new = NewManifest {
        media_type: &command.media_type,
        digest: &command.digest,
        document,
        pushed_at_ms: now_ms,
    };
    store.put_manifest(name, &new).await?;
    if let Some(subject) = &manifest.subject {
        let descriptor = referrer(command, &manifest, document.len() as u64);
        store.put_referrer(name, &subject.digest, &descriptor).await?;
    }
    if let Reference::Tag(tag) = &command.reference {
        store.put_tag(name, tag, &new).await?;
    }
    Ok(Ok(()))
}

/// The blobs that the manifest names and the repository does not have. What refers to something
/// else may come before its blobs (`cosign load` writes it so), and an index may name manifests
/// that are not here: sparse indexes are allowed.
async fn missing(store: &Store, name: &Name, manifest: &Manifest) -> Result<Vec<Digest>, Error> {
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

/// How a list of referrers describes this manifest. distribution-spec 1.1, "Listing Referrers".
fn referrer(command: &ManifestCommand, manifest: &Manifest, size: u64) -> Descriptor {
    Descriptor {
        media_type: command.media_type.clone(),
        digest: command.digest.clone(),
        size,
        artifact_type: manifest.referrer_type().map(str::to_owned),
        annotations: manifest.annotations.clone(),
        platform: None,
    }
}
