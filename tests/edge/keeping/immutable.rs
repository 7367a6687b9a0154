//! Tags that do not move.

use super::edge::{alone, api, fresh, path};
use super::image::Image;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::MANIFEST;
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        an_immutable_tag_stays_where_it_is,
        tags_of_a_pattern_may_move,
        no_tag_of_a_push_moves_where_one_may_not,
    ]
}

/// A repository of immutable tags, an image under `1.0`, `latest` and `2-dev`, and another image.
fn immutable() -> (Repository, Image, Image) {
    let repository = fresh("immutable");
    let first = Image::new("first", &[]).push(&repository, "1.0");
    for tag in ["latest", "2-dev"] {
        let _ = repository.put_manifest(tag, MANIFEST, &first.manifest).expect(201);
    }
    let second = Image::new("second", &[]).push(&repository, "other");
    let settings = json!({ "immutable_tags": true, "mutable_tags": ["latest", "*-dev"] });
    let answer = api().put(&path(&repository), &settings);
    assert!(matches!(answer.status, 200 | 201), "{answer}");
    (repository, first, second)
}

fn an_immutable_tag_stays_where_it_is() {
    let _alone = alone();
    let (repository, first, second) = immutable();
    let _ = repository.put_manifest("1.0", MANIFEST, &first.manifest).expect(201);
    let answer = repository.put_manifest("1.0", MANIFEST, &second.manifest).expect(409);
    assert_eq!(crate::registry::error::is_an_error(&answer), "DENIED");
    let message = answer.json()["errors"][0]["message"].to_string();
    assert!(message.contains("1.0"), "{message}");
    first.is_whole(&repository, "1.0");
    // One that is new has nothing to move from.
    let _ = repository.put_manifest("1.1", MANIFEST, &second.manifest).expect(201);
    let _ = repository.put_manifest("1.1", MANIFEST, &first.manifest).expect(409);
    second.is_whole(&repository, "1.1");
}

fn tags_of_a_pattern_may_move() {
    let _alone = alone();
    let (repository, _, second) = immutable();
    for tag in ["latest", "2-dev"] {
        let _ = repository.put_manifest(tag, MANIFEST, &second.manifest).expect(201);
        second.is_whole(&repository, tag);
    }
    let _ = repository.put_manifest("2-developer", MANIFEST, &second.manifest).expect(201);
}

fn no_tag_of_a_push_moves_where_one_may_not() {
    let _alone = alone();
    let (repository, first, second) = immutable();
    let target = format!("manifests/{}?tag=latest&tag=1.0&tag=new", second.digest());
    let put = repository.request("PUT", &target).header("Content-Type", MANIFEST);
    let answer = put.body(&second.manifest).send().expect(409);
    assert_eq!(crate::registry::error::is_an_error(&answer), "DENIED");
    first.is_whole(&repository, "1.0");
    first.is_whole(&repository, "latest");
    let _ = repository.get("manifests/new").send().expect(404);
}
