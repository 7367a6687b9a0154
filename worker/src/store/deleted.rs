//! What was deleted and can be restored: the manifest's bytes as they were, with why and when they
//! went.

use super::manifest::{StoredManifest, stored};
use super::{Error, Store, key};
use roadstead_shared::oci::{Digest, Name, Reference};
use worker::Include;

/// When it was deleted, ms UTC; metadata.
const DELETED_AT_MS: &str = "deleted-at-ms";
/// The reference whose deletion it was; metadata.
const BECAUSE: &str = "because";
/// R2 gives fewer keys at once where their metadata is asked for.
const PAGE: u32 = 100;
/// How many deletions of one repository are listed.
const MAX_DELETED: usize = 10_000;

/// A deletion.
pub struct Deleted {
    /// The tag or digest.
    pub reference: Reference,
    /// The manifest.
    pub digest: Digest,
    /// The reference whose deletion it was.
    pub because: String,
    /// When, ms UTC.
    pub deleted_at_ms: u64,
}

impl Store {
    /// Writes aside what is about to be deleted.
    pub async fn put_deleted(
        &self,
        name: &Name,
        reference: &Reference,
        found: StoredManifest,
        because: &Reference,
        now_ms: u64,
    ) -> Result<(), Error> {
        let mut metadata = found.object.all_metadata().clone();
        metadata.insert(DELETED_AT_MS.to_owned(), now_ms.to_string());
        metadata.insert(BECAUSE.to_owned(), because.to_string());
        let document = found.object.bytes().await?;
        self.put(key::deleted(name, reference), document, metadata).await
    }

    /// What was deleted in `name`, tags first.
    pub async fn deleted(&self, name: &Name) -> Result<Vec<Deleted>, Error> {
        let mut deleted = Vec::new();
        for prefix in [key::deleted_tags(name), key::deleted_manifests(name)] {
            let mut after: Option<String> = None;
            while deleted.len() < MAX_DELETED {
                let mut request = self.bucket.list().prefix(prefix.as_str()).limit(PAGE);
                if let Some(after) = &after {
                    request = request.start_after(after.as_str());
                }
                let page = request.include(vec![Include::CustomMetadata]).execute().await?;
                let objects = page.objects();
                after = objects.last().map(worker::Object::key);
                for object in objects {
                    deleted.push(read(&prefix, object)?);
                }
                if after.is_none() || !page.truncated() {
                    break;
                }
            }
        }
        Ok(deleted)
    }

    /// A deletion's manifest, its bytes unread.
    pub async fn deleted_document(
        &self,
        name: &Name,
        reference: &Reference,
    ) -> Result<Option<StoredManifest>, Error> {
        let key = key::deleted(name, reference);
        let object = self.bucket.get(key.as_str()).execute().await?;
        object.map(|object| stored(key, object)).transpose()
    }

    /// Ends a deletion: it was taken back, or cannot be any more.
    pub async fn forget_deleted(&self, name: &Name, reference: &Reference) -> Result<(), Error> {
        Ok(self.bucket.delete(key::deleted(name, reference)).await?)
    }
}

fn read(prefix: &str, object: worker::Object) -> Result<Deleted, Error> {
    let key = object.key();
    let reference = key.strip_prefix(prefix).and_then(|rest| rest.parse().ok());
    let StoredManifest { digest, object, .. } = stored(key.clone(), object)?;
    let at = object.metadata(DELETED_AT_MS).and_then(|ms| ms.parse().ok());
    let because = object.metadata(BECAUSE).map(str::to_owned);
    match (reference, at, because) {
        (Some(reference), Some(deleted_at_ms), Some(because)) => {
            Ok(Deleted { reference, digest, because, deleted_at_ms })
        }
        _ => Err(Error::Record(key)),
    }
}
