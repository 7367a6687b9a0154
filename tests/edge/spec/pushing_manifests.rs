//! "Pushing manifests", `end-7`: what a manifest may be, how large, and what has to be there.

use super::refused;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{
    CONFIG, EMPTY, INDEX, LAYER, MANIFEST, about, descriptor, digest, digest_sha512, noise, publish,
};
use serde_json::{Value, json};

/// The largest manifest that is taken, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;
/// Layers that nobody may pass on, which are never pushed.
const FOREIGN: [&str; 3] = [
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
];

pub(super) fn claims() -> Vec<Trial> {
    claims![
        unknown_media_types_inside_come_back_byte_for_byte,
        an_unknown_media_type_of_its_own_comes_back,
        unknown_fields_come_back_byte_for_byte,
        a_manifest_without_layers_is_one,
        the_largest_manifest_comes_back,
        a_manifest_that_is_larger_is_refused,
        a_subject_is_named_in_the_answer_whether_it_is_there_or_not,
        without_a_subject_none_is_named,
        every_missing_blob_is_named,
        an_index_of_what_is_not_there_is_taken,
        what_says_something_may_come_before_its_layers,
        layers_that_nobody_may_pass_on_need_not_be_there,
        a_manifest_of_a_wrong_digest_is_seen_by_nobody,
    ]
}

/// Pushes by tag and by digest; both give the very bytes and the media type.
fn comes_back(repository: &Repository, media_type: &str, bytes: &[u8]) {
    for reference in ["tag", &digest(bytes), &digest_sha512(bytes)] {
        let put = repository.put_manifest(reference, media_type, bytes).expect(201);
        let reader = Repository::as_anyone(&repository.name);
        let answer = reader.get(&format!("manifests/{reference}")).send().expect(200);
        assert!(answer.body == bytes, "{reference}: {} bytes", answer.body.len());
        assert_eq!(answer.must("Content-Type"), media_type);
        let named = put.must("Docker-Content-Digest");
        assert_eq!(answer.must("Docker-Content-Digest"), named);
        assert!(reference == "tag" || reference == named, "{put}");
    }
}

/// A manifest of these layers, whose config is there; with what `more` adds.
fn manifest(repository: &Repository, layers: &[Value], more: &Value) -> Vec<u8> {
    repository.push_blob(b"{}");
    let mut manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": descriptor(CONFIG, b"{}"), "layers": layers,
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        manifest[key] = value.clone();
    }
    // Spaces and line breaks are bytes like all others.
    format!("\n {manifest:#}\t\r\n").into_bytes()
}

fn unknown_media_types_inside_come_back_byte_for_byte() {
    let repository = Repository::fresh("unknown");
    let layer = noise(131, 5_000);
    repository.push_blob(&layer);
    let layers = [descriptor("application/vnd.claims.layer.v9+brotli", &layer)];
    let config = json!({ "config": descriptor("application/vnd.claims.config.v9+cbor", b"{}") });
    comes_back(&repository, MANIFEST, &manifest(&repository, &layers, &config));
}

fn an_unknown_media_type_of_its_own_comes_back() {
    let repository = Repository::fresh("unknown");
    let own = "application/vnd.claims.manifest.v9+json";
    comes_back(&repository, own, &manifest(&repository, &[], &json!({ "mediaType": own })));
}

fn unknown_fields_come_back_byte_for_byte() {
    let repository = Repository::fresh("fields");
    let fields = json!({
        "claims": [1, 2.5e300, null, { "läng": "\u{1F6A2}\u{0}" }],
        "annotations": { "org.example.key": "value" },
        "artifactType": "application/vnd.claims.thing",
    });
    let mut layer = descriptor(LAYER, b"{}");
    layer["claims.field"] = json!({ "deep": [[[]]] });
    layer["data"] = json!("e30=");
    layer["urls"] = json!(["https://example.com/layer"]);
    comes_back(&repository, MANIFEST, &manifest(&repository, &[layer], &fields));
    let child = publish(&repository, "amd64", b"a layer");
    let mut entry = descriptor(MANIFEST, &child);
    entry["claims.field"] = json!("kept");
    let index = json!({
        "schemaVersion": 2, "mediaType": INDEX, "manifests": [entry], "claims": { "kept": true },
    });
    comes_back(&repository, INDEX, format!("{index:#}\n").as_bytes());
}

fn a_manifest_without_layers_is_one() {
    let repository = Repository::fresh("no-layers");
    comes_back(&repository, MANIFEST, &manifest(&repository, &[], &json!({})));
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [] });
    comes_back(&repository, INDEX, index.to_string().as_bytes());
}

/// A manifest of exactly so many bytes.
fn of_length(repository: &Repository, length: usize) -> Vec<u8> {
    let around = manifest(repository, &[], &json!({ "annotations": { "long": "" } })).len();
    let long = "x".repeat(length - around);
    let bytes = manifest(repository, &[], &json!({ "annotations": { "long": long } }));
    assert_eq!(bytes.len(), length);
    bytes
}

fn the_largest_manifest_comes_back() {
    let repository = Repository::fresh("largest");
    comes_back(&repository, MANIFEST, &of_length(&repository, LARGEST));
}

