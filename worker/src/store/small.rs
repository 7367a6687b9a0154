//! Small objects, written and removed with patience: R2 takes one write a second for a key, and the
//! second of two pushes of one tag waits instead of failing.

use super::{Error, Store};
use std::collections::HashMap;
use std::time::Duration;
use worker::Delay;

/// What a write of a key waits for that was written within the same second.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(1100), Duration::from_millis(1300), Duration::from_millis(2100)];

/// R2's code for a second write of a key within a second, at the end of its message.
const TOO_SOON: &str = "(10058)";

impl Store {
    /// Writes a small object, in place of what was there.
    pub(super) async fn put(
        &self,
        key: String,
        bytes: Vec<u8>,
        metadata: HashMap<String, String>,
    ) -> Result<(), Error> {
        patiently(async || {
            let put = self.bucket.put(key.as_str(), bytes.clone());
            put.custom_metadata(metadata.clone()).execute().await.map(drop)
        })
        .await
    }

    /// Removes an object. Not being there is fine.
    pub(super) async fn remove(&self, key: String) -> Result<(), Error> {
        patiently(async || self.bucket.delete(key.as_str()).await).await
    }
}

async fn patiently(write: impl AsyncFn() -> worker::Result<()>) -> Result<(), Error> {
    for pause in PAUSES {
        match write().await {
            Err(error) if is_too_soon(&error) => Delay::from(pause).await,
            done => return Ok(done?),
        }
    }
    Ok(write().await?)
}

/// Whether the key was written within the same second.
pub(super) fn is_too_soon(error: &worker::Error) -> bool {
    error.to_string().contains(TOO_SOON)
}
