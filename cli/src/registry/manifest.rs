//! Manifests: whether one is there, and sending one. distribution-spec 1.1, `end-3` and `end-7`.

use super::call::{Call, Payload};
use super::error::Error;
use super::repository::Repository;
use crate::source::Document;
use roadstead_shared::oci::{Digest, Reference, path};

/// Whether the repository has the manifest.
pub(crate) fn is_there(repository: &Repository, digest: &Digest) -> Result<bool, Error> {
    let doing = "say whether a manifest is there";
    let reference = Reference::Digest(digest.clone());
    let call = Call::new("HEAD", path::manifest(&repository.name, &reference));
    // HEAD of a manifest is answered only to those who name what they take.
    let answer = repository.insist(&call.header("accept", "*/*"), doing)?;
    match answer.status {
        200 => Ok(true),
        404 => Ok(false),
        _ => Err(answer.refused(&repository.client.host, doing)),
    }
}

/// Puts a manifest under a tag, or under its digest.
pub(crate) fn put(
    repository: &Repository,
    reference: &Reference,
    document: &Document,
) -> Result<(), Error> {
    let doing = format!("take the manifest {reference}");
    let path = path::manifest(&repository.name, reference);
    let call = Call::with("PUT", path, Payload::Bytes(&document.bytes))
        .header("content-type", document.media_type.as_str());
    let answer = repository.insist(&call, &doing)?;
    let host = &repository.client.host;
    if answer.status != 201 {
        if answer.code().as_deref() == Some("MANIFEST_BLOB_UNKNOWN") {
            let named = answer.detail("digests").unwrap_or_default();
            let digests = named.as_array().into_iter().flatten();
            let digests = digests.filter_map(|digest| digest.as_str().map(str::to_owned)).collect();
            return Err(Error::BlobsUnknown { host: host.clone(), digests });
        }
        return Err(answer.refused(host, &doing));
    }
    match answer.header("docker-content-digest") {
        Some(stored) if stored != document.digest.as_str() => {
            let why = format!("it keeps the manifest {} as {stored}", document.digest);
            Err(repository.client.protocol(&why))
        }
        _ => Ok(()),
    }
}
