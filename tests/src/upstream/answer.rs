//! What a registry answers to who was let in. distribution-spec 1.1, "Endpoints".

use super::seen::parts;
use super::wire::{Answer, Framing, Request};
use super::wrong::{Asked, DIGEST};
use super::{Blobs, Day, Goods};
use crate::image::{INDEX, digest};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long what may be asked for is counted, in seconds, as Docker Hub says it.
const WINDOW_S: u32 = 21_600;

/// What a shop has: goods whose bytes need no copy to be sent.
#[derive(Debug, Default)]
pub(super) struct Stock {
    manifests: BTreeMap<String, (String, Arc<Vec<u8>>)>,
    blobs: BTreeMap<String, Arc<Vec<u8>>>,
}

impl From<&Goods> for Stock {
    fn from(goods: &Goods) -> Self {
        let manifest = |(reference, (media_type, document)): (&String, &(String, Vec<u8>))| {
            (reference.clone(), (media_type.clone(), Arc::new(document.clone())))
        };
        let blob = |(digest, bytes): (&String, &Vec<u8>)| (digest.clone(), Arc::new(bytes.clone()));
        Self {
            manifests: goods.manifests.iter().map(manifest).collect(),
            blobs: goods.blobs.iter().map(blob).collect(),
        }
    }
}

/// Where a blob is to be had; `None` where nobody is sent elsewhere.
pub(super) fn redirect(day: &Day, host: &str, request: &Request) -> Option<Answer> {
    let (name, kind, digest) = parts(&request.path);
    if kind != "blobs" || day.blobs == Blobs::Here {
        return None;
    }
    let location = format!("http://{host}/v2/{name}/blobs/{digest}?signature=x%2Fy");
    Some(Answer::new(307, "").with("Location", location))
}

/// What is asked for, and the right answer to it.
pub(super) fn of(stock: &Stock, day: &mut Day, request: &Request) -> (Asked, Answer) {
    let (_, kind, reference) = parts(&request.path);
    let is_head = request.is_head();
    match kind {
        "manifests" => {
            let by_tag = !reference.starts_with("sha256:");
            (Asked::Manifest { by_tag, is_head }, manifest(stock, day, reference, request))
        }
        "blobs" => {
            let length = stock.blobs.get(reference).map_or(0, |bytes| bytes.len());
            (Asked::Blob { length, is_head }, blob(stock, day, reference, request))
        }
        "tags" => (Asked::List, tags(stock, day, request)),
        "referrers" => (Asked::List, referrers(stock, day, reference, request)),
        _ => (Asked::Other, Answer::new(200, "{}")),
    }
}

fn manifest(stock: &Stock, day: &mut Day, reference: &str, request: &Request) -> Answer {
    let Some((media_type, document)) = stock.manifests.get(reference) else {
        return Answer::new(404, "no such manifest");
    };
    let digest = digest(document);
    let etag = format!("\"{digest}\"");
    let is_known = request.header("if-none-match") == Some(&etag);
    let answer = Answer {
        status: if is_known { 304 } else { 200 },
        bytes: Arc::clone(document),
        framing: if day.unmeasured { Framing::Unmeasured } else { Framing::Measured },
        ..Answer::default()
    };
    let answer = answer.with("Content-Type", media_type.clone()).with("ETag", etag);
    let answer = answer.with(DIGEST, digest);
    let Some(remaining) = &mut day.remaining else { return answer };
    // HEAD is free.
    *remaining = remaining.saturating_sub(u64::from(!request.is_head()));
    let left = format!("{remaining};w={WINDOW_S}");
    answer.with("RateLimit-Limit", format!("100;w={WINDOW_S}")).with("RateLimit-Remaining", left)
}

fn blob(stock: &Stock, day: &Day, digest: &str, request: &Request) -> Answer {
    if day.blobs == Blobs::Ring {
        return Answer::new(302, "").with("Location", request.path.clone());
    }
    let Some(bytes) = stock.blobs.get(digest) else { return Answer::new(404, "no such blob") };
    let mut answer = Answer {
        status: 200,
        bytes: Arc::clone(bytes),
        framing: if day.unmeasured { Framing::Unmeasured } else { Framing::Measured },
        bytes_per_s: day.bytes_per_s,
        ..Answer::default()
    };
    if let Some((first, end)) = request.range(bytes.len()).filter(|_| !day.rangeless) {
        let length = bytes.len();
        if first >= end {
            return Answer::new(416, "").with("Content-Range", format!("bytes */{length}"));
        }
        answer.status = 206;
        answer.part = Some(first..end);
        answer = answer.with("Content-Range", format!("bytes {first}-{}/{length}", end - 1));
    }
    answer.with("Content-Type", "application/octet-stream").with(DIGEST, digest)
}

fn tags(stock: &Stock, day: &Day, request: &Request) -> Answer {
    let (name, ..) = parts(&request.path);
    let last = request.parameter("last").unwrap_or_default();
    let n: Option<usize> = request.parameter("n").and_then(|n| n.parse().ok());
    let most = n.unwrap_or(usize::MAX).min(day.page.unwrap_or(usize::MAX));
    let all = stock.manifests.keys().filter(|key| !key.starts_with("sha256:"));
    let after: Vec<&String> = all.filter(|tag| tag.as_str() > last).collect();
    let page = &after[..most.min(after.len())];
    let answer = Answer::new(200, json!({ "name": name, "tags": page }).to_string());
    let answer = answer.with("Content-Type", "application/json");
    match page.last().filter(|_| page.len() < after.len()) {
        Some(last) => {
            let next = format!("</v2/{name}/tags/list?n={}&last={last}>; rel=\"next\"", page.len());
            answer.with("Link", next)
        }
        None => answer,
    }
}

fn referrers(stock: &Stock, day: &Day, subject: &str, request: &Request) -> Answer {
    if day.is_old {
        return Answer::new(404, "404 page not found");
    }
    let wanted = request.parameter("artifactType").map(|value| value.replace("%2F", "/"));
    let is_wanted =
        |found: &Value| wanted.as_deref().is_none_or(|wanted| found["artifactType"] == wanted);
    let digests = stock.manifests.iter().filter(|(key, _)| key.starts_with("sha256:"));
    let about = digests.filter_map(|(digest, (media_type, document))| {
        let manifest: Value = serde_json::from_slice(document).ok()?;
        (manifest["subject"]["digest"] == subject).then(|| {
            json!({
                "mediaType": media_type, "digest": digest, "size": document.len(),
                "artifactType": manifest["artifactType"], "annotations": manifest["annotations"],
            })
        })
    });
    let found: Vec<Value> = about.filter(is_wanted).collect();
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": found });
    let answer = Answer::new(200, index.to_string()).with("Content-Type", INDEX);
    if wanted.is_some() { answer.with("OCI-Filters-Applied", "artifactType") } else { answer }
}
