//! Deletions that are taken back.

use super::edge::{alone, api, edge, fresh, path};
use super::image::{Image, delete};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{MANIFEST, noise};
use roadstead_tests::sweep::{purge, sweep};
use serde_json::{Value, json};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_deleted_tag_comes_back,
        a_deleted_manifest_comes_back_with_its_tags,
        what_was_never_deleted_cannot_be_restored,
        a_tag_that_leads_elsewhere_now_is_not_taken_back,
        what_can_be_restored_outlives_a_sweep,
        what_was_purged_cannot_be_restored,
        only_the_operator_restores,
    ]
}

/// An image with bytes in its record and bytes in a slice, published under `tag`.
fn published(word: &str, tag: &str) -> (Repository, Image) {
    let repository = fresh(word);
    let layers = [noise(211, 500), noise(212, 70_000)];
    let image = Image::new(word, &layers).push(&repository, tag);
    (repository, image)
}

fn restore(repository: &Repository, reference: &str) -> Answer {
    let asked = json!({ "reference": reference });
    api().post(&format!("{}/restore", path(repository)), &asked)
}

/// What the list of deletions says of a reference.
fn listed(repository: &Repository, reference: &str) -> Option<Value> {
    let list = api().get(&format!("{}/deleted", path(repository))).expect(200).json();
    let entries = list["deleted"].as_array().cloned();
    let entries = entries.unwrap_or_else(|| panic!("no list: {list}"));
    entries.into_iter().find(|entry| entry["reference"] == reference)
}

/// Whether the answer says that the reference leads to the image again, and it does.
fn is_back(answer: &Answer, repository: &Repository, reference: &str, image: &Image) {
    assert_eq!(answer.status, 200, "{answer}");
    let said = answer.json();
    assert_eq!(said["reference"], reference);
    assert_eq!(said["digest"], image.digest());
    image.is_whole(repository, reference);
    assert_eq!(listed(repository, reference), None);
}

fn a_deleted_tag_comes_back() {
    let _alone = alone();
    let (repository, image) = published("tag", "latest");
    assert_eq!(listed(&repository, "latest"), None);
    delete(&repository, "manifests/latest");
    let entry = listed(&repository, "latest").unwrap_or_else(|| panic!("not listed"));
    assert_eq!(entry["digest"], image.digest());
    let [deleted, until] = ["deleted_at", "restorable_until"].map(|key| entry[key].to_string());
    // RFC 3339 in UTC reads in the order of time.
    assert!(deleted.ends_with("Z\"") && deleted.len() >= "\"2026-01-01T00:00:00Z\"".len());
    assert!(deleted < until, "{entry}");
    is_back(&restore(&repository, "latest"), &repository, "latest", &image);
    let tags = repository.get("tags/list").send().expect(200).json();
    assert_eq!(tags["tags"], json!(["latest"]));
}

fn a_deleted_manifest_comes_back_with_its_tags() {
    let _alone = alone();
    let (repository, image) = published("manifest", "a");
    let _ = repository.put_manifest("b", MANIFEST, &image.manifest).expect(201);
    delete(&repository, &format!("manifests/{}", image.digest()));
    for reference in ["a", "b", &image.digest()] {
        let _ = repository.get(&format!("manifests/{reference}")).send().expect(404);
    }
    let answer = restore(&repository, &image.digest());
    is_back(&answer, &repository, &image.digest(), &image);
    for tag in ["a", "b"] {
        image.is_whole(&repository, tag);
    }
    let tags = repository.get("tags/list").send().expect(200).json();
    assert_eq!(tags["tags"], json!(["a", "b"]));
}

fn what_was_never_deleted_cannot_be_restored() {
    let _alone = alone();
    let (repository, image) = published("never", "tag");
    let nothing = roadstead_tests::image::digest(b"never there");
    for reference in ["unknown", &nothing] {
        crate::registry::error::is_an_error(&restore(&repository, reference).expect(404));
    }
    // Nor a second time.
    delete(&repository, "manifests/tag");
    let _ = restore(&repository, "tag").expect(200);
    let _ = restore(&repository, "tag").expect(404);
    image.is_whole(&repository, "tag");
}

fn a_tag_that_leads_elsewhere_now_is_not_taken_back() {
    let _alone = alone();
    let (repository, _) = published("elsewhere", "tag");
    delete(&repository, "manifests/tag");
    let other = Image::new("other", &[]).push(&repository, "tag");
    crate::registry::error::is_an_error(&restore(&repository, "tag").expect(409));
    other.is_whole(&repository, "tag");
}

fn what_can_be_restored_outlives_a_sweep() {
    let _alone = alone();
    let (by_tag, first) = published("swept-tag", "tag");
    let (by_digest, second) = published("swept-manifest", "tag");
    delete(&by_tag, "manifests/tag");
    delete(&by_digest, &format!("manifests/{}", second.digest()));
    sweep(edge());
    is_back(&restore(&by_tag, "tag"), &by_tag, "tag", &first);
    let answer = restore(&by_digest, &second.digest());
    is_back(&answer, &by_digest, &second.digest(), &second);
    second.is_whole(&by_digest, "tag");
    // What is back is kept like everything else.
    purge(edge());
    first.is_whole(&by_tag, "tag");
    second.is_whole(&by_digest, "tag");
}

fn what_was_purged_cannot_be_restored() {
    let _alone = alone();
    let (repository, image) = published("purged", "tag");
    delete(&repository, "manifests/tag");
    purge(edge());
    assert_eq!(listed(&repository, "tag"), None);
    let _ = restore(&repository, "tag").expect(404);
    image.is_gone(&repository);
}

fn only_the_operator_restores() {
    let _alone = alone();
    let (repository, _) = published("rights", "tag");
    delete(&repository, "manifests/tag");
    let path = path(&repository);
    let list = api().request("GET", &format!("{path}/deleted"));
    let restore = api().request("POST", &format!("{path}/restore"));
    let restore = roadstead_tests::client::api::with_json(restore, &json!({ "reference": "tag" }));
    for request in [list, restore] {
        let _ = request.send().expect(401);
        let _ = request.basic("operator", "wrong").send().expect(401);
    }
    let _ = repository.get("manifests/tag").send().expect(404);
}
