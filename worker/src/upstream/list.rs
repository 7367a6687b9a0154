//! Lists of other registries: tags (`end-8`) and referrers (`end-12`). distribution-spec 1.1.

use super::body::Body;
use super::fetch::Method;
use super::{Error, Upstream};
use roadstead_shared::oci::{Descriptor, Digest, path, query};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The longest list that is read, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A page of a list.
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Whether there is another one.
    pub more: bool,
}

impl Upstream {
    /// At most `n` tags that follow `last`.
    pub async fn tags(&self, n: u32, last: Option<&str>) -> Result<Page<String>, Error> {
        #[derive(Deserialize)]
        struct Tags {
            /// Some registries send null for none.
            tags: Option<Vec<String>>,
        }
        let last = last.map(|last| format!("&last={}", query::encode(last))).unwrap_or_default();
        let target = format!("{}?n={n}{last}", path::tags(&self.name));
        let (tags, more): (Tags, bool) = self.list(&target).await?;
        Ok(Page { items: tags.tags.unwrap_or_default(), more })
    }

    /// What refers to `subject`; a registry without that call has nothing of the kind.
    pub async fn referrers(&self, subject: &Digest) -> Result<Page<Descriptor>, Error> {
        #[derive(Deserialize)]
        struct Index {
            manifests: Option<Vec<Descriptor>>,
        }
        match self.list::<Index>(&path::referrers(&self.name, subject)).await {
            Ok((index, more)) => Ok(Page { items: index.manifests.unwrap_or_default(), more }),
            Err(Error::NotFound(_)) => Ok(Page { items: Vec::new(), more: false }),
            Err(error) => Err(error),
        }
    }

    async fn list<T: DeserializeOwned>(&self, target: &str) -> Result<(T, bool), Error> {
        let answer = self.ask(Method::Get, target, &[]).await?;
        let more = answer.header("link").is_some_and(|link| link.contains("rel=\"next\""));
        let host = self.host();
        let bytes = match &answer.body {
            Some(stream) => Body::open(stream).all(MAX_BYTES, &host).await?,
            None => Vec::new(),
        };
        let list = serde_json::from_slice(&bytes);
        let list = list.map_err(|_| Error::Unreadable { host, what: "no list" })?;
        Ok((list, more))
    }
}
