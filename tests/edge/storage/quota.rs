//! What is counted, and where what does not fit is refused.

use super::edge::{Namespace, QUOTA, alone, api, edge, image, is_spent, together};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::{Repository, encode};
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::{MANIFEST, digest, noise};
use roadstead_tests::sweep::purge;
use serde_json::json;
use std::time::Duration;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_blob_is_counted_once_for_all_repositories_of_a_namespace,
        what_fits_to_the_last_byte_is_taken_and_named,
        nothing_begins_where_nothing_fits,
        an_upload_of_known_length_that_does_not_fit_is_refused_before_its_bytes,
        an_upload_of_unknown_length_ends_at_the_slice_that_does_not_fit,
        a_small_blob_that_does_not_fit_is_refused_at_its_end,
        what_others_have_is_not_given_where_it_does_not_fit,
        what_is_deleted_makes_room_when_it_is_gone,
        a_namespace_that_nobody_owns_has_no_quota,
        a_namespace_has_a_quota_once_somebody_owns_it,
        people_see_what_is_used,
        a_quota_of_its_own_holds_at_once,
    ]
}

/// A namespace with so many bytes left, in one blob of the repository `full`.
fn filled(left: usize) -> Namespace {
    let namespace = Namespace::fresh();
    let bytes = noise(900, QUOTA - left);
    namespace.repository("full").push_blob(&bytes);
    assert_eq!(namespace.used(), bytes.len() as u64);
    namespace
}

fn a_blob_is_counted_once_for_all_repositories_of_a_namespace() {
    let _together = together();
    let namespace = Namespace::fresh();
    let (small, large) = (noise(901, 700), noise(902, 300_000));
    let repositories = ["a", "b", "c/d"].map(|name| namespace.repository(name));
    for repository in &repositories {
        repository.push_blob(&small);
        repository.push_blob_in_chunks(&large);
        repository.push_blob(&large);
    }
    assert_eq!(namespace.used(), 300_700);
    // A manifest is counted as well, once, and again for each tag, which is a copy of it.
    let (manifest, config) = image("counted", &[&small, &large]);
    for repository in &repositories {
        repository.push_blob(&config);
        for tag in ["v1", "v2"] {
            let _ = repository.put_manifest(tag, MANIFEST, &manifest).expect(201);
        }
    }
    assert_eq!(namespace.used(), 300_700 + (7 * manifest.len() + config.len()) as u64);
    assert_eq!(namespace.reserved(), 0);
}

fn what_fits_to_the_last_byte_is_taken_and_named() {
    let _together = together();
    let namespace = Namespace::fresh();
    let repository = namespace.repository("full");
    let (_, config) = image("full", &[]);
    repository.push_blob(&config);
    let layer = noise(903, QUOTA - config.len());
    repository.push_blob(&layer);
    assert_eq!(namespace.used(), QUOTA as u64);
    let (manifest, _) = image("full", &[&layer]);
    let _ = repository.put_manifest("v1", MANIFEST, &manifest).expect(201);
    assert_eq!(namespace.used(), (QUOTA + 2 * manifest.len()) as u64);
    // What is here already can be named elsewhere; what is not is refused at the manifest, too.
    let other = namespace.repository("other");
    for blob in [digest(&config), digest(&layer)] {
        let _ = other.head(&format!("blobs/{blob}")).send().expect(200);
    }
    let _ = other.put_manifest(&digest(&manifest), MANIFEST, &manifest).expect(201);
    is_spent(&other.put_manifest("v1", MANIFEST, &manifest), &namespace);
    let _ = repository.put_manifest("v1", MANIFEST, &manifest).expect(201);
    let (second, _) = image("full", &[&layer, &layer]);
    let answer = other.put_manifest("v2", MANIFEST, &second);
    is_spent(&answer, &namespace);
    let _ = other.get("manifests/v2").send().expect(404);
    let _ = other.get(&format!("manifests/{}", digest(&second))).send().expect(404);
    assert_eq!(namespace.used(), (QUOTA + 2 * manifest.len()) as u64);
}

