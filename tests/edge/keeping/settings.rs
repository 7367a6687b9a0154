//! What a repository's owner decides about it.

use super::edge::{alone, api, fresh, path};
use super::image::Image;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::with_json;
use roadstead_tests::image::{MANIFEST, noise};
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_repository_begins_with_the_settings_by_default,
        a_setting_that_is_not_named_stays,
        settings_that_are_none_are_refused,
        only_the_operator_changes_settings,
        an_image_without_its_layers_is_taken_where_that_is_allowed,
    ]
}

fn a_repository_begins_with_the_settings_by_default() {
    let _alone = alone();
    let repository = fresh("defaults");
    let _ = Image::new("defaults", &[]).push(&repository, "tag");
    let wanted = json!({
        "name": repository.name, "immutable_tags": false, "mutable_tags": [], "sparse": false,
    });
    assert_eq!(api().get(&path(&repository)).expect(200).json(), wanted);
}

fn a_setting_that_is_not_named_stays() {
    let _alone = alone();
    let repository = fresh("partly");
    let mut wanted = json!({
        "name": repository.name, "immutable_tags": false, "mutable_tags": [], "sparse": false,
    });
    for (key, value) in [
        ("mutable_tags", json!(["latest", "*-dev"])),
        ("sparse", json!(true)),
        ("immutable_tags", json!(true)),
        ("sparse", json!(false)),
    ] {
        let answer = api().put(&path(&repository), &json!({ key: value }));
        assert!(matches!(answer.status, 200 | 201), "{answer}");
        wanted[key] = value;
        assert_eq!(api().get(&path(&repository)).expect(200).json(), wanted);
    }
}

fn settings_that_are_none_are_refused() {
    let _alone = alone();
    let repository = fresh("wrong");
    let _ = Image::new("wrong", &[]).push(&repository, "tag");
    let before = api().get(&path(&repository)).expect(200).json();
    for wrong in [
        json!([]),
        json!("sparse"),
        json!({ "sparse": "yes" }),
        json!({ "mutable_tags": "latest" }),
        json!({ "mutable_tags": [""] }),
        json!({ "mutable_tags": ["a b"] }),
        json!({ "imutable_tags": true }),
    ] {
        let answer = api().put(&path(&repository), &wrong);
        assert_eq!(answer.status, 400, "{wrong}: {answer}");
        crate::registry::error::is_an_error(&answer);
    }
    assert_eq!(api().get(&path(&repository)).expect(200).json(), before);
}

fn only_the_operator_changes_settings() {
    let _alone = alone();
    let repository = fresh("private");
    let _ = Image::new("private", &[]).push(&repository, "tag");
    let request = with_json(api().request("PUT", &path(&repository)), &json!({ "sparse": true }));
    for asked in [request.clone(), request.basic("operator", "wrong")] {
        let _ = asked.send().expect(401);
    }
    assert_eq!(api().get(&path(&repository)).expect(200).json()["sparse"], json!(false));
}

fn an_image_without_its_layers_is_taken_where_that_is_allowed() {
    let _alone = alone();
    let repository = fresh("sparse");
    let image = Image::new("sparse", &[noise(201, 100), noise(202, 100)]);
    repository.push_blob(&image.blobs[0]);
    let _ = repository.put_manifest("tag", MANIFEST, &image.manifest).expect(404);
    let _ = api().put(&path(&repository), &json!({ "sparse": true }));
    let _ = repository.put_manifest("tag", MANIFEST, &image.manifest).expect(201);
    let answer = repository.get("manifests/tag").send().expect(200);
    assert!(answer.body == image.manifest, "{answer}");
}
