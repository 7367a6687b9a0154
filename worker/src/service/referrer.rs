//! Lists of referrers. distribution-spec 1.1, "Listing Referrers": never a 404.

use super::{Answer, Error};
use crate::store::Store;
use roadstead_shared::oci::{Digest, Name, path, query};
use roadstead_shared::operation::Page;

/// How many referrers one answer holds at most, and when the client does not say; each is a read.
pub const MAX_REFERRERS: u32 = 100;

/// What refers to `subject`, a page of it, of one type where the client asks so: a page may then
/// hold fewer, or none, and still have a next one.
pub async fn list(
    store: &Store,
    name: &Name,
    subject: &Digest,
    artifact_type: Option<&str>,
    page: &Page,
) -> Result<Answer, Error> {
    let limit = page.n.unwrap_or(MAX_REFERRERS).clamp(1, MAX_REFERRERS);
    let (mut manifests, more) = store.referrers(name, subject, page.last.as_deref(), limit).await?;
    if let Some(wanted) = artifact_type {
        manifests.retain(|descriptor| descriptor.artifact_type.as_deref() == Some(wanted));
    }
    let next = more.map(|last| {
        let filter = artifact_type.map(|wanted| format!("&artifactType={}", query::encode(wanted)));
        let path = path::referrers(name, subject);
        format!("{path}?n={limit}&last={}{}", query::encode(&last), filter.unwrap_or_default())
    });
    Ok(Answer::Referrers { manifests, filtered: artifact_type.is_some(), next })
}
