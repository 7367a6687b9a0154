//! "Content management": deleting tags, manifests and blobs, `end-9` and `end-10`.

use super::refused;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::{Repository, parameter};
use roadstead_tests::image::{INDEX, MANIFEST, about, descriptor, digest, noise, publish};
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_deleted_tag_is_gone_at_once_and_its_manifest_is_not,
        a_deleted_manifest_goes_with_every_tag_of_it,
        a_deleted_index_leaves_its_images,
        a_deleted_referrer_is_listed_no_more,
        a_deleted_blob_is_gone_for_everybody_here,
        a_blob_deleted_here_is_still_elsewhere,
        what_was_deleted_may_be_pushed_again,
        what_is_not_there_cannot_be_deleted,
        nobody_deletes_without_the_right_to_it,
    ]
}

/// A repository with the right to delete.
fn fresh(word: &str) -> Repository {
    Repository::fresh(word).with("pull,push,delete")
}

fn delete(repository: &Repository, path: &str) {
    let _ = repository.request("DELETE", path).send().expect(202);
}

/// Nothing is at `path` for whoever asks, in whichever way.
fn is_gone(repository: &Repository, path: &str) {
    for viewer in [
        repository.clone(),
        repository.clone().with("pull,push"),
        Repository::as_anyone(&repository.name),
    ] {
        let _ = viewer.head(path).send().expect(404);
        let _ = viewer.get(path).send().expect(404);
    }
}

fn tags(repository: &Repository) -> serde_json::Value {
    repository.get("tags/list").send().expect(200).json()["tags"].clone()
}

fn a_deleted_tag_is_gone_at_once_and_its_manifest_is_not() {
    let repository = fresh("delete");
    let manifest = publish(&repository, "amd64", b"a layer");
    for tag in ["a", "b"] {
        let _ = repository.put_manifest(tag, MANIFEST, &manifest).expect(201);
    }
    delete(&repository, "manifests/a");
    is_gone(&repository, "manifests/a");
    assert_eq!(tags(&repository), json!(["b"]));
    for reference in ["b", &digest(&manifest)] {
        let answer = repository.get(&format!("manifests/{reference}")).send().expect(200);
        assert!(answer.body == manifest, "{answer}");
    }
}

fn a_deleted_manifest_goes_with_every_tag_of_it() {
    let repository = fresh("delete");
    let [gone, kept] =
        [b"gone".as_slice(), b"kept"].map(|layer| publish(&repository, "amd64", layer));
    for (tag, manifest) in [("a", &gone), ("b", &gone), ("c", &kept), ("moved", &gone)] {
        let _ = repository.put_manifest(tag, MANIFEST, manifest).expect(201);
    }
    let _ = repository.put_manifest("moved", MANIFEST, &kept).expect(201);
    delete(&repository, &format!("manifests/{}", digest(&gone)));
    for reference in ["a", "b", &digest(&gone)] {
        is_gone(&repository, &format!("manifests/{reference}"));
    }
    assert_eq!(tags(&repository), json!(["c", "moved"]));
    for reference in ["c", "moved", &digest(&kept)] {
        let _ = repository.get(&format!("manifests/{reference}")).send().expect(200);
    }
}

fn a_deleted_index_leaves_its_images() {
    let repository = fresh("delete");
    let child = publish(&repository, "amd64", b"a layer");
    let index = json!({
        "schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor(MANIFEST, &child)],
    });
    let index = index.to_string().into_bytes();
    let _ = repository.put_manifest("index", INDEX, &index).expect(201);
    delete(&repository, &format!("manifests/{}", digest(&index)));
    is_gone(&repository, "manifests/index");
    let _ = repository.get(&format!("manifests/{}", digest(&child))).send().expect(200);
}

fn a_deleted_referrer_is_listed_no_more() {
    let repository = fresh("delete");
    let image = publish(&repository, "amd64", b"a layer");
    repository.push_blob(b"{}");
    let notes = ["application/vnd.claims.one", "application/vnd.claims.two"]
        .map(|kind| about(&image, kind));
    for note in &notes {
        let _ = repository.put_manifest(&digest(note), MANIFEST, note).expect(201);
    }
    delete(&repository, &format!("manifests/{}", digest(&notes[0])));
    let list = repository.get(&format!("referrers/{}", digest(&image))).send().expect(200).json();
    let listed = list["manifests"].as_array().cloned().unwrap_or_default();
    assert_eq!(listed.len(), 1, "{list}");
    assert_eq!(listed[0]["digest"], digest(&notes[1]));
}

