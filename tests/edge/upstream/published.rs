//! What is published beside the names of other registries: found first, and never under a prefix.

use super::names::{ask, edge, hub, sold};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{MANIFEST, digest};
use serde_json::json;
use std::time::Duration;

/// Longer than an isolate remembers that nothing is published in a namespace.
const FORGOTTEN: Duration = Duration::from_secs(31);

pub(super) fn claims() -> Vec<Trial> {
    claims![what_is_published_here_is_looked_up_nowhere_else, nothing_is_published_under_a_prefix,]
}

/// Publishes a manifest of nothing but these words; its bytes.
fn publish(name: &str, tag: &str) -> Vec<u8> {
    let repository = Repository::as_operator(name).on(edge());
    let config = repository.push_blob(b"{}");
    let config = json!({
        "mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 2,
    });
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [],
        "annotations": { "of": name },
    });
    let bytes = manifest.to_string().into_bytes();
    let _ = repository.put_manifest(tag, MANIFEST, &bytes).expect(201);
    bytes
}

fn what_is_published_here_is_looked_up_nowhere_else() {
    let theirs = sold(hub(), "mine/tool", 906);
    let _ = sold(hub(), "mine/unpublished", 907);
    // Before anything is published in the namespace its names are the registry's.
    assert!(ask("/v2/mine/tool/manifests/1").1.expect(200).body == theirs.document("1"));
    let ours = publish("mine/tool", "1");
    assert!(ask("/v2/mine/tool/manifests/1").1.expect(200).body == ours);
    let asked = hub().seen("mine/tool").len();
    for path in ["/v2/mine/tool/manifests/2", "/v2/mine/tool/manifests/latest"] {
        let answer = ask(path).1.expect(404);
        assert_eq!(answer.json()["errors"][0]["code"], "MANIFEST_UNKNOWN", "{path}");
    }
    assert_eq!(hub().seen("mine/tool").len(), asked, "a tag of ours was looked up elsewhere");
    // The same for all of the namespace, once every isolate knows that it is ours.
    std::thread::sleep(FORGOTTEN);
    let answer = ask("/v2/mine/unpublished/manifests/1").1.expect(404);
    assert_eq!(answer.json()["errors"][0]["code"], "NAME_UNKNOWN");
    assert!(hub().seen("mine/unpublished").is_empty());
    // Who names the registry means it.
    let there = ask("/v2/mine/tool/manifests/1?ns=docker.io").1.expect(200);
    assert!(there.body == theirs.document("1"));
    assert!(ask("/v2/hub/mine/tool/manifests/1").1.expect(200).body == theirs.document("1"));
}

/// Whether an answer says that the name is another registry's.
pub(super) fn is_kept(answer: &Answer, host: &str) {
    assert_eq!(answer.status, 403, "{answer}");
    let error = &answer.json()["errors"][0];
    assert_eq!(error["code"], "DENIED", "{answer}");
    let words = format!("are those of {host}");
    assert!(error["message"].as_str().is_some_and(|it| it.contains(&words)), "{answer}");
}

fn nothing_is_published_under_a_prefix() {
    let layer = digest(b"layer");
    let token = Repository::as_operator("hub/mine").on(edge()).with("pull,push,delete").token();
    for (method, path) in [
        ("POST", "/v2/hub/mine/blobs/uploads/".to_owned()),
        ("POST", format!("/v2/hub/mine/blobs/uploads/?mount={layer}&from=mine/tool")),
        ("POST", "/hub/v2/mine/blobs/uploads/".to_owned()),
        ("POST", "/v2/hub/mine/blobs/uploads/?ns=path.example".to_owned()),
        ("PUT", "/v2/hub/mine/manifests/1".to_owned()),
        ("DELETE", "/v2/hub/mine/manifests/1".to_owned()),
        ("DELETE", format!("/v2/hub/mine/blobs/{layer}")),
        ("PUT", "/v2/hub/manifests/1".to_owned()),
    ] {
        let request = Request::new(method, &path).at(edge().host()).bearer(&token).body(b"{}");
        is_kept(&request.send(), "docker.io");
    }
    for (method, path, document) in [
        ("PUT", "repositories/hub/mine", json!({})),
        ("DELETE", "repositories/hub/mine", json!({})),
        ("POST", "repositories/hub/mine/restore", json!({ "tag": "1" })),
        ("POST", "import", json!({ "source": "docker.io/a/b:1", "target": "hub/mine:1" })),
        ("POST", "namespaces", json!({ "name": "hub" })),
        ("POST", "accounts", json!({ "name": "hub", "password": "a long enough password" })),
    ] {
        let request = Request::new(method, format!("/api/v1/{path}")).at(edge().host());
        let request = request.as_operator().header("Content-Type", "application/json");
        is_kept(&request.body(document.to_string()).send(), "docker.io");
    }
}
