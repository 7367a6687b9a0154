//! What the owner of a repository decided about it, and what was deleted there.

use super::manifest::refusal;
use super::{Answer, Error, Input};
use crate::config::Collecting;
use crate::durable::wire::{RepositoryCommand, RepositoryRefused, RepositoryReply};
use crate::store::Store;
use roadstead_shared::api::Settings;
use roadstead_shared::api::settings::Change;
use roadstead_shared::catalog::time;
use roadstead_shared::oci::{Name, Reference};
use serde_json::{Value, json};

/// The settings of a repository.
pub async fn read(store: &Store, name: &Name) -> Result<Answer, Error> {
    let settings = store.settings(name).await?;
    let settings = settings.ok_or_else(|| Error::NameUnknown(name.clone()))?;
    Ok(Answer::Document(document(name, &settings)))
}

/// Changes them. A repository that nothing was published in yet can be decided about, too.
pub async fn change(store: &Store, name: &Name, input: &Input) -> Result<Answer, Error> {
    let change: Change = input.read()?;
    let command = RepositoryCommand::Change(name.clone(), change);
    match store.ask_repository(name, &command).await? {
        Ok(RepositoryReply::Settings(settings)) => Ok(Answer::Document(document(name, &settings))),
        Ok(reply) => Err(unexpected(&reply)),
        Err(RepositoryRefused::Settings(why)) => Err(Error::Unreadable(why)),
        Err(RepositoryRefused::Busy) => Err(Error::Busy),
        Err(refused) => Err(unexpected(&refused)),
    }
}

/// What was deleted and can be restored.
pub async fn deleted(store: &Store, name: &Name, keeping: Collecting) -> Result<Answer, Error> {
    let kept_ms = keeping.grace().deleted_ms;
    let rows = store.deleted(name).await?.into_iter().map(|deleted| {
        json!({
            "reference": deleted.reference,
            "digest": deleted.digest,
            "deleted_at": at(deleted.deleted_at_ms),
            "restorable_until": at(deleted.deleted_at_ms.saturating_add(kept_ms)),
        })
    });
    Ok(Answer::Document(json!({ "deleted": rows.collect::<Vec<Value>>() })))
}

/// Takes a deletion back.
pub async fn restore(store: &Store, name: &Name, input: &Input) -> Result<Answer, Error> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        reference: Reference,
    }
    let Asked { reference } = input.read()?;
    let command = RepositoryCommand::Restore(name.clone(), reference.clone());
    match store.ask_repository(name, &command).await? {
        Ok(RepositoryReply::Restored(digest)) => {
            Ok(Answer::Document(json!({ "reference": reference, "digest": digest })))
        }
        Ok(reply) => Err(unexpected(&reply)),
        Err(refused) => Err(refusal(refused, &reference)),
    }
}

pub(super) fn unexpected(reply: &impl std::fmt::Debug) -> Error {
    let failure = format!("the repository replied {reply:?}");
    Error::Store(crate::store::Error::Backend(failure))
}

fn at(time_ms: u64) -> String {
    time::rfc3339(i64::try_from(time_ms).unwrap_or(i64::MAX))
}

fn document(name: &Name, settings: &Settings) -> Value {
    let Settings { immutable_tags, mutable_tags, sparse } = settings;
    json!({
        "name": name,
        "immutable_tags": immutable_tags,
        "mutable_tags": mutable_tags,
        "sparse": sparse,
    })
}
