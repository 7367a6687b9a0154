//! Every call of the API tried without a token. The list follows the type that the edge itself
//! serves by: a new call does not compile here until somebody has said what it needs.

mod account;
mod cached;
pub(super) mod forged;
mod issuer;
mod storage;
mod upstreams;

use libtest_mimic::Trial;
use roadstead_shared::oci::{Digest, Name, Reference};
use roadstead_shared::operation::{MeteringOperation, Operation, Page};
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::parameter;
use roadstead_tests::fixture::{NAME, shelf};
use roadstead_tests::image::digest;
use std::str::FromStr;

/// More calls than the API will ever have: a list that bites its tail ends here.
const MOST: usize = 100;

pub(super) fn claims() -> Vec<Trial> {
    claims![every_call_without_a_token_is_told_what_it_needs, every_call_is_on_the_list_once]
}

fn parsed<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// The call behind `operation` in the list of all; the first one behind none.
fn next(operation: Option<&Operation>) -> Option<Operation> {
    use Operation as O;
    let name: Name = parsed(NAME);
    let reference: Reference = parsed("v1");
    let digest: Digest = parsed(&digest(&shelf().layer));
    let id = "none".to_owned();
    Some(match operation {
        None => O::Ping,
        Some(O::Ping) => O::PullManifest { name, reference, head: false },
        Some(O::PullManifest { .. }) => O::PutManifest { name, reference, tags: Vec::new() },
        Some(O::PutManifest { .. }) => O::DeleteManifest { name, reference },
        Some(O::DeleteManifest { .. }) => O::PullBlob { name, digest, head: false },
        Some(O::PullBlob { .. }) => O::DeleteBlob { name, digest },
        Some(O::DeleteBlob { .. }) => {
            O::StartUpload { name, algorithm: digest.algorithm(), digest: None }
        }
        Some(O::StartUpload { .. }) => O::MountBlob { name, digest, from: None },
        Some(O::MountBlob { .. }) => O::UploadStatus { name, id },
        Some(O::UploadStatus { .. }) => O::AppendUpload { name, id },
        Some(O::AppendUpload { .. }) => O::FinishUpload { name, id, digest },
        Some(O::FinishUpload { .. }) => O::CancelUpload { name, id },
        Some(O::CancelUpload { .. }) => O::ListTags { name, n: None, last: None },
        Some(O::ListTags { .. }) => {
            O::ListReferrers { name, subject: digest, artifact_type: None, page: Page::default() }
        }
        Some(O::ListReferrers { .. }) => O::ReadSettings { name },
        Some(O::ReadSettings { .. }) => O::ChangeSettings { name },
        Some(O::ChangeSettings { .. }) => O::ListDeleted { name },
        Some(O::ListDeleted { .. }) => O::Restore { name },
        Some(O::Restore { .. }) => O::Sweep,
        Some(O::Sweep) => O::Rebuild { after: None },
        Some(O::Rebuild { .. }) => O::Status,
        Some(O::Status) => O::StartImport,
        Some(O::StartImport) => O::ImportStatus { id },
        Some(O::ImportStatus { .. }) => O::CancelImport { id },
        Some(O::CancelImport { .. }) => O::Metering(MeteringOperation::Usage),
        Some(O::Metering(MeteringOperation::Usage)) => O::Metering(MeteringOperation::ReadNetworks),
        Some(O::Metering(MeteringOperation::ReadNetworks)) => {
            O::Metering(MeteringOperation::ChangeNetworks)
        }
        Some(O::Metering(MeteringOperation::ChangeNetworks)) => O::Account(account::next(None)?),
        Some(O::Account(call)) => match account::next(Some(call)) {
            Some(call) => O::Account(call),
            None => O::Storage(storage::next(None)?),
        },
        Some(O::Storage(call)) => match storage::next(Some(call)) {
            Some(call) => O::Storage(call),
            None => O::Issuer(issuer::next(None)?),
        },
        Some(O::Issuer(call)) => match issuer::next(Some(call)) {
            Some(call) => O::Issuer(call),
            None => O::Upstreams(upstreams::next(None)?),
        },
        Some(O::Upstreams(call)) => match upstreams::next(Some(*call)) {
            Some(call) => O::Upstreams(call),
            None => O::Cached(cached::next()),
        },
        Some(O::Cached(_)) => return None,
    })
}

fn every_call() -> Vec<Operation> {
    let mut calls: Vec<Operation> = Vec::new();
    while let Some(call) = next(calls.last()) {
        calls.push(call);
        assert!(calls.len() < MOST, "the list has no end");
    }
    calls
}

