//! What the operator takes down: it is neither given nor taken, and nothing of it is moved, so that
//! it is back at once.

use super::{Answer, Error, Input, Outcome};
use crate::clock;
use crate::store::Store;
use futures_util::future::join;
use roadstead_shared::api::takedown::{Takedown, Takedowns};
use roadstead_shared::catalog::time;
use roadstead_shared::oci::Name;
use serde_json::{Value, json};

/// Refuses where `name` is taken down.
pub async fn check(store: &Store, name: &Name) -> Result<(), Error> {
    refuse(&*store.takedowns().await?, name)
}

/// The same beside what is done anyway: where the list must be read, that is a read beside others.
pub async fn beside<T, E: From<Error>>(
    store: &Store,
    name: &Name,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let (list, done) = join(store.takedowns(), work).await;
    refuse(&*list.map_err(Error::from)?, name)?;
    done
}

fn refuse(list: &Takedowns, name: &Name) -> Result<(), Error> {
    match list.0.get(name) {
        None => Ok(()),
        Some(takedown) => Err(Error::TakenDown(name.clone(), takedown.clone())),
    }
}

/// Every repository that is taken down.
pub async fn list(store: &Store) -> Result<Answer, Error> {
    let list = store.takedowns_now().await?;
    let rows: Vec<Value> = list.0.iter().map(|(name, takedown)| document(name, takedown)).collect();
    Ok(Answer::Document(json!({ "takedowns": rows })))
}

/// Takes a repository down for `actor`, also one that is not there yet, or says anew why.
pub async fn take_down(
    store: &Store,
    actor: &str,
    name: &Name,
    input: &Input,
) -> Result<Outcome, Error> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        reason: String,
    }
    let Asked { reason } = input.read()?;
    let takedown = Takedown::new(&reason, clock::now_ms());
    let takedown = takedown.map_err(|invalid| Error::Unreadable(invalid.to_string()))?;
    store.take_down(name, &takedown).await?;
    let detail = json!({ "reason": takedown.reason });
    store.audit(actor, "repository.taken-down", name.as_str(), detail).await?;
    Ok(Outcome::done(document(name, &takedown), &format!("{name} is taken down.")))
}

/// Puts a repository back for `actor`.
pub async fn put_back(store: &Store, actor: &str, name: &Name) -> Result<Outcome, Error> {
    if !store.put_back(name).await? {
        return Err(Error::NotTakenDown(name.clone()));
    }
    store.audit(actor, "repository.put-back", name.as_str(), json!({})).await?;
    Ok(Outcome::gone(&format!("{name} is back.")))
}

fn document(name: &Name, takedown: &Takedown) -> Value {
    let since = time::rfc3339(i64::try_from(takedown.at_ms).unwrap_or(i64::MAX));
    json!({ "repository": name, "reason": takedown.reason, "since": since })
}
