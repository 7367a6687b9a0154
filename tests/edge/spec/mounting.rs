//! "Mounting a blob from another repository", `end-11`.

use super::refused;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::{Repository, encode, path, text};
use roadstead_tests::image::{MANIFEST, digest, digest_sha512, noise, publish};
use serde_json::Value;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_blob_is_mounted_from_where_it_is,
        a_blob_is_mounted_from_wherever_it_is,
        what_is_nowhere_begins_an_upload,
        what_its_source_does_not_have_is_not_taken_for_granted,
        a_blob_is_mounted_where_it_is_already,
        a_mount_needs_the_right_to_push,
        a_mount_of_what_is_no_digest_is_refused,
        a_mounted_blob_is_enough_for_a_manifest,
    ]
}

/// A mount to `to`, with a token for both repositories, as clients ask for it.
fn mount(to: &Repository, digest: &str, from: Option<&Repository>) -> Answer {
    let mut target = format!("/v2/{}/blobs/uploads/?mount={}", to.name, encode(digest));
    let mut scopes = vec![to.scope()];
    if let Some(from) = from {
        target = format!("{target}&from={}", encode(&from.name));
        scopes.push(format!("repository:{}:pull", from.name));
    }
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    Request::new("POST", target).bearer(&to.token_for(&scopes)).body(b"").send()
}

/// Whether the answer says that the blob is here now, and it is.
fn is_mounted(answer: &Answer, to: &Repository, digest: &str, bytes: &[u8]) {
    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!(path(answer.must("Location")), format!("/v2/{}/blobs/{digest}", to.name));
    let reader = Repository::as_anyone(&to.name);
    let answer = reader.get(&format!("blobs/{digest}")).send().expect(200);
    assert!(answer.body == bytes, "other bytes");
}

/// Whether the answer begins an upload that can be ended.
fn is_an_upload(answer: &Answer, to: &Repository, bytes: &[u8]) {
    assert_eq!(answer.status, 202, "{answer}");
    let _ = to.finish(&path(answer.must("Location")), &digest(bytes), bytes).expect(201);
}

fn a_blob_is_mounted_from_where_it_is() {
    for length in [0, 700, 100_000, 17 * 1024 * 1024] {
        let (from, to) = (Repository::fresh("from"), Repository::fresh("to"));
        let bytes = noise(121, length);
        from.push_blob(&bytes);
        is_mounted(&mount(&to, &digest(&bytes), Some(&from)), &to, &digest(&bytes), &bytes);
    }
    let (from, to) = (Repository::fresh("from"), Repository::fresh("to"));
    let (bytes, digest) = (b"by the longer algorithm", digest_sha512(b"by the longer algorithm"));
    let _ = from.finish(&from.start_upload(), &digest, bytes).expect(201);
    is_mounted(&mount(&to, &digest, Some(&from)), &to, &digest, bytes);
}

fn a_blob_is_mounted_from_wherever_it_is() {
    for (seed, length) in [(122, 700), (123, 100_000)] {
        let (from, to) = (Repository::fresh("somewhere"), Repository::fresh("to"));
        let bytes = noise(seed, length);
        from.push_blob(&bytes);
        is_mounted(&mount(&to, &digest(&bytes), None), &to, &digest(&bytes), &bytes);
    }
}

fn what_is_nowhere_begins_an_upload() {
    let (from, to) = (Repository::fresh("from"), Repository::fresh("to"));
    from.push_blob(b"something else");
    let bytes = noise(124, 1_000);
    is_an_upload(&mount(&to, &digest(&bytes), Some(&from)), &to, &bytes);
    let bytes = noise(125, 1_000);
    is_an_upload(&mount(&to, &digest(&bytes), None), &to, &bytes);
    let bytes = noise(126, 1_000);
    let nobody = Repository::as_anyone("nobody/nothing");
    is_an_upload(&mount(&to, &digest(&bytes), Some(&nobody)), &to, &bytes);
}

/// The specification lets a registry look elsewhere, or begin an upload: either is the truth.
fn what_its_source_does_not_have_is_not_taken_for_granted() {
    let (from, to) = (Repository::fresh("from"), Repository::fresh("to"));
    from.push_blob(b"something else");
    let bytes = noise(127, 1_000);
    Repository::fresh("elsewhere").push_blob(&bytes);
    let answer = mount(&to, &digest(&bytes), Some(&from));
    match answer.status {
        201 => is_mounted(&answer, &to, &digest(&bytes), &bytes),
        _ => is_an_upload(&answer, &to, &bytes),
    }
}

fn a_blob_is_mounted_where_it_is_already() {
    let to = Repository::fresh("itself");
    let bytes = noise(128, 50_000);
    to.push_blob(&bytes);
    is_mounted(&mount(&to, &digest(&bytes), Some(&to)), &to, &digest(&bytes), &bytes);
}

fn a_mount_needs_the_right_to_push() {
    let (from, to) = (Repository::fresh("from"), Repository::fresh("to"));
    let bytes = noise(129, 1_000);
    from.push_blob(&bytes);
    for reader in [Repository::as_anyone(&to.name), to.clone().with("pull")] {
        let answer = mount(&reader, &digest(&bytes), Some(&from));
        assert_eq!(refused(&answer, 401), "UNAUTHORIZED");
        let _ = reader.get(&format!("blobs/{}", digest(&bytes))).send().expect(404);
    }
}

fn a_mount_of_what_is_no_digest_is_refused() {
    let to = Repository::fresh("to");
    for none in ["sha256:xyz", "nonsense", "md5:00ff"] {
        assert_eq!(refused(&mount(&to, none, None), 400), "DIGEST_INVALID", "{none}");
    }
}

fn a_mounted_blob_is_enough_for_a_manifest() {
    let (from, to) = (Repository::fresh("from"), Repository::fresh("to"));
    let layer = noise(130, 60_000);
    let manifest = publish(&from, "amd64", &layer);
    let document: Value = serde_json::from_slice(&manifest).unwrap_or_default();
    for digest in [text(&document["config"], "digest"), digest(&layer)] {
        let _ = mount(&to, &digest, Some(&from)).expect(201);
    }
    let _ = to.put_manifest("mounted", MANIFEST, &manifest).expect(201);
    let answer = Repository::as_anyone(&to.name).get("manifests/mounted").send().expect(200);
    assert!(answer.body == manifest, "{answer}");
}
