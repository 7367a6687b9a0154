//! From an operation to the service that does it, one arm each.

mod account;
mod cached;
mod issuer;
mod metering;
mod upstreams;

use super::asked::Asked;
use super::error::Error;
use super::{request, storage};
use crate::auth::{Caller, Door};
use crate::config::{self, Collecting};
use crate::service::{
    self, Answer, Meter, blob, import, manifest, referrer, settings, sweep, tag, upload,
};
use crate::store::{Store, intake};
use roadstead_shared::oci::manifest::MAX_BYTES;
use roadstead_shared::oci::{Digest, Name, Reference, Tag};
use roadstead_shared::operation::Operation;
use web_sys::Request;
use worker::Env;

/// Does what `operation` says, unless it is about what was taken down.
pub async fn dispatch(
    env: &Env,
    door: &Door<'_>,
    caller: &Caller,
    meter: &Meter<'_>,
    operation: Operation,
    asked: &Asked,
) -> Result<Answer, Error> {
    let guard = storage::Guard::of(&operation, |name| caller.may_push(name));
    // Boxed: what all calls together need to be in is long, and is moved about else.
    let work = Box::pin(perform(env, door, caller, meter, operation, asked));
    guard.watch(door.store, work).await.map_err(|error| error.with_contact(env))
}

#[expect(clippy::too_many_lines, reason = "one arm for each call")]
async fn perform(
    env: &Env,
    door: &Door<'_>,
    caller: &Caller,
    meter: &Meter<'_>,
    operation: Operation,
    asked: &Asked,
) -> Result<Answer, Error> {
    let (store, request) = (door.store, &asked.request);
    let may_push = |name: &Name| caller.may_push(name);
    Ok(match operation {
        Operation::Ping => Answer::Ping,
        Operation::PullManifest { name, reference, head } => {
            pull_manifest(store, &name, &reference, head, meter, request).await?
        }
        Operation::PutManifest { name, reference, tags } => {
            put_manifest(store, &name, reference, tags, request).await?
        }
        Operation::DeleteManifest { name, reference } => {
            manifest::delete(store, &name, reference).await?
        }
        Operation::PullBlob { name, digest, head } => {
            pull_blob(store, &name, digest, head, may_push(&name), request).await?
        }
        Operation::DeleteBlob { name, digest } => blob::delete(store, &name, digest).await?,
        Operation::StartUpload { name, algorithm, digest } => {
            let incoming = request::incoming(request)?;
            upload::start(store, &name, algorithm, digest.as_ref(), incoming).await?
        }
        Operation::MountBlob { name, digest, .. } => upload::mount(store, &name, &digest).await?,
        Operation::UploadStatus { name, id } => upload::status(store, &name, &id).await?,
        Operation::AppendUpload { name, id } => {
            upload::append(store, &name, &id, request::incoming(request)?).await?
        }
        Operation::FinishUpload { name, id, digest } => {
            upload::finish(store, &name, &id, &digest, request::incoming(request)?).await?
        }
        Operation::CancelUpload { name, id } => upload::cancel(store, &name, &id).await?,
        Operation::ListTags { name, n, last } => tag::list(store, name, n, last.as_deref()).await?,
        Operation::ListReferrers { name, subject, artifact_type, page } => {
            referrer::list(store, &name, &subject, artifact_type.as_deref(), &page).await?
        }
        Operation::ReadSettings { name } => settings::read(store, &name).await?,
        Operation::ChangeSettings { name } => {
            settings::change(store, &name, &asked.input().await?).await?
        }
        Operation::ListDeleted { name } => {
            settings::deleted(store, &name, Collecting::read(env)).await?
        }
        Operation::Restore { name } => {
            settings::restore(store, &name, &asked.input().await?).await?
        }
        Operation::Sweep => {
            let (keeping, rules) = (Collecting::read(env), config::rules(env));
            sweep::sweep(store, keeping, &rules, &asked.input().await?).await?
        }
        Operation::Rebuild { after } => sweep::rebuild(store, after.as_deref()).await?,
        Operation::Status => Answer::Document(intake::status()),
        Operation::StartImport => {
            let input = asked.input().await?;
            let (from, rules) = (config::import_from(env), config::rules(env));
            import::start(store, &from, &rules, input.json()?, may_push).await?
        }
        Operation::Metering(operation) => {
            metering::dispatch(store, caller, meter, operation, asked).await?
        }
        Operation::Upstreams(operation) => {
            upstreams::dispatch(store, caller, operation, asked).await?
        }
        Operation::ImportStatus { id } => import::status(store, &id, may_push).await?,
        Operation::CancelImport { id } => import::cancel(store, &id, may_push).await?,
        Operation::Account(operation) => {
            account::dispatch(env, door, caller, operation, asked).await?
        }
        Operation::Storage(call) => storage::dispatch(store, caller, call, asked).await?,
        Operation::Issuer(operation) => {
            issuer::dispatch(env, door, caller, operation, asked).await?
        }
        Operation::Cached(call) => cached::dispatch(store, meter, call, asked).await?,
    })
}

async fn pull_blob(
    store: &Store,
    name: &Name,
    digest: Digest,
    head: bool,
    may_push: bool,
    request: &Request,
) -> Result<Answer, Error> {
    let conditions = request::conditions(request);
    Ok(if head {
        blob::head(store, name, digest, &conditions, may_push).await?
    } else {
        blob::get(store, name, digest, &conditions).await?
    })
}

async fn pull_manifest(
    store: &Store,
    name: &Name,
    reference: &Reference,
    head: bool,
    meter: &Meter<'_>,
    request: &Request,
) -> Result<Answer, Error> {
    let conditions = request::known(request);
    Ok(if head {
        manifest::head(store, name, reference, &conditions, meter).await?
    } else {
        manifest::get(store, name, reference, &conditions, meter).await?
    })
}

async fn put_manifest(
    store: &Store,
    name: &Name,
    reference: Reference,
    tags: Vec<Tag>,
    request: &Request,
) -> Result<Answer, Error> {
    let document = request::bounded(request, MAX_BYTES).await?;
    let document = document.ok_or(service::Error::ManifestTooLarge)?;
    let content_type = request::header(request, "content-type");
    Ok(manifest::put(store, name, reference, tags, content_type.as_deref(), &document).await?)
}
