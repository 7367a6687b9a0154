//! What refers to a manifest: one small object each, whose body is the descriptor.

use super::{Error, Object, Store, key};
use futures_util::future::try_join_all;
use roadstead_shared::oci::{Descriptor, Digest, Name};

/// How many of them are read at once: the runtime lets six wait for their beginning.
const AT_ONCE: usize = 6;

impl Store {
    /// The descriptors of what refers to `subject` and comes after the digest `last`, in the order
    /// of their digests, at most `limit`; and the last of these, where more may follow.
    pub async fn referrers(
        &self,
        name: &Name,
        subject: &Digest,
        last: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<Descriptor>, Option<String>), Error> {
        let prefix = key::referrers(name, subject);
        let after = last.map(|last| format!("{prefix}{last}"));
        let keys = self.keys(prefix.clone(), after.as_deref(), limit).await?;
        let mut descriptors = Vec::with_capacity(keys.len());
        for some in keys.chunks(AT_ONCE) {
            let read = try_join_all(some.iter().map(|key| self.referrer(key))).await?;
            descriptors.extend(read.into_iter().flatten());
        }
        let is_full = keys.len() >= limit as usize;
        let last = keys.last().filter(|_| is_full).and_then(|key| key.strip_prefix(&prefix));
        Ok((descriptors, last.map(str::to_owned)))
    }

    /// Notes that a manifest no longer refers to `subject`.
    pub async fn delete_referrer(
        &self,
        name: &Name,
        subject: &Digest,
        digest: &Digest,
    ) -> Result<(), Error> {
        Ok(self.bucket.delete(key::referrer(name, subject, digest)).await?)
    }

    /// Notes that `descriptor` refers to `subject`.
    pub async fn put_referrer(
        &self,
        name: &Name,
        subject: &Digest,
        descriptor: &Descriptor,
    ) -> Result<(), Error> {
        let key = key::referrer(name, subject, &descriptor.digest);
        let bytes = serde_json::to_vec(descriptor);
        let bytes = bytes.map_err(|error| Error::Backend(error.to_string()))?;
        self.bucket.put(key, bytes).execute().await?;
        Ok(())
    }

    /// `None` where it was deleted since it was listed.
    async fn referrer(&self, key: &str) -> Result<Option<Descriptor>, Error> {
        let Some(object) = self.bucket.get(key).execute().await? else { return Ok(None) };
        let bytes = Object::new(object)?.bytes().await?;
        serde_json::from_slice(&bytes).map(Some).map_err(|_| Error::Record(key.to_owned()))
    }
}
