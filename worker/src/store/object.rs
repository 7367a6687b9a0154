//! One object of R2: what was asked of it, without the runtime's types.

use super::Error;
use std::collections::HashMap;
use worker::{Conditional, ResponseBody};

/// An object that was read: its metadata, and its bytes, still unread.
pub struct Object {
    inner: worker::Object,
    metadata: HashMap<String, String>,
}

impl Object {
    pub(super) fn new(inner: worker::Object) -> Result<Self, Error> {
        let metadata = inner.custom_metadata()?;
        Ok(Self { inner, metadata })
    }

    /// A piece of metadata that was written with the object.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }

    /// Everything that was written with the object.
    pub fn all_metadata(&self) -> &HashMap<String, String> {
        &self.metadata
    }

    /// How many bytes the whole object has.
    pub fn size(&self) -> u64 {
        self.inner.size()
    }

    /// The bytes as the runtime's own stream: they go to the client without passing through here.
    pub fn stream(&self) -> Result<web_sys::ReadableStream, Error> {
        let body = self.inner.body().ok_or_else(|| Error::Record(self.inner.key()))?;
        match body.response_body()? {
            ResponseBody::Stream(stream) => Ok(stream),
            ResponseBody::Empty | ResponseBody::Body(_) => Err(Error::Record(self.inner.key())),
        }
    }

    /// The bytes, all at once: for records, manifests and other small things only.
    pub async fn bytes(&self) -> Result<Vec<u8>, Error> {
        let body = self.inner.body().ok_or_else(|| Error::Record(self.inner.key()))?;
        Ok(body.bytes().await?)
    }
}

/// The condition of a write that must not replace anything.
pub(super) fn absent() -> Conditional {
    Conditional { etag_does_not_match: Some("*".to_owned()), ..Conditional::default() }
}
