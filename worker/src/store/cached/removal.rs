//! Removing what is cached. The rule's object alone does so.

use super::key;
use crate::store::key::CACHE;
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

    /// The prefixes of all rules that ever cached something that still rests here, at most 1,000.
    pub async fn cached_prefixes(&self) -> Result<Vec<String>, Error> {
        let list = self.bucket.list().prefix(CACHE).delimiter("/").execute().await?;
        let folders = list.delimited_prefixes();
        let prefix =
            |folder: &String| Some(folder.strip_prefix(CACHE)?.strip_suffix('/')?.to_owned());
        Ok(folders.iter().filter_map(prefix).collect())
    }

    /// Removes a page of what rests of a rule that is none any more: how many objects, and whether
    /// more may be there.
    pub async fn remove_cached_page(&self, prefix: &str) -> Result<(u64, bool), Error> {
        let keys = self.keys(key::all(prefix), None, 1000).await?;
        let (removed, more) = (keys.len() as u64, keys.len() >= AT_ONCE);
        if !keys.is_empty() {
            self.bucket.delete_multiple(keys).await?;
        }
        Ok((removed, more))
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
