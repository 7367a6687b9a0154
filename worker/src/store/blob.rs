//! Blobs at rest: the body, once for everybody, and a repository's link to it.
//! See `roadstead_shared::blob` for how bytes lie in slices.

use super::{Error, Object, Store, key};
use roadstead_shared::blob::{Body, Part};
use roadstead_shared::oci::{Digest, Name};
use worker::Range;

/// The record of a blob: where its bytes are.
pub enum Blob {
    /// In the record itself.
    Inline {
        /// The record, its bytes unread.
        object: Object,
    },
    /// In slices.
    Sliced(Body),
}

pub(super) const FORM: &str = "form";
pub(super) const INLINE: &str = "inline";
pub(super) const SLICED: &str = "sliced";
pub(super) const SIZE: &str = "size";
/// The record of the slices, where it is short enough to be metadata: it is there with the answer
/// to the read, without a second wait for a body.
pub(super) const BODY: &str = "body";

impl Blob {
    /// How many bytes the blob has.
    pub fn size(&self) -> u64 {
        match self {
            Self::Inline { object } => object.size(),
            Self::Sliced(body) => body.size,
        }
    }
}

impl Store {
    /// How many bytes the blob has that `name` holds under `digest`. One operation.
    pub async fn blob_size(&self, name: &Name, digest: &Digest) -> Result<Option<u64>, Error> {
        let key = key::link(name, digest);
        let Some(object) = self.bucket.head(key.as_str()).await? else { return Ok(None) };
        let object = Object::new(object)?;
        let size = object.metadata(SIZE).and_then(|size| size.parse().ok());
        size.map(Some).ok_or(Error::Record(key))
    }

    /// The blob that `name` holds under `digest`. One operation; its slices are read by
    /// [`Store::part`].
    pub async fn blob(&self, name: &Name, digest: &Digest) -> Result<Option<Blob>, Error> {
        let key = key::link(name, digest);
        match self.bucket.get(key.as_str()).execute().await? {
            Some(object) => Ok(Some(read(key, object).await?)),
            None => Ok(None),
        }
    }

    /// A part of a body, as the runtime's own stream.
    pub async fn part(&self, upload: &str, part: Part) -> Result<web_sys::ReadableStream, Error> {
        let key = key::part(upload, part);
        let mut get = self.bucket.get(key.as_str());
        if !part.whole {
            get = get.range(Range::OffsetWithLength { offset: part.offset, length: part.len });
        }
        let object = get.execute().await?.ok_or(Error::Record(key))?;
        Object::new(object)?.stream()
    }

    /// All bytes of a body, at once: for small ones only.
    pub async fn body(&self, body: &Body) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        for part in body.all_parts() {
            let key = key::part(&body.upload, part);
            let object =
                self.bucket.get(key.as_str()).execute().await?.ok_or(Error::Record(key))?;
            bytes.extend(Object::new(object)?.bytes().await?);
        }
        Ok(bytes)
    }
}

pub(super) async fn read(key: String, object: worker::Object) -> Result<Blob, Error> {
    let object = Object::new(object)?;
    match object.metadata(FORM) {
        Some(INLINE) => Ok(Blob::Inline { object }),
        Some(SLICED) => {
            let body = match object.metadata(BODY) {
                Some(text) => serde_json::from_str(text),
                None => serde_json::from_slice(&object.bytes().await?),
            };
            body.map(Blob::Sliced).map_err(|_| Error::Record(key))
        }
        _ => Err(Error::Record(key)),
    }
}
