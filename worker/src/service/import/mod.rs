//! Copying an image from another registry: the calls of the API here, the single steps in `step`.
//! `durable::import` takes the steps, one after another.

pub mod failure;
pub mod step;

pub use failure::Failure;

use super::{Answer, Error, takedown};
use crate::store::Store;
use roadstead_shared::api::path;
use roadstead_shared::import::{Order, Report};
use roadstead_shared::oci::Name;
use roadstead_shared::upstream::{Allowed, Rules};

/// Begins an import, for who may push to its target, which is not a name of another registry's by
/// `rules`.
pub async fn start(
    store: &Store,
    allowed: &Allowed,
    rules: &Rules,
    body: &[u8],
    may_push: impl Fn(&Name) -> bool,
) -> Result<Answer, Error> {
    let (order, credentials) =
        Order::parse(body, allowed).map_err(|invalid| Error::Unreadable(invalid.to_string()))?;
    rules.is_ours(order.target.as_str())?;
    if !may_push(&order.target) {
        return Err(Error::PushDenied(order.target));
    }
    takedown::check(store, &order.target).await?;
    let report = store.begin_import(order, credentials).await?;
    let location = path::import(&report.id);
    Ok(Answer::ImportStarted { location, document: serde_json::json!(report) })
}

/// Where an import stands, for who may push to its target; to others there is none.
pub async fn status(
    store: &Store,
    id: &str,
    may_push: impl Fn(&Name) -> bool,
) -> Result<Answer, Error> {
    let report = known(store, id, may_push).await?;
    Ok(Answer::Document(serde_json::json!(report)))
}

/// Ends an import. What it has copied already is collected where nothing names it.
pub async fn cancel(
    store: &Store,
    id: &str,
    may_push: impl Fn(&Name) -> bool,
) -> Result<Answer, Error> {
    known(store, id, may_push).await?;
    store.cancel_import(id).await?;
    Ok(Answer::ImportCancelled)
}

async fn known(store: &Store, id: &str, may_push: impl Fn(&Name) -> bool) -> Result<Report, Error> {
    match store.import(id).await? {
        Some((target, report)) if may_push(&target) => Ok(report),
        Some(_) | None => Err(Error::ImportUnknown),
    }
}
