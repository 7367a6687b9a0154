//! Lists of referrers. distribution-spec 1.1, "Listing Referrers": never a 404.

use super::{Answer, Error};
use crate::store::Store;
use roadstead_shared::oci::{Digest, Name};

/// What refers to `subject`, of one type where the client asks so.
pub async fn list(
    store: &Store,
    name: &Name,
    subject: &Digest,
    artifact_type: Option<&str>,
) -> Result<Answer, Error> {
    let mut manifests = store.referrers(name, subject).await?;
    if let Some(wanted) = artifact_type {
        manifests.retain(|descriptor| descriptor.artifact_type.as_deref() == Some(wanted));
    }
    Ok(Answer::Referrers { manifests, filtered: artifact_type.is_some() })
}
