//! From an answer to status, headers and body.

use super::call::{Call, REQUEST_ID};
use super::{multipart, stream};
use crate::service::Answer;
use crate::service::answer::{Content, Source};
use crate::service::meter::Tally;
use crate::service::outcome::{Outcome, Success};
use crate::store::Store;
use roadstead_shared::oci::media_type::{IMAGE_INDEX, OCTET_STREAM};
use roadstead_shared::oci::{Descriptor, Digest, Name, Tag};
use roadstead_shared::tier::State;
use roadstead_shared::upstream::metrics;
use worker::{EncodeBody, Response, ResponseBody, ResponseBuilder, Result};

/// What is called by its digest never changes. `no-transform`: nobody may re-encode it.
const IMMUTABLE: &str = "public, max-age=31536000, immutable, no-transform";
/// What is called by a tag may change with the next push.
const REVALIDATE: &str = "no-cache, no-transform";

/// Who splits a blob should make pieces of this many bytes at least: each is an object, and what is
/// in small pieces is read in small pieces for ever. Shorter ones are taken as well.
const CHUNK_MIN_BYTES: &str = "5242880";

const DIGEST: &str = "docker-content-digest";

/// The response that says `answer`; the bytes of a blob are counted by `tally`.
pub async fn render(
    store: Store,
    answer: Answer,
    tally: Option<Tally>,
    call: &Call,
) -> Result<Response> {
    let response = ResponseBuilder::new().with_header(REQUEST_ID, &call.request_id)?;
    match answer {
        Answer::Ping => {
            let response = response.with_header("docker-distribution-api-version", "registry/2.0");
            json(response?, &serde_json::json!({}))
        }
        Answer::Manifest { digest, media_type, size, immutable, source, state, is_stale } => {
            let response = response
                .with_header("content-type", &media_type)?
                .with_header("cache-control", caching(immutable))?;
            let response = tagged(stated(response, state.as_deref(), is_stale)?, &digest)?;
            let response = response.with_encode_body(EncodeBody::Manual);
            match source {
                // It was counted when it was let through.
                Some(source) => Ok(response.body(body(store, source, size, None).await?)),
                None => Ok(response.with_header("content-length", &size.to_string())?.empty()),
            }
        }
        Answer::Blob { digest, size, content } => {
            blob(store, response, &digest, size, content, tally).await
        }
        Answer::NotModified { digest, immutable } => {
            let response = tagged(response.with_status(304), &digest)?;
            Ok(response.with_header("cache-control", caching(immutable))?.empty())
        }
        Answer::UploadAccepted { location, id, offset } => {
            let response = response.with_status(202);
            let response = response.with_header("oci-chunk-min-length", CHUNK_MIN_BYTES)?;
            Ok(upload(response, &location, &id, offset)?.empty())
        }
        Answer::UploadStatus { location, id, offset } => {
            Ok(upload(response.with_status(204), &location, &id, offset)?.empty())
        }
        Answer::ImportStarted { location, document } => {
            let response = response.with_status(202).with_header("location", &location)?;
            json(response.with_header("cache-control", "no-store")?, &document)
        }
        Answer::Outcome(outcome) => self::outcome(response, &outcome),
        Answer::Elsewhere { location, .. } | Answer::Returned { to: location, .. } => {
            let response = response.with_status(303).with_header("location", &location)?;
            Ok(response.with_header("cache-control", "no-store")?.empty())
        }
        Answer::UploadCancelled | Answer::ImportCancelled => Ok(response.with_status(204).empty()),
        Answer::Deleted => Ok(response.with_status(202).empty()),
        Answer::Document(document) => {
            json(response.with_header("cache-control", "no-store")?, &document)
        }
        Answer::Metrics(text) => figures(response, text),
        Answer::BlobCreated { location, digest } => {
            Ok(created(response, &location, &digest)?.empty())
        }
        Answer::ManifestCreated { location, digest, subject, tags } => {
            manifest_created(created(response, &location, &digest)?, subject.as_ref(), &tags)
        }
        Answer::Tags { name, tags, next } => tag_list(response, &name, &tags, next),
        Answer::Referrers { manifests, filtered, next } => {
            referrers(response, &manifests, filtered, next)
        }
    }
}

fn figures(response: ResponseBuilder, text: String) -> Result<Response> {
    let response = response.with_header("content-type", metrics::MEDIA_TYPE)?;
    let response = response.with_header("cache-control", "no-store")?;
    Ok(response.body(ResponseBody::Body(text.into_bytes())))
}

fn outcome(response: ResponseBuilder, outcome: &Outcome) -> Result<Response> {
    let response = response.with_header("cache-control", "no-store")?;
    let status = match outcome.success {
        Success::Gone => return Ok(response.with_status(204).empty()),
        Success::Done => 200,
        Success::Created => 201,
        Success::Accepted => 202,
    };
    json(response.with_status(status), &outcome.document)
}

fn manifest_created(
    mut response: ResponseBuilder,
    subject: Option<&Digest>,
    tags: &[Tag],
) -> Result<Response> {
    if !tags.is_empty() {
        let tags: Vec<&str> = tags.iter().map(Tag::as_str).collect();
        response = response.with_header("oci-tag", &tags.join(", "))?;
    }
    if let Some(subject) = subject {
        response = response.with_header("oci-subject", subject.as_str())?;
    }
    Ok(response.empty())
}

/// RFC 7234, section 5.5.1: what is sent was not compared with its origin, which does not answer.
const STALE: &str = "110 - \"the other registry does not answer; this is what was stored\"";

