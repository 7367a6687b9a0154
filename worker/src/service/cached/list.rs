//! Lists of other registries: their own, and where they do not answer, what rests here.

use super::asking::Failure;
use super::{Place, Registry, Unanswered};
use crate::durable::wire::FillReply;
use crate::service::{Answer, Error};
use crate::store::Store;
use crate::upstream;
use roadstead_shared::oci::{Digest, Name, path, query};
use roadstead_shared::operation::Page;

/// How many tags one answer holds at most, and when the client does not say.
const MAX_TAGS: u32 = 1000;

/// At most `n` tags that follow `last`, of the repository that is called `asked` here.
pub async fn tags(
    store: &Store,
    place: &Place,
    asked: Name,
    n: Option<u32>,
    last: Option<&str>,
) -> Result<Answer, Error> {
    let limit = n.unwrap_or(MAX_TAGS).min(MAX_TAGS);
    let listed = with_client(store, place, async |client| client.tags(limit, last).await).await;
    let (tags, more) = match listed {
        Ok(page) => (page.items, page.more),
        Err(Failure::Reply(reply)) => {
            let prefix = &place.rule.prefix;
            let page = store.cached_tags(prefix, &place.name, limit, last).await?;
            let is_silence = !matches!(reply, FillReply::Missing | FillReply::Refused);
            if page.tags.is_empty() || !is_silence {
                return Err(refusal(place, &reply));
            }
            (page.tags, page.more)
        }
        Err(Failure::Store(error)) => return Err(error.into()),
    };
    let next = tags
        .last()
        .filter(|_| more)
        .map(|tag| format!("{}?n={limit}&last={}", path::tags(&asked), query::encode(tag)));
    Ok(Answer::Tags { name: asked, tags, next })
}

/// What the registry says refers to `subject`.
pub async fn referrers(
    store: &Store,
    place: &Place,
    subject: &Digest,
    artifact_type: Option<&str>,
    _page: &Page,
) -> Result<Answer, Error> {
    let listed = with_client(store, place, async |client| client.referrers(subject).await).await;
    let mut manifests = match listed {
        Ok(page) => page.items,
        Err(Failure::Reply(reply)) => return Err(refusal(place, &reply)),
        Err(Failure::Store(error)) => return Err(error.into()),
    };
    if let Some(wanted) = artifact_type {
        manifests.retain(|descriptor| descriptor.artifact_type.as_deref() == Some(wanted));
    }
    Ok(Answer::Referrers { manifests, filtered: artifact_type.is_some(), next: None })
}

fn refusal(place: &Place, reply: &FillReply) -> Error {
    let of = Unanswered::of(reply, &place.rule.host, &place.name, "");
    of.unwrap_or_else(|| place.failed()).into()
}

async fn with_client<T>(
    store: &Store,
    place: &Place,
    ask: impl AsyncFnOnce(&upstream::Upstream) -> Result<T, upstream::Error>,
) -> Result<T, Failure> {
    let registry = Registry::new(store, &place.rule, &place.name);
    let client = registry.client(&place.subject).await?;
    let outcome = ask(&client).await;
    registry.note(&client, outcome, |_| 0)
}
