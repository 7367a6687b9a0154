//! What was published about a manifest. distribution-spec 1.1, `end-12a` and `end-12b`.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::{Repository, encode};
use roadstead_tests::fixture::shelf;
use roadstead_tests::image::{EMPTY, INDEX, MANIFEST, about, digest, publish};
use serde_json::{Value, json};

const SIGNATURE: &str = "application/vnd.claims.signature.v1+json";
const PARTS_LIST: &str = "application/vnd.claims.parts-list; version=1";

pub(super) fn claims() -> Vec<Trial> {
    claims![
        nothing_about_a_manifest_is_an_empty_index,
        nothing_about_what_is_not_there_is_an_empty_index,
        what_is_published_about_a_manifest_is_listed,
        a_kind_may_be_asked_for,
        a_kind_is_the_configs_where_the_manifest_says_none,
        something_may_be_said_before_its_subject_is_there,
    ]
}

/// The descriptors of an answer that has to be an index.
fn listed(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.must("Content-Type"), INDEX);
    let index = answer.json();
    assert_eq!(index["schemaVersion"], 2);
    assert_eq!(index["mediaType"], INDEX);
    index["manifests"].as_array().cloned().unwrap_or_else(|| panic!("no list: {answer}"))
}

fn referrers(repository: &Repository, subject: &str, query: &str) -> Answer {
    repository.get(&format!("referrers/{subject}{query}")).send().expect(200)
}

fn nothing_about_a_manifest_is_an_empty_index() {
    let shelf = shelf();
    assert!(listed(&referrers(&shelf.reader, &digest(&shelf.manifest), "")).is_empty());
}

fn nothing_about_what_is_not_there_is_an_empty_index() {
    let shelf = shelf();
    assert!(listed(&referrers(&shelf.reader, &digest(b"never published"), "")).is_empty());
    let query = format!("?artifactType={}", encode(SIGNATURE));
    assert!(listed(&referrers(&shelf.reader, &digest(b"never published"), &query)).is_empty());
}

/// A repository with an image, a signature and a list of parts about it.
fn signed() -> (Repository, Vec<u8>, [Vec<u8>; 2]) {
    let repository = Repository::fresh("signed");
    let image = publish(&repository, "amd64", b"signed");
    repository.push_blob(b"{}");
    let said = [about(&image, SIGNATURE), about(&image, PARTS_LIST)];
    for bytes in &said {
        let answer = repository.put_manifest(&digest(bytes), MANIFEST, bytes).expect(201);
        assert_eq!(answer.must("OCI-Subject"), digest(&image));
    }
    (repository, image, said)
}

fn what_is_published_about_a_manifest_is_listed() {
    let (repository, image, said) = signed();
    let reader = Repository::as_anyone(&repository.name);
    let answer = referrers(&reader, &digest(&image), "");
    assert_eq!(answer.header("OCI-Filters-Applied"), None);
    let mut found = listed(&answer);
    assert_eq!(found.len(), 2);
    let created = json!({ "org.opencontainers.image.created": "2026-11-21T00:00:00Z" });
    for (bytes, kind) in said.iter().zip([SIGNATURE, PARTS_LIST]) {
        let at = found.iter().position(|descriptor| descriptor["digest"] == digest(bytes));
        let descriptor = found.remove(at.unwrap_or_else(|| panic!("{kind} is not in {answer}")));
        assert_eq!(descriptor["mediaType"], MANIFEST);
        assert_eq!(descriptor["size"], bytes.len());
        assert_eq!(descriptor["artifactType"], kind);
        assert_eq!(descriptor["annotations"], created);
    }
}

fn a_kind_may_be_asked_for() {
    let (repository, image, said) = signed();
    for (bytes, kind) in said.iter().zip([SIGNATURE, PARTS_LIST]) {
        let query = format!("?artifactType={}", encode(kind));
        let answer = referrers(&repository, &digest(&image), &query);
        assert_eq!(answer.must("OCI-Filters-Applied"), "artifactType");
        let found = listed(&answer);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["digest"], digest(bytes));
    }
    let query = "?artifactType=application%2Fvnd.claims.other";
    assert!(listed(&referrers(&repository, &digest(&image), query)).is_empty());
}

fn a_kind_is_the_configs_where_the_manifest_says_none() {
    let repository = Repository::fresh("old-style");
    let image = publish(&repository, "amd64", b"old style");
    repository.push_blob(b"{}");
    let text = String::from_utf8_lossy(&about(&image, SIGNATURE)).into_owned();
    let text = text.replace(&format!("\"artifactType\":\"{SIGNATURE}\","), "");
    assert!(!text.contains("artifactType"), "{text}");
    let text = text.replacen(EMPTY, "application/vnd.claims.config.v1+json", 1);
    let _ = repository.put_manifest("said", MANIFEST, text.as_bytes()).expect(201);
    let found = listed(&referrers(&repository, &digest(&image), ""));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["artifactType"], "application/vnd.claims.config.v1+json");
}

fn something_may_be_said_before_its_subject_is_there() {
    let repository = Repository::fresh("early");
    repository.push_blob(b"{}");
    let subject = b"a manifest that comes later";
    let said = about(subject, SIGNATURE);
    let answer = repository.put_manifest(&digest(&said), MANIFEST, &said).expect(201);
    assert_eq!(answer.must("OCI-Subject"), digest(subject));
    assert_eq!(listed(&referrers(&repository, &digest(subject), "")).len(), 1);
}