/// With where the caller stands, if that is known, and whether what is sent may be old.
fn stated(
    mut response: ResponseBuilder,
    state: Option<&State>,
    is_stale: bool,
) -> Result<ResponseBuilder> {
    let mut warnings: Vec<String> = is_stale.then(|| STALE.to_owned()).into_iter().collect();
    for (name, value) in state.map(State::headers).unwrap_or_default() {
        if name == "warning" {
            warnings.push(value);
        } else {
            response = response.with_header(name, &value)?;
        }
    }
    match warnings.as_slice() {
        [] => Ok(response),
        warnings => response.with_header("warning", &warnings.join(", ")),
    }
}

fn caching(immutable: bool) -> &'static str {
    if immutable { IMMUTABLE } else { REVALIDATE }
}

/// `Range` of an upload: `0-<last>`, without a unit. An empty one has no last byte; clients want
/// an end that is not before the beginning all the same.
pub fn upload_range(offset: u64) -> String {
    format!("0-{}", offset.saturating_sub(1))
}

async fn blob(
    store: Store,
    response: ResponseBuilder,
    digest: &Digest,
    size: u64,
    content: Content,
    tally: Option<Tally>,
) -> Result<Response> {
    let response = tagged(response, digest)?
        .with_header("accept-ranges", "bytes")?
        // A browser must not take somebody's bytes for a page of this host.
        .with_header("x-content-type-options", "nosniff")?
        .with_header("cache-control", IMMUTABLE)?
        // A compressed layer that is compressed again has another digest.
        .with_encode_body(EncodeBody::Manual);
    let typed = |response: ResponseBuilder| response.with_header("content-type", OCTET_STREAM);
    match content {
        Content::Head => {
            Ok(typed(response)?.with_header("content-length", &size.to_string())?.empty())
        }
        Content::Whole(source) => {
            Ok(typed(response)?.body(body(store, source, size, tally).await?))
        }
        Content::Range(range, source) => {
            let response = typed(response.with_status(206))?;
            let response = response.with_header("content-range", &range.content_range(size))?;
            Ok(response.body(body(store, source, range.len(), tally).await?))
        }
        Content::Ranges(ranges) => {
            let parts = multipart::Parts::new(ranges, size);
            let response = response.with_status(206);
            let response = response.with_header("content-type", &parts.content_type())?;
            Ok(response.stream(stream::pipe(store, parts.segments(), tally).await?))
        }
    }
}

/// The body that a source makes, `len` bytes of it. A small one counts as delivered when it is
/// answered. Where nothing is counted, one slice goes to the client as the runtime's own stream.
async fn body(
    store: Store,
    source: Source,
    len: u64,
    tally: Option<Tally>,
) -> Result<ResponseBody> {
    let whole = match source {
        Source::Object(object) => ResponseBody::Stream(object.stream()?),
        Source::Bytes(bytes) => ResponseBody::Body(bytes),
        coming @ Source::Coming(_) => {
            let segment = stream::Segment { source: coming, len };
            return Ok(ResponseBody::Stream(stream::pipe(store, vec![segment], tally).await?));
        }
        Source::Slices { upload, parts } => {
            if let ([one], None) = (parts.as_slice(), &tally) {
                return Ok(ResponseBody::Stream(store.part(&upload, *one).await?));
            }
            let segment = stream::Segment { source: Source::Slices { upload, parts }, len };
            return Ok(ResponseBody::Stream(stream::pipe(store, vec![segment], tally).await?));
        }
    };
    if let Some(tally) = tally {
        tally.add(&store, len);
    }
    Ok(whole)
}

fn tagged(response: ResponseBuilder, digest: &Digest) -> Result<ResponseBuilder> {
    response.with_header(DIGEST, digest.as_str())?.with_header("etag", &format!("\"{digest}\""))
}

fn upload(
    response: ResponseBuilder,
    location: &str,
    id: &str,
    offset: u64,
) -> Result<ResponseBuilder> {
    response
        .with_header("location", location)?
        .with_header("range", &upload_range(offset))?
        .with_header("docker-upload-uuid", id)
}

fn created(response: ResponseBuilder, location: &str, digest: &Digest) -> Result<ResponseBuilder> {
    let response = response.with_status(201).with_header("location", location)?;
    response.with_header(DIGEST, digest.as_str())
}

fn tag_list(
    response: ResponseBuilder,
    name: &Name,
    tags: &[String],
    next: Option<String>,
) -> Result<Response> {
    let response = linked(response, next)?.with_header("cache-control", REVALIDATE)?;
    json(response, &serde_json::json!({ "name": name, "tags": tags }))
}

fn referrers(
    response: ResponseBuilder,
    manifests: &[Descriptor],
    filtered: bool,
    next: Option<String>,
) -> Result<Response> {
    let mut response = linked(response, next)?
        .with_header("cache-control", REVALIDATE)?
        .with_header("content-type", IMAGE_INDEX)?;
    if filtered {
        response = response.with_header("oci-filters-applied", "artifactType")?;
    }
    let index = serde_json::json!({
        "schemaVersion": 2, "mediaType": IMAGE_INDEX, "manifests": manifests,
    });
    Ok(response.fixed(serde_json::to_vec(&index)?))
}

/// Says where the next page is. RFC 8288.
fn linked(response: ResponseBuilder, next: Option<String>) -> Result<ResponseBuilder> {
    match next {
        Some(next) => response.with_header("link", &format!("<{next}>; rel=\"next\"")),
        None => Ok(response),
    }
}

fn json(response: ResponseBuilder, value: &serde_json::Value) -> Result<Response> {
    let response = response.with_header("content-type", "application/json")?;
    Ok(response.fixed(serde_json::to_vec(value)?))
}
