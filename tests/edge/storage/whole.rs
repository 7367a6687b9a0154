//! Repositories that are deleted whole.

use super::edge::{Namespace, api, image, together};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::with_json;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::{CONFIG, INDEX, MANIFEST, descriptor, digest, noise};
use serde_json::json;
use std::thread;
use std::time::Duration;

/// More than goes in one turn, and than in two.
const IMAGES: usize = 25;
/// So many that the last of them are there for a while.
const MANY: usize = 60;
/// Enough for all of them.
const GONE: Duration = Duration::from_mins(1);

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_repository_goes_with_all_tags_and_manifests,
        what_is_pushed_meanwhile_stays,
        an_index_that_is_pushed_meanwhile_keeps_what_it_names,
        no_tag_is_there_once_the_deletion_is_answered,
        what_went_with_its_repository_comes_back,
        who_may_not_deletes_no_repository,
    ]
}

fn delete(repository: &Repository) -> Answer {
    api().request("DELETE", &format!("repositories/{}", repository.name)).as_operator().send()
}

/// An image under `tag`; its manifest.
fn publish(repository: &Repository, tag: &str) -> Vec<u8> {
    let layer = noise(970, 600);
    let (manifest, config) = image(tag, &[&layer]);
    for blob in [&layer, &config] {
        repository.push_blob(blob);
    }
    let _ = repository.put_manifest(tag, MANIFEST, &manifest).expect(201);
    manifest
}

fn tags(repository: &Repository) -> Vec<String> {
    let list = repository.get("tags/list").send().expect(200).json();
    let tags = list["tags"].as_array().cloned().unwrap_or_default();
    tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
}

fn a_repository_goes_with_all_tags_and_manifests() {
    let _together = together();
    let repository = Namespace::fresh().repository("whole");
    let manifests: Vec<_> =
        (0..IMAGES).map(|number| publish(&repository, &format!("v{number}"))).collect();
    let _ = repository.put_manifest("second", MANIFEST, &manifests[0]).expect(201);
    let _ = delete(&repository).expect(202);
    assert_eq!(tags(&repository), [""; 0]);
    // The manifests go after the answer, some in each turn.
    for manifest in &manifests {
        let path = format!("manifests/{}", digest(manifest));
        let is_gone = || (repository.get(&path).send().status == 404).then_some(());
        assert!(Deadline::after(GONE).wait(is_gone).is_some(), "{path} is still there");
    }
    let deleted = api().get(&format!("repositories/{}/deleted", repository.name)).expect(200);
    let deleted = deleted.json()["deleted"].as_array().map_or(0, Vec::len);
    assert_eq!(deleted, 2 * IMAGES + 1);
    // It is empty now; one that never was there is not.
    let _ = delete(&repository).expect(202);
    let nothing = Namespace::fresh().repository("nothing");
    assert_eq!(crate::registry::error::is_an_error(&delete(&nothing).expect(404)), "NAME_UNKNOWN");
}

fn what_is_pushed_meanwhile_stays() {
    let _together = together();
    let repository = Namespace::fresh().repository("meanwhile");
    let manifests: Vec<_> =
        (0..IMAGES).map(|number| publish(&repository, &format!("v{number}"))).collect();
    let _ = delete(&repository).expect(202);
    // While the rest goes: one of the doomed again, and a new one.
    let again = manifests[IMAGES - 1].clone();
    let layer = noise(970, 600);
    repository.push_blob(&layer);
    repository.push_blob(&image(&format!("v{}", IMAGES - 1), &[]).1);
    let _ = repository.put_manifest("kept", MANIFEST, &again).expect(201);
    let new = publish(&repository, "new");
    let left = || {
        let mut left = tags(&repository);
        left.sort();
        (left == ["kept", "new"]).then_some(())
    };
    assert!(Deadline::after(GONE).wait(left).is_some(), "{:?} are left", tags(&repository));
    thread::sleep(Duration::from_secs(3));
    for (tag, manifest) in [("kept", &again), ("new", &new)] {
        let answer = repository.get(&format!("manifests/{tag}")).send().expect(200);
        assert!(answer.body == *manifest, "{answer}");
    }
}

