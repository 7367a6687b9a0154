//! From an operation to the service that does it, one arm each.

use super::error::Error;
use super::request;
use crate::service::{self, Answer, blob, manifest, referrer, tag, upload};
use crate::store::Store;
use roadstead_shared::oci::manifest::MAX_BYTES;
use roadstead_shared::oci::{Name, Reference};
use roadstead_shared::operation::Operation;
use web_sys::Request;

/// Does what `operation` says.
pub async fn dispatch(
    store: &Store,
    operation: Operation,
    request: &Request,
) -> Result<Answer, Error> {
    let answer = match operation {
        Operation::Ping => Answer::Ping,
        Operation::PullManifest { name, reference, head } => {
            let conditions = request::known(request);
            manifest::pull(store, &name, &reference, head, &conditions).await?
        }
        Operation::PutManifest { name, reference } => {
            put_manifest(store, &name, reference, request).await?
        }
        Operation::PullBlob { name, digest, head: true } => {
            blob::head(store, &name, digest, &request::conditions(request)).await?
        }
        Operation::PullBlob { name, digest, head: false } => {
            blob::get(store, &name, digest, &request::conditions(request)).await?
        }
        Operation::StartUpload { name, algorithm, digest } => {
            let incoming = request::incoming(request)?;
            upload::start(store, &name, algorithm, digest.as_ref(), incoming).await?
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
        Operation::ListReferrers { name, subject, artifact_type } => {
            referrer::list(store, &name, &subject, artifact_type.as_deref()).await?
        }
    };
    Ok(answer)
}

async fn put_manifest(
    store: &Store,
    name: &Name,
    reference: Reference,
    request: &Request,
) -> Result<Answer, Error> {
    let document = request::bounded(request, MAX_BYTES).await?;
    let document = document.ok_or(service::Error::ManifestTooLarge)?;
    let content_type = request::header(request, "content-type");
    Ok(manifest::put(store, name, reference, content_type.as_deref(), &document).await?)
}
