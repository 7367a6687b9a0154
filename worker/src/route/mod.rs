//! Which call is it? A method, a path and a query become an [`Operation`] whose target is checked.
//! What breaks the grammar ends here, before anybody is asked who they are.

mod api;
mod cached;
pub mod error;
mod metering;
mod storage;
mod upstreams;
pub mod url;

pub use cached::{fall_back, next_from, registry_asked};
pub use error::Error;
pub use url::Url;

use roadstead_shared::api::path::METRICS;
use roadstead_shared::oci::path::{self, Path};
use roadstead_shared::oci::query::Query;
use roadstead_shared::oci::{Algorithm, Digest, Name, Reference, Tag, reference};
use roadstead_shared::operation::{Operation, Page};
use roadstead_shared::upstream::Rules;

/// Where our own API begins.
const API: &str = "/api/";

const READ: &str = "GET, HEAD";
const MANIFEST: &str = "GET, HEAD, PUT, DELETE";
const BLOB: &str = "GET, HEAD, DELETE";
const UPLOADS: &str = "POST";
const UPLOAD: &str = "GET, PATCH, PUT, DELETE";

/// The most tags that one manifest is put under at once.
pub const MAX_TAG_PARAMETERS: usize = 100;

/// Whether a path is one of our own API, not of the registry's.
pub fn is_api(path: &str) -> bool {
    path.starts_with(API) || path == METRICS
}

/// The call that `method` on `url` makes, where other registries are answered for by `rules`.
pub fn parse(method: &str, url: &Url, rules: &Rules) -> Result<Operation, Error> {
    let query = Query::parse(&url.query);
    if is_api(&url.path) {
        let operation = api::parse(method, &url.path, &query)?;
        return cached::refuse(operation, &rules.place("", "", None), rules);
    }
    let place = cached::place(url, rules);
    if cached::is_root(&place.path, rules) {
        return read(method).map(|_| Operation::Ping);
    }
    cached::locate(registry(method, &place.path, &query)?, &place, rules)
}

/// The call of the registry's API that `method` makes on a path whose names are ours.
fn registry(method: &str, path: &str, query: &Query) -> Result<Operation, Error> {
    match path::split(path)? {
        Path::Root => read(method).map(|_| Operation::Ping),
        Path::Manifest(name, reference) => manifest(method, name.parse()?, &reference, query),
        Path::Blob(name, digest) => blob(method, name.parse()?, digest.parse()?),
        Path::Uploads(name) => match method {
            "POST" => start(name.parse()?, query),
            _ => Err(Error::Method { allow: UPLOADS }),
        },
        Path::Upload(name, id) => upload(method, name.parse()?, id, query),
        Path::Tags(name) => {
            read(method)?;
            let Page { n, last } = page(query)?;
            Ok(Operation::ListTags { name: name.parse()?, n, last })
        }
        Path::Referrers(name, subject) => {
            read(method)?;
            let artifact_type = query.get("artifactType").filter(|t| !t.is_empty());
            Ok(Operation::ListReferrers {
                name: name.parse()?,
                subject: subject.parse()?,
                artifact_type: artifact_type.map(str::to_owned),
                page: page(query)?,
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

fn page(query: &Query) -> Result<Page, Error> {
    let last = query.get("last").filter(|last| !last.is_empty()).map(str::to_owned);
    Ok(Page { n: query.number("n")?, last })
}

fn blob(method: &str, name: Name, digest: Digest) -> Result<Operation, Error> {
    match method {
        "GET" => Ok(Operation::PullBlob { name, digest, head: false }),
        "HEAD" => Ok(Operation::PullBlob { name, digest, head: true }),
        "DELETE" => Ok(Operation::DeleteBlob { name, digest }),
        _ => Err(Error::Method { allow: BLOB }),
    }
}

fn manifest(method: &str, name: Name, reference: &str, query: &Query) -> Result<Operation, Error> {
    let parsed = reference.parse::<Reference>();
    let head = match method {
        "GET" | "DELETE" => false,
        "HEAD" => true,
        "PUT" => {
            let reference = parsed.map_err(|invalid| match invalid {
                reference::Invalid::Digest(digest) => Error::Digest(digest),
                reference::Invalid::Tag(tag) => Error::Tag(tag),
            })?;
            let tags = tags(&reference, query)?;
            return Ok(Operation::PutManifest { name, reference, tags });
        }
        _ => return Err(Error::Method { allow: MANIFEST }),
    };
    // A tag that cannot exist is asked for like one that does not: it is not found.
    let reference = parsed.map_err(|invalid| match invalid {
        reference::Invalid::Digest(digest) => Error::Digest(digest),
        reference::Invalid::Tag(_) => Error::NoSuchTag,
    })?;
    if method == "DELETE" {
        return Ok(Operation::DeleteManifest { name, reference });
    }
    Ok(Operation::PullManifest { name, reference, head })
}

/// The further tags of what is put by its digest; by a tag, there is only that one.
fn tags(reference: &Reference, query: &Query) -> Result<Vec<Tag>, Error> {
    if matches!(reference, Reference::Tag(_)) {
        return Ok(Vec::new());
    }
    let tags: Vec<Tag> = query.all("tag").map(str::parse).collect::<Result<_, _>>()?;
    if tags.len() > MAX_TAG_PARAMETERS { Err(Error::TooManyTags) } else { Ok(tags) }
}

fn start(name: Name, query: &Query) -> Result<Operation, Error> {
    if let Some(digest) = query.get("mount") {
        // What cannot be a repository's name holds no blob; the mount then begins an upload.
        let from = query.get("from").filter(|from| !from.is_empty());
        let from = from.map(str::parse).transpose()?;
        return Ok(Operation::MountBlob { name, digest: digest.parse()?, from });
    }
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