/// An index of these; one whose digest is among the last, and so goes late.
fn late_index(media_type: &str, children: &[&Vec<u8>]) -> Vec<u8> {
    let children: Vec<_> = children.iter().map(|child| descriptor(media_type, child)).collect();
    let index = |number: u32| {
        let index = json!({
            "schemaVersion": 2, "mediaType": INDEX, "manifests": children,
            "annotations": { "number": number.to_string() },
        });
        index.to_string().into_bytes()
    };
    let late = (0..1000).map(index).find(|index| digest(index).starts_with("sha256:ff"));
    late.unwrap_or_else(|| panic!("none of a thousand comes late"))
}

fn an_index_that_is_pushed_meanwhile_keeps_what_it_names() {
    let _together = together();
    let repository = Namespace::fresh().repository("index");
    let put = |media_type: &str, manifest: &[u8]| {
        let _ = repository.put_manifest(&digest(manifest), media_type, manifest).expect(201);
    };
    let (_, config) = image("index", &[]);
    repository.push_blob(&config);
    let mut manifests: Vec<_> = (0..MANY)
        .map(|number| {
            let manifest = json!({
                "schemaVersion": 2, "mediaType": MANIFEST, "layers": [],
                "config": descriptor(CONFIG, &config), "annotations": { "number": number.to_string() },
            });
            manifest.to_string().into_bytes()
        })
        .collect();
    for manifest in &manifests {
        put(MANIFEST, manifest);
    }
    // The last two go last.
    manifests.sort_by_key(|manifest| digest(manifest));
    let nested = late_index(MANIFEST, &[&manifests[MANY - 1]]);
    put(INDEX, &nested);
    let outer = late_index(INDEX, &[&nested]);
    // As a client does that was told that all of it is here.
    let push = repository.request("PUT", "manifests/kept").header("Content-Type", INDEX);
    let push = push.body(&outer);
    let _ = delete(&repository).expect(202);
    let _ = push.send().expect(201);
    let gone = format!("manifests/{}", digest(&manifests[MANY - 2]));
    let is_gone = || (repository.head(&gone).send().status == 404).then_some(());
    assert!(Deadline::after(GONE).wait(is_gone).is_some(), "{gone} is still there");
    thread::sleep(Duration::from_secs(3));
    for manifest in [&outer, &nested, &manifests[MANY - 1]] {
        let answer = repository.get(&format!("manifests/{}", digest(manifest))).send();
        assert!(answer.expect(200).body == *manifest);
    }
    assert_eq!(tags(&repository), ["kept"]);
}

fn no_tag_is_there_once_the_deletion_is_answered() {
    let _together = together();
    let repository = Namespace::fresh().repository("tags");
    let manifest = publish(&repository, "v0");
    for number in 1..IMAGES {
        let _ = publish(&repository, &format!("v{number}"));
    }
    let _ = repository.put_manifest("second", MANIFEST, &manifest).expect(201);
    let _ = delete(&repository).expect(202);
    assert_eq!(tags(&repository), [""; 0]);
    for number in 0..IMAGES {
        let _ = repository.head(&format!("manifests/v{number}")).send().expect(404);
    }
}

fn what_went_with_its_repository_comes_back() {
    let _together = together();
    let repository = Namespace::fresh().repository("back");
    let manifest = publish(&repository, "v1");
    let _ = repository.put_manifest("v2", MANIFEST, &manifest).expect(201);
    let _ = delete(&repository).expect(202);
    let _ = repository.get("manifests/v1").send().expect(404);
    let path = format!("repositories/{}/restore", repository.name);
    let request =
        with_json(api().request("POST", &path), &json!({ "reference": digest(&manifest) }));
    let _ = request.as_operator().send().expect(200);
    for tag in ["v1", "v2"] {
        let answer = repository.get(&format!("manifests/{tag}")).send().expect(200);
        assert!(answer.body == manifest, "{answer}");
    }
}

fn who_may_not_deletes_no_repository() {
    let _together = together();
    let repository = Namespace::fresh().repository("not-yours");
    let _ = publish(&repository, "v1");
    let request = api().request("DELETE", &format!("repositories/{}", repository.name));
    let _ = request.send().expect(401);
    let _ = request.clone().basic("operator", "wrong").send().expect(401);
    // Pull and push are not enough.
    let pusher = repository.clone().with("pull,push").token();
    let _ = request.clone().bearer(&pusher).send().expect(401);
    let _ = repository.get("manifests/v1").send().expect(200);
    let _ = request.bearer(&repository.token()).send().expect(202);
}
