//! Cached manifests, by digest and by tag.

use super::key;
use crate::store::manifest::{NewManifest, PUSHED_AT_MS, StoredManifest, stored};
use crate::store::{Error, Store};
use roadstead_shared::oci::{Name, Reference};

/// A manifest that is about to be cached.
pub type NewCached<'a> = NewManifest<'a>;

/// A cached manifest, and when it was known to be what the registry has, ms UTC. One by digest
/// always is.
pub struct Fresh {
    /// The manifest.
    pub stored: StoredManifest,
    /// When its registry was last asked about the tag.
    pub checked_at_ms: u64,
}

impl Store {
    /// The cached manifest, its bytes unread. One operation.
    pub async fn cached_manifest(
        &self,
        prefix: &str,
        name: &Name,
        reference: &Reference,
    ) -> Result<Option<Fresh>, Error> {
        let key = key::manifest(prefix, name, reference);
        let object = self.bucket.get(key.as_str()).execute().await?;
        let Some(object) = object else { return Ok(None) };
        let stored = stored(key, object)?;
        Ok(Some(Fresh { checked_at_ms: stored.pushed_at_ms, stored }))
    }

    /// Writes a manifest under `reference`; `new.pushed_at_ms` is when the registry was asked. The
    /// rule's object alone does so.
    pub async fn put_cached_manifest(
        &self,
        prefix: &str,
        name: &Name,
        reference: &Reference,
        new: &NewCached<'_>,
    ) -> Result<(), Error> {
        self.put_document(key::manifest(prefix, name, reference), new).await
    }

    /// Notes that a tag was looked at just now and is still the same. Whether it is there.
    pub async fn refresh_cached_tag(
        &self,
        prefix: &str,
        name: &Name,
        reference: &Reference,
        now_ms: u64,
    ) -> Result<bool, Error> {
        let Some(found) = self.cached_manifest(prefix, name, reference).await? else {
            return Ok(false);
        };
        let mut metadata = found.stored.object.all_metadata().clone();
        metadata.insert(PUSHED_AT_MS.to_owned(), now_ms.to_string());
        let document = found.stored.object.bytes().await?;
        self.put(key::manifest(prefix, name, reference), document, metadata).await?;
        Ok(true)
    }
}
