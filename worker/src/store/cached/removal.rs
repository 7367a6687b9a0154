//! Removing what is cached. The rule's object alone does so.

use super::key;
use crate::store::{Error, Store};

/// R2 deletes, and lists, at most this many keys at once.
const AT_ONCE: usize = 1000;

impl Store {
    /// Removes cached tags, manifests and links. Not being there is fine.
    pub async fn remove_cached(&self, keys: &[String]) -> Result<(), Error> {
        for some in keys.chunks(AT_ONCE) {
            self.bucket.delete_multiple(some.to_vec()).await?;
        }
        Ok(())
    }

    /// Removes every slice of a fill.
    pub async fn remove_cached_slices(&self, prefix: &str, fill: &str) -> Result<(), Error> {
        let folder = format!("{}/", key::slices(prefix, fill));
        loop {
            let keys = self.keys(folder.clone(), None, 1000).await?;
            if keys.is_empty() {
                return Ok(());
            }
            let is_last = keys.len() < AT_ONCE;
            self.bucket.delete_multiple(keys).await?;
            if is_last {
                return Ok(());
            }
        }
    }
}