fn a_deleted_blob_is_gone_for_everybody_here() {
    for length in [500, 100_000, 17 * 1024 * 1024] {
        let (repository, other) = (fresh("delete"), Repository::fresh("other"));
        let bytes = noise(141, length);
        // Whoever may push is told of blobs elsewhere: not of one that was deleted just now.
        other.push_blob(&bytes);
        let blob = format!("blobs/{}", repository.push_blob(&bytes));
        delete(&repository, &blob);
        is_gone(&repository, &blob);
    }
}

fn a_blob_deleted_here_is_still_elsewhere() {
    for length in [500, 100_000, 17 * 1024 * 1024] {
        let (repository, other) = (fresh("delete"), Repository::fresh("other"));
        let bytes = noise(142, length);
        let blob = format!("blobs/{}", repository.push_blob(&bytes));
        other.push_blob(&bytes);
        delete(&repository, &blob);
        let answer = Repository::as_anyone(&other.name).get(&blob).send().expect(200);
        assert!(answer.body == bytes, "other bytes");
    }
}

fn what_was_deleted_may_be_pushed_again() {
    let repository = fresh("again");
    let layer = noise(143, 100_000);
    let manifest = publish(&repository, "amd64", &layer);
    let _ = repository.put_manifest("tag", MANIFEST, &manifest).expect(201);
    delete(&repository, &format!("manifests/{}", digest(&manifest)));
    delete(&repository, &format!("blobs/{}", digest(&layer)));
    let _ = publish(&repository, "amd64", &layer);
    let _ = repository.put_manifest("tag", MANIFEST, &manifest).expect(201);
    let answer = repository.get("manifests/tag").send().expect(200);
    assert!(answer.body == manifest, "{answer}");
    let answer = repository.get(&format!("blobs/{}", digest(&layer))).send().expect(200);
    assert!(answer.body == layer, "other bytes");
}

fn what_is_not_there_cannot_be_deleted() {
    let repository = fresh("nothing");
    // A repository is known by its manifests.
    publish(&repository, "amd64", b"a layer");
    let nothing = digest(b"never pushed");
    for (path, code) in [
        ("manifests/unknown".to_owned(), "MANIFEST_UNKNOWN"),
        (format!("manifests/{nothing}"), "MANIFEST_UNKNOWN"),
        (format!("blobs/{nothing}"), "BLOB_UNKNOWN"),
    ] {
        let answer = repository.request("DELETE", &path).send();
        assert_eq!(refused(&answer, 404), code, "{path}");
    }
}

fn nobody_deletes_without_the_right_to_it() {
    let repository = Repository::fresh("rights");
    let manifest = publish(&repository, "amd64", b"a layer");
    let _ = repository.put_manifest("tag", MANIFEST, &manifest).expect(201);
    let paths = [
        "manifests/tag".to_owned(),
        format!("manifests/{}", digest(&manifest)),
        format!("blobs/{}", digest(b"a layer")),
    ];
    let readers = [
        Repository::as_anyone(&repository.name),
        repository.clone().with("pull"),
        repository.clone().with("pull,push"),
    ];
    for (reader, path) in readers.iter().flat_map(|r| paths.iter().map(move |p| (r, p))) {
        let answer = reader.request("DELETE", path).send();
        assert_eq!(refused(&answer, 401), "UNAUTHORIZED", "{path}");
        let challenge = answer.must("WWW-Authenticate");
        assert_eq!(parameter(challenge, "error").as_deref(), Some("insufficient_scope"));
        let scope = parameter(challenge, "scope").unwrap_or_default();
        assert_eq!(scope, format!("repository:{}:delete", repository.name));
    }
    // Anybody who asks for more is given what they may have.
    let greedy = Repository::as_anyone(&repository.name).with("pull,push,delete");
    let answer = greedy.request("DELETE", "manifests/tag").send();
    assert_eq!(refused(&answer, 401), "UNAUTHORIZED");
    let _ = repository.get("manifests/tag").send().expect(200);
}
