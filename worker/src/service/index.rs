//! Makes the index for people equal to the bucket, for one name. Run by the outbox of the
//! repository's object, behind the answer; running it twice is harmless.

use crate::store::blob::Blob;
use crate::store::catalog::Row;
use crate::store::manifest::StoredManifest;
use crate::store::{Error, Store};
use roadstead_shared::index::Entry;
use roadstead_shared::oci::config::MAX_BYTES;
use roadstead_shared::oci::{Digest, Manifest, Name, Reference};

/// How many tags are listed at once.
const TAGS_AT_ONCE: u32 = 1000;

/// Reads what the bucket has under `reference` and writes the index to match. What was there.
pub async fn refresh(
    store: &Store,
    name: &Name,
    reference: &Reference,
) -> Result<Option<Digest>, Error> {
    let found = store.manifest(name, reference).await?;
    match (&found, reference) {
        (Some(found), Reference::Digest(_)) => manifest(store, name, found).await?,
        (Some(found), Reference::Tag(tag)) => {
            manifest(store, name, found).await?;
            store.index_tag(name, tag, &found.digest, found.pushed_at_ms).await?;
        }
        (None, Reference::Tag(tag)) => store.unindex_tag(name, tag).await?,
        (None, Reference::Digest(digest)) => store.unindex_manifest(name, digest).await?,
    }
    Ok(found.map(|found| found.digest))
}

/// Every name of a repository that has a row: its tags and its manifests.
pub async fn names(store: &Store, name: &Name) -> Result<Vec<Reference>, Error> {
    let mut names = Vec::new();
    let mut last: Option<String> = None;
    loop {
        let page = store.tags(name, TAGS_AT_ONCE, last.as_deref()).await?;
        names.extend(page.tags.iter().filter_map(|tag| tag.parse().ok().map(Reference::Tag)));
        last = page.tags.last().cloned();
        if !page.more || last.is_none() {
            break;
        }
    }
    let mut after: Option<String> = None;
    while let Some(page) = store.manifest_digests(name, after.as_deref()).await? {
        names.extend(page.found.into_iter().map(Reference::Digest));
        after = Some(page.last);
    }
    Ok(names)
}

async fn manifest(store: &Store, name: &Name, found: &StoredManifest) -> Result<(), Error> {
    let document = found.object.bytes().await?;
    let Ok(manifest) = Manifest::parse(&document, &found.media_type) else {
        // It was parsed before it was stored; another version may have been more lenient.
        return Ok(());
    };
    let config = config(store, name, &manifest).await?;
    let entry = Entry::compute(&manifest, &found.media_type, config.as_deref());
    let row = Row {
        name,
        digest: &found.digest,
        media_type: &found.media_type,
        document_bytes: document.len() as u64,
        pushed_at_ms: found.pushed_at_ms,
        manifest: &manifest,
        entry: &entry,
    };
    store.index_manifest(&row).await
}

/// The bytes of the manifest's config, where it has one that is here and not too large.
async fn config(store: &Store, name: &Name, manifest: &Manifest) -> Result<Option<Vec<u8>>, Error> {
    let Some(config) = &manifest.config else { return Ok(None) };
    match store.blob(name, &config.digest).await? {
        Some(Blob::Inline { object }) => object.bytes().await.map(Some),
        Some(Blob::Sliced(body)) if body.size <= MAX_BYTES => store.body(&body).await.map(Some),
        _ => Ok(None),
    }
}