fn nothing_begins_where_nothing_fits() {
    let _together = together();
    let namespace = filled(0);
    let repository = namespace.repository("next");
    let answer = repository.request("POST", "blobs/uploads/").body(b"").send();
    is_spent(&answer, &namespace);
    let bytes = noise(904, 100_000);
    let path = format!("blobs/uploads/?digest={}", encode(&digest(&bytes)));
    let answer = repository.request("POST", &path).body(bytes.as_slice()).send();
    is_spent(&answer, &namespace);
    let _ = repository.get(&format!("blobs/{}", digest(&bytes))).send().expect(404);
    assert_eq!(namespace.used(), QUOTA as u64);
}

fn an_upload_of_known_length_that_does_not_fit_is_refused_before_its_bytes() {
    let _together = together();
    let namespace = filled(100_000);
    let repository = namespace.repository("next");
    let bytes = noise(905, 100_001);
    for method in ["PATCH", "PUT"] {
        let location = repository.start_upload();
        let answer = match method {
            "PATCH" => repository.upload("PATCH", &location).body(bytes.as_slice()).send(),
            _ => repository.finish(&location, &digest(&bytes), &bytes),
        };
        is_spent(&answer, &namespace);
        // It is over, and holds nothing.
        let _ = repository.upload("GET", &location).send().expect(404);
        assert_eq!(namespace.used(), (QUOTA - 100_000) as u64);
    }
    repository.push_blob(&bytes[..100_000]);
    assert_eq!(namespace.used(), QUOTA as u64);
}

fn an_upload_of_unknown_length_ends_at_the_slice_that_does_not_fit() {
    let _together = together();
    let namespace = Namespace::fresh();
    let repository = namespace.repository("long");
    let location = repository.start_upload();
    let bytes = noise(906, QUOTA + 3 * 1024 * 1024);
    let answer = repository.upload("PATCH", &location).chunked(&bytes).send();
    is_spent(&answer, &namespace);
    let _ = repository.upload("GET", &location).send().expect(404);
    assert_eq!(namespace.used(), 0);
    // To the last byte it fits.
    repository.push_blob_in_chunks(&bytes[..QUOTA]);
    assert_eq!(namespace.used(), QUOTA as u64);
    assert_eq!(namespace.reserved(), 0);
}

fn a_small_blob_that_does_not_fit_is_refused_at_its_end() {
    let _together = together();
    let namespace = filled(1_000);
    let repository = namespace.repository("small");
    let bytes = noise(907, 1_001);
    let answer = repository.finish(&repository.start_upload(), &digest(&bytes), &bytes);
    is_spent(&answer, &namespace);
    let location = repository.start_upload();
    let answer = repository.upload("PATCH", &location).chunked(&bytes).send();
    is_spent(&answer, &namespace);
    assert_eq!(namespace.used(), (QUOTA - 1_000) as u64);
    repository.push_blob(&bytes[..1_000]);
    let answer = repository.request("POST", "blobs/uploads/").body(b"").send();
    is_spent(&answer, &namespace);
}

fn what_others_have_is_not_given_where_it_does_not_fit() {
    let _together = together();
    let (namespace, elsewhere) = (filled(50_000), Namespace::fresh());
    let (fits, does_not) = (noise(908, 50_000), noise(909, 80_000));
    for bytes in [&fits, &does_not] {
        elsewhere.repository("base").push_blob(bytes);
    }
    let repository = namespace.repository("mounted");
    let mount = |bytes: &[u8]| {
        let path = format!("blobs/uploads/?mount={}&from={}", encode(&digest(bytes)), "x");
        repository.request("POST", &path).body(b"").send()
    };
    is_spent(&mount(&does_not), &namespace);
    // Who only asks is told that it is not there, and why when it begins to push.
    let _ = repository.head(&format!("blobs/{}", digest(&does_not))).send().expect(404);
    let _ = mount(&fits).expect(201);
    assert_eq!(namespace.used(), QUOTA as u64);
    assert_eq!(elsewhere.used(), 130_000);
}

