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

/// How many repositories are listed at once.
const PAGE: u32 = 1000;

/// The same of every repository of a namespace, also of the one that is called as it is.
pub async fn delete_all(store: &Store, actor: &str, namespace: &str) -> Result<(), Error> {
    let mut after: Option<String> = None;
    loop {
        let names = store.repositories_of(namespace, after.as_deref(), PAGE).await?;
        let Some(last) = names.last() else { return Ok(()) };
        after = Some(last.to_string());
        for name in &names {
            match delete(store, actor, name).await {
                Ok(_) | Err(Error::NameUnknown(_)) => {}
                Err(error) => return Err(error),
            }
        }
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
