//! The tags of a repository: a listing of their keys, which R2 gives in order.

use super::{Error, Store, cached, key};
use roadstead_shared::oci::Name;

/// R2 lists at most this many keys at once.
const PAGE: u32 = 1000;

/// Some tags of a repository, in order.
pub struct TagPage {
    /// The tags.
    pub tags: Vec<String>,
    /// Whether more follow the last one.
    pub more: bool,
}

impl Store {
    /// At most `limit` tags of `name` that come after `last`, in the order of their bytes.
    pub async fn tags(
        &self,
        name: &Name,
        limit: u32,
        last: Option<&str>,
    ) -> Result<TagPage, Error> {
        self.tags_under(key::tags(name), limit, last).await
    }

    /// The same of a repository of another registry: those that rest here.
    pub async fn cached_tags(
        &self,
        prefix: &str,
        name: &Name,
        limit: u32,
        last: Option<&str>,
    ) -> Result<TagPage, Error> {
        self.tags_under(cached::key::tags(prefix, name), limit, last).await
    }

    async fn tags_under(
        &self,
        prefix: String,
        limit: u32,
        last: Option<&str>,
    ) -> Result<TagPage, Error> {
        let mut page = TagPage { tags: Vec::new(), more: true };
        let mut after = last.map(|last| format!("{prefix}{last}"));
        while page.more && page.tags.len() < limit as usize {
            let wanted = limit.saturating_sub(u32::try_from(page.tags.len()).unwrap_or(limit));
            let mut listing = self.bucket.list().prefix(prefix.as_str()).limit(wanted.min(PAGE));
            if let Some(after) = &after {
                listing = listing.start_after(after.as_str());
            }
            let found = listing.execute().await?;
            let keys: Vec<String> = found.objects().iter().map(worker::Object::key).collect();
            // A page without keys could never come to an end.
            page.more = found.truncated() && !keys.is_empty();
            after = keys.last().cloned().or(after);
            page.tags
                .extend(keys.iter().filter_map(|key| key.strip_prefix(&prefix)).map(str::to_owned));
        }
        Ok(page)
    }
}
