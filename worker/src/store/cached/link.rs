//! Links of cached blobs: a repository, a blob that one of its manifests names, and where the
//! bytes are. The record is metadata: such an object has no bytes, and so costs none of a budget.

use super::key;
use crate::store::blob::{BODY, Blob, FORM, SIZE, SLICED, read};
use crate::store::{Error, Store};
use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Digest, Name};
use std::collections::HashMap;

impl Store {
    /// Where the bytes of a cached blob are. One operation.
    pub async fn cached_blob(
        &self,
        prefix: &str,
        name: &Name,
        digest: &Digest,
    ) -> Result<Option<Body>, Error> {
        let key = key::link(prefix, name, digest);
        let Some(object) = self.bucket.get(key.as_str()).execute().await? else { return Ok(None) };
        match read(key.clone(), object).await? {
            Blob::Sliced(body) => Ok(Some(body)),
            Blob::Inline { .. } => Err(Error::Record(key)),
        }
    }

    /// Writes a link. The rule's object alone does so.
    pub async fn put_cached_link(
        &self,
        prefix: &str,
        name: &Name,
        digest: &Digest,
        body: &Body,
    ) -> Result<(), Error> {
        let metadata = HashMap::from([
            (FORM.to_owned(), SLICED.to_owned()),
            (SIZE.to_owned(), body.size.to_string()),
            (BODY.to_owned(), serde_json::json!(body).to_string()),
        ]);
        self.put(key::link(prefix, name, digest), Vec::new(), metadata).await
    }
}