/// What a call answers to who shows nothing.
enum Due {
    /// A challenge without a scope.
    Token,
    /// A challenge with these actions.
    Scope(&'static str),
    /// That a name and a password are needed.
    Account,
    /// What was asked for.
    Nothing,
    /// What it says of its body alone.
    Sense,
}

/// The request that makes a call, and what is due to who shows nothing.
fn request(call: &Operation) -> (Request, Due) {
    use Operation as O;
    let at = |method: &str, rest: &str| Request::new(method, format!("/v2/{NAME}/{rest}"));
    let own = |method: &str, rest: &str| {
        Request::new(method, format!("/api/v1/repositories/{NAME}{rest}")).body(b"{}")
    };
    let admin = |rest: &str| Request::new("POST", format!("/api/v1/admin/{rest}")).body(b"");
    let (pull, push) = (Due::Scope("pull"), Due::Scope("pull,push"));
    let delete = Due::Scope("delete");
    match call {
        O::Ping => (Request::get("/v2/"), Due::Token),
        O::PullManifest { reference, .. } => (at("GET", &format!("manifests/{reference}")), pull),
        O::PutManifest { reference, .. } => {
            (at("PUT", &format!("manifests/{reference}")).body(b"{}"), push)
        }
        O::DeleteManifest { reference, .. } => {
            (at("DELETE", &format!("manifests/{reference}")), delete)
        }
        O::PullBlob { digest, .. } => (at("GET", &format!("blobs/{digest}")), pull),
        O::DeleteBlob { digest, .. } => (at("DELETE", &format!("blobs/{digest}")), delete),
        O::StartUpload { .. } => (at("POST", "blobs/uploads/").body(b""), push),
        O::MountBlob { digest, .. } => {
            (at("POST", &format!("blobs/uploads/?mount={digest}")).body(b""), push)
        }
        O::UploadStatus { id, .. } => (at("GET", &format!("blobs/uploads/{id}")), push),
        O::AppendUpload { id, .. } => {
            (at("PATCH", &format!("blobs/uploads/{id}")).chunked(b"bytes"), push)
        }
        O::FinishUpload { id, digest, .. } => {
            (at("PUT", &format!("blobs/uploads/{id}?digest={digest}")).body(b""), push)
        }
        O::CancelUpload { id, .. } => (at("DELETE", &format!("blobs/uploads/{id}")), push),
        O::ListTags { .. } => (at("GET", "tags/list"), pull),
        O::ListReferrers { subject, .. } => (at("GET", &format!("referrers/{subject}")), pull),
        O::ReadSettings { .. } => {
            (Request::get(format!("/api/v1/repositories/{NAME}")), Due::Nothing)
        }
        O::ChangeSettings { .. } => (own("PUT", ""), Due::Account),
        O::ListDeleted { .. } => {
            (Request::get(format!("/api/v1/repositories/{NAME}/deleted")), Due::Account)
        }
        O::Restore { .. } => (own("POST", "/restore"), Due::Account),
        O::Sweep => (admin("sweep"), Due::Account),
        O::Rebuild { .. } => (admin("rebuild"), Due::Account),
        O::Status => (Request::get("/api/v1/admin/status"), Due::Account),
        O::StartImport => (Request::new("POST", "/api/v1/import").body(b"{}"), Due::Account),
        O::ImportStatus { id } => (Request::get(format!("/api/v1/import/{id}")), Due::Account),
        O::Metering(call) => metering(*call),
        O::CancelImport { id } => {
            (Request::new("DELETE", format!("/api/v1/import/{id}")), Due::Account)
        }
        O::Account(call) => account::request(call),
        O::Storage(call) => storage::request(call),
        O::Issuer(call) => issuer::request(call),
        O::Upstreams(call) => upstreams::request(*call),
        O::Cached(call) => (cached::request(call), pull),
    }
}

fn metering(call: MeteringOperation) -> (Request, Due) {
    const NETWORKS: &str = "/api/v1/admin/networks";
    match call {
        MeteringOperation::Usage => (Request::get("/api/v1/usage"), Due::Nothing),
        MeteringOperation::ReadNetworks => (Request::get(NETWORKS), Due::Account),
        MeteringOperation::ChangeNetworks => {
            (Request::new("PUT", NETWORKS).body(b"{}"), Due::Account)
        }
    }
}

fn every_call_without_a_token_is_told_what_it_needs() {
    for call in every_call() {
        let (request, due) = request(&call);
        let scope = match due {
            Due::Nothing => {
                let _ = request.send().expect(200);
                continue;
            }
            Due::Sense => {
                let answer = request.send();
                assert!(matches!(answer.status, 202 | 204 | 303 | 400), "{call:?}: {answer}");
                continue;
            }
            Due::Account => {
                let answer = request.send().expect(401);
                let challenge = answer.header("www-authenticate").unwrap_or_default();
                assert!(challenge.starts_with("Basic realm="), "{call:?}: {challenge}");
                assert_eq!(answer.json()["errors"][0]["code"], "UNAUTHORIZED", "{call:?}");
                continue;
            }
            Due::Token => None,
            Due::Scope(actions) => Some(format!("repository:{NAME}:{actions}")),
        };
        let answer = request.send().expect(401);
        let challenge = super::challenge::challenge(&answer);
        assert_eq!(parameter(challenge, "scope"), scope, "{call:?}");
        assert_eq!(parameter(challenge, "error"), None, "{call:?}");
        assert_eq!(answer.json()["errors"][0]["code"], "UNAUTHORIZED", "{call:?}");
    }
}

fn every_call_is_on_the_list_once() {
    let calls = every_call();
    // By the words of their variants: a call may be an enumeration of its own.
    let words = |call: &Operation| {
        let text = format!("{call:?}");
        let inner = text.split_once('(').filter(|(outer, _)| !outer.contains(' '));
        let inner = inner.map_or(text.clone(), |(_, inner)| inner.to_owned());
        inner.split([' ', ')']).next().unwrap_or_default().to_owned()
    };
    let kinds: std::collections::HashSet<_> = calls.iter().map(words).collect();
    assert_eq!(kinds.len(), calls.len());
}
