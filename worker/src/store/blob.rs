//! Blobs at rest: the body, once for everybody, and a repository's link to it.
//! See `roadstead_shared::blob` for how bytes lie in slices.

use super::object::absent;
use super::{Error, Object, Store, key};
use roadstead_shared::blob::{Body, Part};
use roadstead_shared::oci::{Digest, Name};
use std::collections::HashMap;
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

/// What is written as a blob's record.
#[derive(Clone)]
pub enum Record {
    /// The bytes themselves.
    Inline(Vec<u8>),
    /// Where the slices are.
    Sliced(Body),
}

const FORM: &str = "form";
const INLINE: &str = "inline";
const SLICED: &str = "sliced";
const SIZE: &str = "size";
/// The record of the slices, where it is short enough to be metadata: it is there with the answer
/// to the read, without a second wait for a body.
const BODY: &str = "body";
/// R2 takes 8,192 bytes of metadata, an older local simulation 2,048.
const MAX_METADATA_BYTES: usize = 1500;

impl Blob {
    /// How many bytes the blob has.
    pub fn size(&self) -> u64 {
        match self {
            Self::Inline { object } => object.size(),
            Self::Sliced(body) => body.size,
        }
    }
}

impl Record {
    fn size(&self) -> u64 {
        match self {
            Self::Inline(bytes) => bytes.len() as u64,
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

    /// Makes `record` the body of `digest`, and `name` a holder of it. Where a body is known
    /// already, that one is taken. Says whether it was `record`.
    pub async fn publish(
        &self,
        name: &Name,
        digest: &Digest,
        record: Record,
    ) -> Result<bool, Error> {
        let key = key::body(digest);
        let first = self.put_record(key.clone(), &record, true).await?;
        let record = if first { record } else { self.known(key).await? };
        self.bucket.put(key::holder(digest, name), Vec::new()).execute().await?;
        self.put_record(key::link(name, digest), &record, false).await?;
        Ok(first)
    }

    /// The upload whose slices are the body of `digest`.
    pub async fn body_upload(&self, digest: &Digest) -> Result<Option<String>, Error> {
        let key = key::body(digest);
        match self.bucket.get(key.as_str()).execute().await? {
            None => Ok(None),
            Some(object) => Ok(match read(key, object).await? {
                Blob::Inline { .. } => None,
                Blob::Sliced(body) => Some(body.upload),
            }),
        }
    }

    async fn known(&self, key: String) -> Result<Record, Error> {
        let object = self.bucket.get(key.as_str()).execute().await?;
        let object = object.ok_or_else(|| Error::Record(key.clone()))?;
        match read(key, object).await? {
            Blob::Inline { object } => Ok(Record::Inline(object.bytes().await?)),
            Blob::Sliced(body) => Ok(Record::Sliced(body)),
        }
    }

    async fn put_record(&self, key: String, record: &Record, create: bool) -> Result<bool, Error> {
        let mut metadata = HashMap::from([(SIZE.to_owned(), record.size().to_string())]);
        let (form, bytes) = match record {
            Record::Inline(bytes) => (INLINE, bytes.clone()),
            Record::Sliced(body) => {
                let text = serde_json::to_string(body);
                let text = text.map_err(|error| Error::Backend(error.to_string()))?;
                if text.len() <= MAX_METADATA_BYTES {
                    metadata.insert(BODY.to_owned(), text);
                    (SLICED, Vec::new())
                } else {
                    (SLICED, text.into_bytes())
                }
            }
        };
        metadata.insert(FORM.to_owned(), form.to_owned());
        let put = self.bucket.put(key, bytes).custom_metadata(metadata);
        let put = if create { put.only_if(absent()) } else { put };
        Ok(put.execute().await?.is_some())
    }
}

async fn read(key: String, object: worker::Object) -> Result<Blob, Error> {
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
