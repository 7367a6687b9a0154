//! Publishing: uploads and what is refused. distribution-spec 1.1, `end-4` to `end-7`.

use libtest_mimic::Trial;
use roadstead_tests::claim::claim;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::{Repository, path};
use roadstead_tests::fixture::shelf;
use roadstead_tests::image::{CONFIG, INDEX, LAYER, MANIFEST, descriptor, digest, noise};
use serde_json::json;

/// What is no image manifest. image-spec 1.1, manifest.md: `schemaVersion`, `config` and `layers`
/// are required.
const NONSENSE: [(&str, &str); 11] = [
    ("nothing", ""),
    ("a_word", "nonsense"),
    ("a_list", "[]"),
    ("null", "null"),
    ("a_byte_of_zero", "\u{0}"),
    ("an_empty_object", "{}"),
    ("a_version_and_no_more", "{\"schemaVersion\":2}"),
    ("schema_1", "{\"schemaVersion\":1,\"name\":\"a\",\"tag\":\"b\",\"fsLayers\":[]}"),
    ("what_is_cut_off", "{\"schemaVersion\":2,\"config\":{"),
    ("a_config_that_is_a_word", "{\"schemaVersion\":2,\"config\":\"c\",\"layers\":[]}"),
    ("layers_that_are_numbers", "{\"schemaVersion\":2,\"layers\":[1,2]}"),
];

pub(super) fn claims() -> Vec<Trial> {
    let mut claims = claims![
        an_upload_begins_with_a_path_that_every_client_can_use,
        a_blob_sent_in_several_pieces_is_whole,
        a_blob_sent_whole_after_a_post_is_there,
        the_answer_to_a_piece_says_how_far_it_is,
        a_wrong_digest_is_refused_and_leaves_nothing,
        a_wrong_digest_after_pieces_is_refused_and_leaves_nothing,
        the_same_blob_may_be_sent_twice,
        a_manifest_that_names_missing_blobs_is_refused,
        a_manifest_under_another_digest_is_refused,
        a_manifest_nested_without_end_is_refused,
        a_manifest_that_contradicts_its_request_is_refused,
        a_manifest_larger_than_any_client_takes_is_refused,
        nobody_else_may_publish,
    ];
    claims.extend(NONSENSE.map(|(name, document)| {
        let name = format!("edge::registry::upload::no_manifest_is::{name}");
        claim(&name, move || refuse_nonsense(document))
    }));
    claims
}

fn code(answer: &Answer) -> String {
    super::error::is_an_error(answer)
}

fn an_upload_begins_with_a_path_that_every_client_can_use() {
    let repository = Repository::fresh("upload");
    let answer = repository.request("POST", "blobs/uploads/").body(b"").send().expect(202);
    let location = path(answer.must("Location"));
    assert!(location.starts_with(&format!("/v2/{}/blobs/uploads/", repository.name)), "{location}");
    let (path, _) = location.split_once('?').unwrap_or((&location, ""));
    assert!(!path.contains('%'), "containerd uses the decoded path: {location}");
}

fn a_blob_sent_in_several_pieces_is_whole() {
    let repository = Repository::fresh("pieces");
    // Lengths that fit no slice, one of them longer than a slice.
    let bytes = noise(3, 22 * 1024 * 1024 + 99);
    let mut location = repository.start_upload();
    let cuts = [0, 1, 70_000, 5 * 1024 * 1024 + 3, 21 * 1024 * 1024, bytes.len()];
    for cut in cuts.windows(2) {
        let piece = &bytes[cut[0]..cut[1]];
        let answer = repository.upload("PATCH", &location).chunked(piece).send().expect(202);
        location = path(answer.must("Location"));
    }
    let _ = repository.finish(&location, &digest(&bytes), b"").expect(201);
    let answer = repository.get(&format!("blobs/{}", digest(&bytes))).send().expect(200);
    assert!(answer.body == bytes, "other bytes");
}

fn a_blob_sent_whole_after_a_post_is_there() {
    let repository = Repository::fresh("whole");
    let bytes = noise(4, 3 * 1024 * 1024 + 1);
    let location = repository.start_upload();
    let answer = repository.finish(&location, &digest(&bytes), &bytes).expect(201);
    assert_eq!(answer.must("Docker-Content-Digest"), digest(&bytes));
    let blob = path(answer.must("Location"));
    assert_eq!(blob, format!("/v2/{}/blobs/{}", repository.name, digest(&bytes)));
    assert!(repository.upload("GET", &blob).send().expect(200).body == bytes, "other bytes");
}

fn the_answer_to_a_piece_says_how_far_it_is() {
    let repository = Repository::fresh("progress");
    let location = repository.start_upload();
    let answer = repository.upload("PATCH", &location).chunked(noise(5, 1_000)).send().expect(202);
    assert_eq!(answer.must("Range"), "0-999");
    let location = path(answer.must("Location"));
    let answer = repository.upload("PATCH", &location).chunked(noise(6, 500)).send().expect(202);
    assert_eq!(answer.must("Range"), "0-1499");
}

/// Nothing of these bytes is there to be seen.
fn is_nowhere(repository: &Repository, digest: &str) {
    let path = format!("blobs/{digest}");
    let _ = repository.head(&path).send().expect(404);
    let _ = repository.get(&path).send().expect(404);
    let _ = Repository::as_anyone(&repository.name).head(&path).send().expect(404);
}

