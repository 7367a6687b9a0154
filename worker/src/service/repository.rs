//! A repository as a whole, and what its namespace keeps.

use super::settings::unexpected;
use super::{Answer, Error};
use crate::durable::wire::{RepositoryCommand, RepositoryRefused};
use crate::store::Store;
use roadstead_shared::oci::Name;
use serde_json::json;

/// DELETE of a repository for `actor`: every tag and manifest that is there now. Large ones go on by
/// themselves.
pub async fn delete(store: &Store, actor: &str, name: &Name) -> Result<Answer, Error> {
    let command = RepositoryCommand::DeleteAll(name.clone());
    match store.ask_repository(name, &command).await? {
        Ok(_) => {
            store.audit(actor, "repository.deleted", name.as_str(), json!({})).await?;
            Ok(Answer::Deleted)
        }
        Err(RepositoryRefused::Unknown) => Err(Error::NameUnknown(name.clone())),
        Err(RepositoryRefused::Busy) => Err(Error::Busy),
        Err(refused) => Err(unexpected(&refused)),
    }
}

/// What a namespace keeps and may keep, in bytes. One that has nothing has 0.
pub async fn standing(store: &Store, namespace: &Name) -> Result<Answer, Error> {
    let standing = store.standing(namespace.namespace()).await?;
    Ok(Answer::Document(json!({
        "namespace": namespace.namespace(),
        "used_bytes": standing.used_bytes(),
        "held_bytes": standing.held_bytes,
        "reserved_bytes": standing.reserved_bytes,
        "quota_bytes": standing.quota_bytes,
    })))
}
