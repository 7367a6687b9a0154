//! Which call is it? A method, a path and a query become an [`Operation`] whose target is checked.
//! What breaks the grammar ends here, before anybody is asked who they are.

pub mod error;
pub mod url;

pub use error::Error;
pub use url::Url;

use roadstead_shared::oci::path::{self, Path};
use roadstead_shared::oci::query::Query;
use roadstead_shared::oci::{Algorithm, Digest, Name, Reference, reference};
use roadstead_shared::operation::Operation;

const READ: &str = "GET, HEAD";
const MANIFEST: &str = "GET, HEAD, PUT";
const UPLOADS: &str = "POST";
const UPLOAD: &str = "GET, PATCH, PUT, DELETE";

/// The call that `method` on `url` makes.
pub fn parse(method: &str, url: &Url) -> Result<Operation, Error> {
    let query = Query::parse(&url.query);
    match path::split(&url.path)? {
        Path::Root => read(method).map(|_| Operation::Ping),
        Path::Manifest(name, reference) => manifest(method, name.parse()?, &reference),
        Path::Blob(name, digest) => Ok(Operation::PullBlob {
            name: name.parse()?,
            digest: digest.parse()?,
            head: read(method)?,
        }),
        Path::Uploads(name) => match method {
            "POST" => start(name.parse()?, &query),
            _ => Err(Error::Method { allow: UPLOADS }),
        },
        Path::Upload(name, id) => upload(method, name.parse()?, id, &query),
        Path::Tags(name) => {
            read(method)?;
            let last = query.get("last").filter(|last| !last.is_empty()).map(str::to_owned);
            Ok(Operation::ListTags { name: name.parse()?, n: query.number("n")?, last })
        }
        Path::Referrers(name, subject) => {
            read(method)?;
            let artifact_type = query.get("artifactType").filter(|t| !t.is_empty());
            Ok(Operation::ListReferrers {
                name: name.parse()?,
                subject: subject.parse()?,
                artifact_type: artifact_type.map(str::to_owned),
            })
        }
    }
}

/// Whether the method of something that is only read is HEAD.
fn read(method: &str) -> Result<bool, Error> {
    match method {
        "GET" => Ok(false),
        "HEAD" => Ok(true),
        _ => Err(Error::Method { allow: READ }),
    }
}

fn manifest(method: &str, name: Name, reference: &str) -> Result<Operation, Error> {
    let parsed = reference.parse::<Reference>();
    let head = match method {
        "GET" => false,
        "HEAD" => true,
        "PUT" => {
            let reference = parsed.map_err(|invalid| match invalid {
                reference::Invalid::Digest(digest) => Error::Digest(digest),
                reference::Invalid::Tag(tag) => Error::Tag(tag),
            })?;
            return Ok(Operation::PutManifest { name, reference });
        }
        _ => return Err(Error::Method { allow: MANIFEST }),
    };
    // A tag that cannot exist is asked for like one that does not: it is not found.
    let reference = parsed.map_err(|invalid| match invalid {
        reference::Invalid::Digest(digest) => Error::Digest(digest),
        reference::Invalid::Tag(_) => Error::NoSuchTag,
    })?;
    Ok(Operation::PullManifest { name, reference, head })
}

fn start(name: Name, query: &Query) -> Result<Operation, Error> {
    let digest: Option<Digest> = query.get("digest").map(str::parse).transpose()?;
    let named: Option<Algorithm> = query.get("digest-algorithm").map(str::parse).transpose()?;
    let algorithm = digest.as_ref().map(Digest::algorithm).or(named).unwrap_or_default();
    Ok(Operation::StartUpload { name, algorithm, digest })
}

fn upload(method: &str, name: Name, id: String, query: &Query) -> Result<Operation, Error> {
    match method {
        "GET" => Ok(Operation::UploadStatus { name, id }),
        "PATCH" => Ok(Operation::AppendUpload { name, id }),
        "PUT" => {
            let digest = query.get("digest").ok_or(Error::NoDigest)?.parse()?;
            Ok(Operation::FinishUpload { name, id, digest })
        }
        "DELETE" => Ok(Operation::CancelUpload { name, id }),
        _ => Err(Error::Method { allow: UPLOAD }),
    }
}

#[cfg(test)]
mod tests;