fn what_is_deleted_makes_room_when_it_is_gone() {
    let _alone = alone();
    let namespace = Namespace::fresh();
    let (one, two) = (namespace.repository("one"), namespace.repository("two"));
    let (shared, own) = (noise(910, 20_000_000), noise(911, 10_000_000));
    let (manifest, config) = image("gone", &[&shared, &own]);
    for blob in [&shared, &own, &config] {
        one.push_blob(blob);
    }
    // As clients ask; bytes that are sent again would want room of their own meanwhile.
    let _ = two.head(&format!("blobs/{}", digest(&shared))).send().expect(200);
    let _ = one.put_manifest("v1", MANIFEST, &manifest).expect(201);
    let (kept, _) = image("gone", &[&shared]);
    two.push_blob(&config);
    let _ = two.put_manifest("v1", MANIFEST, &kept).expect(201);
    let all = namespace.used();
    let _ = one.request("DELETE", &format!("manifests/{}", digest(&manifest))).send().expect(202);
    // It can be restored, and so it is still there.
    assert_eq!(namespace.used(), all);
    purge(edge());
    assert_eq!(namespace.used(), all - (own.len() + 2 * manifest.len()) as u64);
    let _ = two.request("DELETE", "manifests/v1").send().expect(202);
    purge(edge());
    purge(edge());
    assert_eq!(namespace.used(), 0);
    one.push_blob(&noise(912, QUOTA));
}

fn a_namespace_that_nobody_owns_has_no_quota() {
    let _together = together();
    let namespace = Namespace("nobodys".to_owned());
    let bytes = noise(913, QUOTA + 1);
    namespace.repository("large").push_blob(&bytes);
    let standing = namespace.standing();
    assert_eq!(standing["quota_bytes"], serde_json::Value::Null, "{standing}");
    assert_eq!(namespace.used(), bytes.len() as u64);
    // One that is called as its namespace is counts there.
    let alone = Repository::as_operator("nobodys");
    alone.on(edge()).push_blob(&noise(914, 500));
    assert_eq!(namespace.used(), bytes.len() as u64 + 500);
}

fn a_namespace_has_a_quota_once_somebody_owns_it() {
    let _together = together();
    let namespace = Namespace("owned-later".to_owned());
    namespace.repository("before").push_blob(&noise(918, 1_000));
    assert_eq!(namespace.standing()["quota_bytes"], serde_json::Value::Null);
    let _ = api().post("namespaces", &json!({ "name": namespace.0 })).expect(201);
    assert_eq!(namespace.standing()["quota_bytes"], QUOTA);
}

/// The row in the database follows by itself.
fn people_see_what_is_used() {
    let _alone = alone();
    let namespace = Namespace::fresh();
    namespace.repository("seen").push_blob(&noise(915, 123_456));
    let shown = || {
        let row = api().get(&format!("namespaces/{}", namespace.0)).expect(200).json();
        assert_eq!(row["quota_bytes"], QUOTA, "{row}");
        row["used_bytes"].clone()
    };
    let is_shown = || (shown() == 123_456).then_some(());
    let seen = Deadline::after(Duration::from_secs(10)).wait(is_shown);
    assert!(seen.is_some(), "{} after ten seconds", shown());
}

fn a_quota_of_its_own_holds_at_once() {
    let _together = together();
    let namespace = Namespace::fresh();
    let repository = namespace.repository("own");
    let path = format!("admin/namespaces/{}", namespace.0);
    repository.push_blob(&noise(916, 1_000));
    let _ = api().put(&path, &json!({ "quota_bytes": 80_000 })).expect(200);
    assert_eq!(namespace.standing()["quota_bytes"], 80_000);
    let bytes = noise(917, 79_001);
    let answer = repository.finish(&repository.start_upload(), &digest(&bytes), &bytes).expect(403);
    assert!(answer.text().contains("1.0 kB of 80 kB are used"), "{answer}");
    // Lowered below what is there: what is there stays, and a manifest is refused.
    let _ = api().put(&path, &json!({ "quota_bytes": 500 })).expect(200);
    let (manifest, _) = image("lowered", &[]);
    let _ = repository.put_manifest("v1", MANIFEST, &manifest).expect(404);
    let _ = api().put(&path, &json!({ "quota_bytes": null })).expect(200);
    assert_eq!(namespace.standing()["quota_bytes"], QUOTA);
    repository.push_blob(&bytes);
    assert_eq!(namespace.used(), 80_001);
}
