//! From an operation to the service that does it, one arm each.

use super::error::Error;
use super::request;
use crate::auth::Caller;
use crate::config::{self, Collecting};
use crate::service::{
    self, Answer, blob, import, manifest, referrer, settings, sweep, tag, upload,
};
use crate::store::{Store, intake};
use roadstead_shared::oci::manifest::MAX_BYTES;
use roadstead_shared::oci::{Digest, Name, Reference, Tag};
use roadstead_shared::operation::Operation;
use web_sys::Request;
use worker::Env;

/// The longest body of a call of our own, in bytes.
const MAX_JSON_BYTES: usize = 64 * 1024;

/// Does what `operation` says.
pub async fn dispatch(
    env: &Env,
    store: &Store,
    caller: &Caller,
    operation: Operation,
    request: &Request,
) -> Result<Answer, Error> {
    let may_push = |name: &Name| caller.may_push(name);
    Ok(match operation {
        Operation::Ping => Answer::Ping,
        Operation::PullManifest { name, reference, head } => {
            let conditions = request::known(request);
            manifest::pull(store, &name, &reference, head, &conditions).await?
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
        Operation::MountBlob { name, digest, from: _ } => {
            upload::mount(store, &name, &digest).await?
        }
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
            settings::change(store, &name, &json(request).await?).await?
        }
        Operation::ListDeleted { name } => {
            settings::deleted(store, &name, Collecting::read(env)).await?
        }
        Operation::Restore { name } => {
            settings::restore(store, &name, &json(request).await?).await?
        }
        Operation::Sweep => {
            sweep::sweep(store, Collecting::read(env), &json(request).await?).await?
        }
        Operation::Rebuild { after } => sweep::rebuild(store, after.as_deref()).await?,
        Operation::Status => Answer::Document(intake::status()),
        Operation::StartImport => {
            let body = json(request).await?;
            import::start(store, &config::import_from(env), &body, may_push).await?
        }
        Operation::ImportStatus { id } => import::status(store, &id, may_push).await?,
        Operation::CancelImport { id } => import::cancel(store, &id, may_push).await?,
    })
}

async fn json(request: &Request) -> Result<Vec<u8>, Error> {
    let body = request::bounded(request, MAX_JSON_BYTES).await?;
    let long = || service::Error::Unreadable("the body is too long".to_owned());
    Ok(body.ok_or_else(long)?)
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
