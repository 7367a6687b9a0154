//! Imports against a stub that says what the edge would.

use super::*;
use crate::credential::Credentials;
use crate::registry::stub::{Asked, Reply, Stub};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn state(state: &str, digest: &str, error: &str) -> String {
    format!(
        r#"{{"id":"i1","state":"{state}","source":"s","target":"t","digest":{digest},
        "blobs":{{"done":1,"total":3}},"manifests":{{"done":0,"total":2}},
        "bytes":{{"done":10,"total":30}},"error":{error}}}"#
    )
}

/// An edge whose answers about the import come from a list; the last one is repeated.
fn edge(answers: Vec<Reply>) -> Stub {
    let count = AtomicUsize::new(0);
    Stub::start(Arc::new(move |asked: &Asked| match asked.method.as_str() {
        "POST" => {
            let body = state("running", "null", "null");
            Reply::status(202).header("location", "/api/v1/import/i1").body(body)
        }
        _ => {
            let number = count.fetch_add(1, Ordering::Relaxed);
            answers[number.min(answers.len() - 1)].clone()
        }
    }))
}

fn import(stub: &Stub) -> Result<State, Error> {
    let client = stub.client();
    let target = Target::parse(&format!("{}/acme/alpine:3", stub.host), false).unwrap();
    let request = Request {
        source: "docker.io/library/alpine:3.20".into(),
        target: target.image(),
        username: None,
        password: None,
        platforms: vec!["linux/amd64".into()],
    };
    let import = Import::begin(&client, &Credentials::new("me", "pw"), &request)?;
    let progress = Progress::new("test", true);
    wait(&import, &client, &target, &progress, Duration::from_millis(1))
}

#[test]
fn an_import_is_asked_for_until_it_is_done() {
    let running = || Reply::status(200).body(state("running", "null", "null"));
    let done = Reply::status(200).body(state("done", &format!("\"{DIGEST}\""), "null"));
    let stub = edge(vec![running(), Reply::status(503), running(), done]);
    let state = import(&stub).unwrap();
    assert_eq!(state.digest.unwrap().as_str(), DIGEST);
    assert_eq!(state.blobs.total, 3);
    assert_eq!(stub.lines("GET /api/v1/import/i1").len(), 4);
    let log = stub.log.lock().unwrap();
    let body: serde_json::Value = serde_json::from_slice(&log[0].body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "source": "docker.io/library/alpine:3.20", "target": "acme/alpine:3",
            "platforms": ["linux/amd64"],
        })
    );
    assert!(log.iter().all(|asked| asked.header("authorization") == Some("Basic bWU6cHc=")));
}

#[test]
fn an_import_that_fails_says_why() {
    let stub = edge(vec![Reply::status(200).body(state("failed", "null", "\"not found\""))]);
    let state = import(&stub).unwrap();
    assert_eq!((state.phase, state.error.as_deref()), (Phase::Failed, Some("not found")));
}

#[test]
fn an_edge_that_answers_no_more_is_given_up() {
    let stub = edge(vec![Reply::status(503)]);
    assert!(matches!(import(&stub), Err(Error::Registry(registry::Error::Refused { .. }))));
    assert_eq!(stub.lines("GET").len(), 6);
    let stub = edge(vec![Reply::status(200).body("{}")]);
    assert!(matches!(import(&stub), Err(Error::Registry(registry::Error::Protocol { .. }))));
    let stub = edge(vec![Reply::status(404)]);
    assert!(import(&stub).is_err());
    assert_eq!(stub.lines("GET").len(), 1);
}

#[test]
fn who_may_not_import_and_an_edge_that_cannot_are_told_apart() {
    let says = |status| Stub::start(Arc::new(move |_: &Asked| Reply::status(status)));
    let denied = import(&says(401)).unwrap_err();
    assert!(matches!(denied, Error::Registry(registry::Error::Denied { .. })), "{denied}");
    let unknown = import(&says(404)).unwrap_err().to_string();
    assert!(unknown.contains("does not know imports"), "{unknown}");
    let away = Stub::start(Arc::new(|_: &Asked| {
        Reply::status(202).header("location", "http://127.0.0.1:1/steal")
    }));
    assert!(import(&away).is_err());
}

#[test]
fn a_source_is_written_as_docker_means_it() {
    for (text, full_text) in [
        ("alpine", "docker.io/library/alpine:latest"),
        ("alpine:3.20", "docker.io/library/alpine:3.20"),
        ("acme/app", "docker.io/acme/app:latest"),
        ("ghcr.io/acme/app:1", "ghcr.io/acme/app:1"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        ("ghcr.io/acme/app@sha256:00", "ghcr.io/acme/app@sha256:00"),
    ] {
        assert_eq!(full(text).unwrap(), full_text);
    }
    for text in ["", "a b", "https://ghcr.io/a"] {
        assert!(matches!(full(text), Err(Error::Usage(_))), "{text}");
    }
}