fn a_manifest_that_is_larger_is_refused() {
    let repository = Repository::fresh("larger");
    let bytes = of_length(&repository, LARGEST + 1);
    assert_eq!(refused(&repository.put_manifest("tag", MANIFEST, &bytes), 413), "SIZE_INVALID");
    let put = repository.request("PUT", "manifests/tag").header("Content-Type", MANIFEST);
    assert_eq!(refused(&put.chunked(&bytes).send(), 413), "SIZE_INVALID");
    for reference in ["tag", &digest(&bytes)] {
        let _ = repository.get(&format!("manifests/{reference}")).send().expect(404);
    }
}

fn a_subject_is_named_in_the_answer_whether_it_is_there_or_not() {
    let repository = Repository::fresh("subject");
    let there = publish(&repository, "amd64", b"a layer");
    repository.push_blob(b"{}");
    for subject in [there.as_slice(), b"a manifest that never comes"] {
        let said = about(subject, "application/vnd.claims.note");
        for reference in ["note", &digest(&said)] {
            let answer = repository.put_manifest(reference, MANIFEST, &said).expect(201);
            assert_eq!(answer.must("OCI-Subject"), digest(subject));
        }
        let index = json!({
            "schemaVersion": 2, "mediaType": INDEX, "manifests": [],
            "subject": descriptor(MANIFEST, subject),
        });
        let answer = repository.put_manifest("index", INDEX, index.to_string().as_bytes());
        assert_eq!(answer.expect(201).must("OCI-Subject"), digest(subject));
    }
}

fn without_a_subject_none_is_named() {
    let repository = Repository::fresh("subject");
    let bytes = manifest(&repository, &[], &json!({}));
    let answer = repository.put_manifest("tag", MANIFEST, &bytes).expect(201);
    assert_eq!(answer.header("OCI-Subject"), None);
}

fn every_missing_blob_is_named() {
    let repository = Repository::fresh("missing");
    let there = noise(132, 100);
    repository.push_blob(&there);
    let layers = [
        descriptor(LAYER, b"missing one"),
        descriptor(LAYER, &there),
        descriptor(LAYER, b"missing two"),
    ];
    let config = json!({ "config": descriptor(CONFIG, b"missing three") });
    let bytes = manifest(&repository, &layers, &config);
    let answer = repository.put_manifest("tag", MANIFEST, &bytes);
    assert_eq!(refused(&answer, 404), "MANIFEST_BLOB_UNKNOWN");
    let detail = answer.json()["errors"][0]["detail"].to_string();
    for missing in [b"missing one".as_slice(), b"missing two", b"missing three"] {
        assert!(detail.contains(&digest(missing)), "{} is not in {detail}", digest(missing));
    }
    assert!(!detail.contains(&digest(&there)), "{detail}");
    for reference in ["tag", &digest(&bytes)] {
        let _ = repository.get(&format!("manifests/{reference}")).send().expect(404);
    }
}

/// Mirrors and builders push the platforms that they have, under the index that they were given.
fn an_index_of_what_is_not_there_is_taken() {
    let repository = Repository::fresh("sparse");
    let there = publish(&repository, "amd64", b"a layer");
    let index = json!({
        "schemaVersion": 2, "mediaType": INDEX,
        "manifests": [descriptor(MANIFEST, &there), descriptor(MANIFEST, b"never pushed")],
    });
    comes_back(&repository, INDEX, index.to_string().as_bytes());
}

/// `cosign load` writes an image's signatures in the order of a folder: manifests come first.
fn what_says_something_may_come_before_its_layers() {
    let repository = Repository::fresh("signed");
    let image = publish(&repository, "amd64", b"a layer");
    let signature = noise(133, 300);
    let said = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": "application/vnd.claims.note",
        "config": descriptor(EMPTY, b"{ }"), "layers": [descriptor(LAYER, &signature)],
        "subject": descriptor(MANIFEST, &image),
    });
    let said = said.to_string().into_bytes();
    let _ = repository.put_manifest(&digest(&said), MANIFEST, &said).expect(201);
    repository.push_blob(&signature);
    repository.push_blob(b"{ }");
    let answer = repository.get(&format!("referrers/{}", digest(&image))).send().expect(200);
    assert_eq!(answer.json()["manifests"][0]["digest"], digest(&said));
}

fn layers_that_nobody_may_pass_on_need_not_be_there() {
    for media_type in FOREIGN {
        let repository = Repository::fresh("foreign");
        let mut foreign = descriptor(media_type, b"not to be passed on");
        foreign["urls"] = json!(["https://example.com/layer"]);
        comes_back(&repository, MANIFEST, &manifest(&repository, &[foreign], &json!({})));
    }
}

fn a_manifest_of_a_wrong_digest_is_seen_by_nobody() {
    let repository = Repository::fresh("wrong");
    let bytes = manifest(&repository, &[], &json!({}));
    for wrong in [digest(b"another"), digest_sha512(b"another")] {
        let answer = repository.put_manifest(&wrong, MANIFEST, &bytes);
        assert_eq!(refused(&answer, 400), "DIGEST_INVALID");
        for digest in [&wrong, &digest(&bytes), &digest_sha512(&bytes)] {
            let _ = repository.get(&format!("manifests/{digest}")).send().expect(404);
        }
    }
}
