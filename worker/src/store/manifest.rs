//! Manifests at rest: by digest, and again by tag, so that either is one read.

use super::{Error, Object, Store, key};
use futures_util::future::try_join_all;
use roadstead_shared::oci::{Digest, Manifest, Name, Reference, Tag};
use roadstead_shared::tier::Weight;
use std::collections::HashMap;

/// A stored manifest, its bytes unread.
pub struct StoredManifest {
    /// What its bytes are.
    pub digest: Digest,
    /// Its media type, as it was pushed.
    pub media_type: String,
    /// When it was pushed, ms UTC.
    pub pushed_at_ms: u64,
    /// What it counts as when somebody gets it.
    pub weight: Weight,
    /// Its bytes.
    pub object: Object,
}

/// A manifest to be stored.
pub struct NewManifest<'a> {
    /// Its media type.
    pub media_type: &'a str,
    /// What its bytes are.
    pub digest: &'a Digest,
    /// Its bytes.
    pub document: &'a [u8],
    /// The same, read.
    pub manifest: &'a Manifest,
    /// Now, ms UTC.
    pub pushed_at_ms: u64,
}

const DIGEST: &str = "digest";
const MEDIA_TYPE: &str = "type";
pub(super) const PUSHED_AT_MS: &str = "pushed-at-ms";
/// What it counts as, so that no pull has to look at the bytes.
const WEIGHT: &str = "counts";

impl Store {
    /// The manifest that `reference` points at. One operation.
    pub async fn manifest(
        &self,
        name: &Name,
        reference: &Reference,
    ) -> Result<Option<StoredManifest>, Error> {
        let key = reference_key(name, reference);
        let object = self.bucket.get(key.as_str()).execute().await?;
        object.map(|object| stored(key, object)).transpose()
    }

    /// The same without the bytes.
    pub async fn manifest_head(
        &self,
        name: &Name,
        reference: &Reference,
    ) -> Result<Option<StoredManifest>, Error> {
        let key = reference_key(name, reference);
        let object = self.bucket.head(key.as_str()).await?;
        object.map(|object| stored(key, object)).transpose()
    }

    /// Stores a manifest under its digest.
    pub async fn put_manifest(&self, name: &Name, new: &NewManifest<'_>) -> Result<(), Error> {
        self.put_document(key::manifest(name, new.digest), new).await
    }

    /// Points `tag` at a manifest: one atomic write.
    pub async fn put_tag(
        &self,
        name: &Name,
        tag: &Tag,
        new: &NewManifest<'_>,
    ) -> Result<(), Error> {
        self.put_document(key::tag(name, tag), new).await
    }

    pub(super) async fn put_document(
        &self,
        key: String,
        new: &NewManifest<'_>,
    ) -> Result<(), Error> {
        let metadata = HashMap::from([
            (DIGEST.to_owned(), new.digest.to_string()),
            (MEDIA_TYPE.to_owned(), new.media_type.to_owned()),
            (PUSHED_AT_MS.to_owned(), new.pushed_at_ms.to_string()),
            (WEIGHT.to_owned(), Weight::of(new.manifest, new.media_type).word()),
        ]);
        self.put(key, new.document.to_vec(), metadata).await
    }

    /// Removes a manifest's or a tag's own object.
    pub async fn delete_manifest_key(
        &self,
        name: &Name,
        reference: &Reference,
    ) -> Result<(), Error> {
        self.remove(reference_key(name, reference)).await
    }

    /// The manifests of `name` that come after the key `after`, a page of them; `None` after the
    /// last.
    pub async fn manifest_page(
        &self,
        name: &Name,
        after: Option<&str>,
    ) -> Result<Option<Page<StoredManifest>>, Error> {
        let keys = self.keys(key::manifests(name), after, READ_AT_ONCE).await?;
        let Some(last) = keys.last().cloned() else { return Ok(None) };
        let read = try_join_all(keys.iter().map(|key| self.bucket.get(key).execute())).await?;
        let read = keys.into_iter().zip(read);
        // One that went since it was listed is none.
        let found = read.filter_map(|(key, object)| object.map(|object| stored(key, object)));
        Ok(Some(Page { found: found.collect::<Result<_, _>>()?, last }))
    }

    /// The digests of the manifests of `name` that come after the key `after`.
    pub async fn manifest_digests(
        &self,
        name: &Name,
        after: Option<&str>,
    ) -> Result<Option<Page<Digest>>, Error> {
        let prefix = key::manifests(name);
        let keys = self.keys(prefix.clone(), after, LISTED_AT_ONCE).await?;
        let Some(last) = keys.last().cloned() else { return Ok(None) };
        let found = keys.iter().filter_map(|key| key.strip_prefix(&prefix)?.parse().ok());
        Ok(Some(Page { found: found.collect(), last }))
    }

    /// The tags of `name` that come after the key `after`, with what they point at.
    pub async fn tag_page(
        &self,
        name: &Name,
        after: Option<&str>,
    ) -> Result<Option<Page<(Tag, Digest)>>, Error> {
        let prefix = key::tags(name);
        let keys = self.keys(prefix.clone(), after, READ_AT_ONCE).await?;
        let Some(last) = keys.last().cloned() else { return Ok(None) };
        let heads = try_join_all(keys.iter().map(|key| self.bucket.head(key))).await?;
        let mut found = Vec::new();
        for (key, object) in keys.into_iter().zip(heads) {
            let tag = key.strip_prefix(&prefix).and_then(|tag| tag.parse().ok());
            if let (Some(tag), Some(object)) = (tag, object) {
                found.push((tag, stored(key, object)?.digest));
            }
        }
        Ok(Some(Page { found, last }))
    }
}

/// Some entries of a listing.
pub struct Page<T> {
    /// The entries.
    pub found: Vec<T>,
    /// The key of the last one.
    pub last: String,
}

/// How many objects are read at once: the runtime lets six wait for their beginning.
const READ_AT_ONCE: u32 = 6;
/// R2 lists at most this many keys at once.
const LISTED_AT_ONCE: u32 = 1000;

fn reference_key(name: &Name, reference: &Reference) -> String {
    match reference {
        Reference::Tag(tag) => key::tag(name, tag),
        Reference::Digest(digest) => key::manifest(name, digest),
    }
}

pub(super) fn stored(key: String, object: worker::Object) -> Result<StoredManifest, Error> {
    let object = Object::new(object)?;
    let digest = object.metadata(DIGEST).and_then(|digest| digest.parse().ok());
    let media_type = object.metadata(MEDIA_TYPE).map(str::to_owned);
    let pushed_at_ms = object.metadata(PUSHED_AT_MS).and_then(|ms| ms.parse().ok());
    match (digest, media_type, pushed_at_ms) {
        (Some(digest), Some(media_type), Some(pushed_at_ms)) => {
            let weight = Weight::read(object.metadata(WEIGHT), &media_type);
            Ok(StoredManifest { digest, media_type, pushed_at_ms, weight, object })
        }
        _ => Err(Error::Record(key)),
    }
}