fn a_wrong_digest_is_refused_and_leaves_nothing() {
    let repository = Repository::fresh("wrong");
    let bytes = noise(7, 10_000);
    let wrong = digest(b"something else");
    let answer = repository.finish(&repository.start_upload(), &wrong, &bytes).expect(400);
    assert_eq!(code(&answer), "DIGEST_INVALID");
    is_nowhere(&repository, &wrong);
    is_nowhere(&repository, &digest(&bytes));
}

fn a_wrong_digest_after_pieces_is_refused_and_leaves_nothing() {
    let repository = Repository::fresh("wrong");
    let bytes = noise(8, 17 * 1024 * 1024);
    let wrong = digest(b"something else again");
    let location = repository.start_upload();
    let answer = repository.upload("PATCH", &location).chunked(&bytes).send().expect(202);
    let answer = repository.finish(&path(answer.must("Location")), &wrong, b"").expect(400);
    assert_eq!(code(&answer), "DIGEST_INVALID");
    is_nowhere(&repository, &wrong);
    is_nowhere(&repository, &digest(&bytes));
}

fn the_same_blob_may_be_sent_twice() {
    let repository = Repository::fresh("twice");
    let bytes = noise(9, 20 * 1024 * 1024 + 7);
    repository.push_blob_in_chunks(&bytes);
    repository.push_blob_in_chunks(&bytes);
    let elsewhere = Repository::fresh("twice");
    elsewhere.push_blob_in_chunks(&bytes);
    for repository in [&repository, &elsewhere] {
        let answer = repository.get(&format!("blobs/{}", digest(&bytes))).send().expect(200);
        assert!(answer.body == bytes, "other bytes");
    }
}

fn a_manifest_that_names_missing_blobs_is_refused() {
    let repository = Repository::fresh("missing");
    repository.push_blob(b"{}");
    let manifest = |config: &[u8], layer: &[u8]| {
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": descriptor(CONFIG, config), "layers": [descriptor(LAYER, layer)],
        });
        manifest.to_string().into_bytes()
    };
    for bytes in [manifest(b"{}", b"not here"), manifest(b"not here", b"{}")] {
        let answer = repository.put_manifest("missing", MANIFEST, &bytes);
        // The specification's own words are 404 for this code in one place and 400 in another.
        assert!(matches!(answer.status, 400 | 404), "{answer}");
        assert_eq!(code(&answer), "MANIFEST_BLOB_UNKNOWN");
        let _ = repository.get("manifests/missing").send().expect(404);
        let _ = repository.get(&format!("manifests/{}", digest(&bytes))).send().expect(404);
    }
}

fn a_manifest_under_another_digest_is_refused() {
    let shelf = shelf();
    let other = digest(b"another manifest");
    let answer = shelf.owner.put_manifest(&other, MANIFEST, &shelf.manifest).expect(400);
    assert_eq!(code(&answer), "DIGEST_INVALID");
    let _ = shelf.reader.get(&format!("manifests/{other}")).send().expect(404);
}

fn a_manifest_nested_without_end_is_refused() {
    refuse_nonsense(&"[".repeat(100_000));
    refuse_nonsense(&"{\"a\":".repeat(100_000));
}

fn a_manifest_that_contradicts_its_request_is_refused() {
    let shelf = shelf();
    let answer = shelf.owner.put_manifest("v1", INDEX, &shelf.manifest).expect(400);
    assert_eq!(code(&answer), "MANIFEST_INVALID");
}

fn a_manifest_larger_than_any_client_takes_is_refused() {
    let repository = Repository::fresh("huge");
    repository.push_blob(b"{}");
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": descriptor(CONFIG, b"{}"), "layers": [],
        "annotations": { "long": "x".repeat(9 * 1024 * 1024) },
    });
    let answer = repository.put_manifest("huge", MANIFEST, manifest.to_string().as_bytes());
    assert!(matches!(answer.status, 400 | 413), "{answer}");
    code(&answer);
    let _ = repository.get("manifests/huge").send().expect(404);
}

fn refuse_nonsense(document: &str) {
    let repository = Repository::fresh("nonsense");
    let answer = repository.put_manifest("nonsense", MANIFEST, document.as_bytes()).expect(400);
    assert_eq!(code(&answer), "MANIFEST_INVALID", "{document:.40}");
    let _ = repository.get("manifests/nonsense").send().expect(404);
}

fn nobody_else_may_publish() {
    let shelf = shelf();
    let location = shelf.owner.start_upload();
    let anyone = &shelf.reader;
    for request in [
        anyone.request("POST", "blobs/uploads/").body(b""),
        anyone.upload("PATCH", &location).chunked(b"bytes"),
        anyone.upload("PUT", &format!("{location}?digest={}", digest(b"bytes"))).body(b"bytes"),
        anyone.request("PUT", "manifests/v1").header("Content-Type", MANIFEST).body(b"{}"),
        anyone.request("PUT", "manifests/new").header("Content-Type", MANIFEST).body(&shelf.index),
    ] {
        let answer = request.send().expect(401);
        assert_eq!(code(&answer), "UNAUTHORIZED");
    }
    let manifest = shelf.reader.get("manifests/v1").send().expect(200);
    assert!(manifest.body == shelf.manifest, "{manifest}");
}
