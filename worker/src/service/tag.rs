//! Tag lists. distribution-spec 1.1, "Listing Tags".

use super::{Answer, Error};
use crate::store::Store;
use roadstead_shared::oci::{Name, path, query};

/// How many tags one answer holds at most, and when the client does not say.
pub const MAX_TAGS: u32 = 1000;

/// At most `n` tags that follow `last`, and where the next ones are.
pub async fn list(
    store: &Store,
    name: Name,
    n: Option<u32>,
    last: Option<&str>,
) -> Result<Answer, Error> {
    let limit = n.unwrap_or(MAX_TAGS).min(MAX_TAGS);
    let page = store.tags(&name, limit, last).await?;
    if page.tags.is_empty() && !store.repository_exists(&name).await? {
        return Err(Error::NameUnknown(name));
    }
    let next = match page.tags.last() {
        Some(tag) if page.more => {
            Some(format!("{}?n={limit}&last={}", path::tags(&name), query::encode(tag)))
        }
        _ => None,
    };
    Ok(Answer::Tags { name, tags: page.tags, next })
}
