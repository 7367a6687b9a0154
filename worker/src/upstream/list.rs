//! Lists of other registries: tags (`end-8`) and referrers (`end-12`). distribution-spec 1.1.

use super::body::Body;
use super::fetch::Method;
use super::{Error, Upstream};
use roadstead_shared::oci::media_type::IMAGE_INDEX;
use roadstead_shared::oci::{Descriptor, Digest, Reference, path, query};
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

    /// What refers to `subject`. A registry without that call has a tag for it, or nothing: nobody
    /// looks for the tag who is told that there is nothing. distribution-spec 1.1, "Unavailable
    /// Referrers API".
    pub async fn referrers(&self, subject: &Digest) -> Result<Page<Descriptor>, Error> {
        match self.index(&path::referrers(&self.name, subject)).await {
            Err(Error::NotFound(_)) => {}
            listed => return listed,
        }
        let nothing = Page { items: Vec::new(), more: false };
        let Ok(tag) = subject.as_str().replace(':', "-").parse() else { return Ok(nothing) };
        match self.index(&path::manifest(&self.name, &Reference::Tag(tag))).await {
            Err(Error::NotFound(_)) => Ok(nothing),
            listed => listed,
        }
    }

    async fn index(&self, target: &str) -> Result<Page<Descriptor>, Error> {
        #[derive(Deserialize)]
        struct Index {
            manifests: Option<Vec<Descriptor>>,
        }
        let (index, more): (Index, bool) = self.list(target).await?;
        Ok(Page { items: index.manifests.unwrap_or_default(), more })
    }

    async fn list<T: DeserializeOwned>(&self, target: &str) -> Result<(T, bool), Error> {
        // A registry may take who says nothing for one who knows no index.
        let accept = format!("{IMAGE_INDEX}, application/json, */*");
        let answer = self.ask(Method::Get, target, &[("accept", &accept)]).await?;
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
