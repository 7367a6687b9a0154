//! Odd orders and odd documents: what a collector and an owner could trip over.

use super::edge::{alone, api, edge, fresh};
use super::image::{Image, delete};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::image::{digest, noise};
use roadstead_tests::sweep::{purge, sweep};
use serde_json::json;

/// Docker's type of a layer that is not distributed with its image.
const FOREIGN: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
/// A manifest that this registry knows nothing about.
const UNHEARD: &str = "application/vnd.example.parcel.v1+json";

pub(super) fn claims() -> Vec<Trial> {
    claims![
        what_a_document_of_any_type_names_is_kept,
        a_tag_that_is_deleted_twice_leaves_nothing_behind,
        what_is_deleted_and_pushed_again_is_not_deleted,
        a_refused_manifest_leaves_no_repository,
        a_page_of_another_site_changes_nothing,
        a_long_request_for_a_token_holds_up_no_upload,
    ]
}

fn what_a_document_of_any_type_names_is_kept() {
    let _alone = alone();
    let repository = fresh("parcel");
    let blobs = [1_u64, 2, 3].map(|seed| repository.push_blob(&noise(240 + seed, 90_000)));
    let document = json!({
        "schemaVersion": 2, "mediaType": UNHEARD,
        "layers": [{ "mediaType": FOREIGN, "digest": blobs[0], "size": 90_000 }],
        "blobs": [{ "mediaType": "a/b", "digest": blobs[1], "size": 90_000 }],
        "deep": { "er": [{ "parcel": { "digest": blobs[2] } }] },
    });
    let document = document.to_string().into_bytes();
    let _ = repository.put_manifest("v1", UNHEARD, &document).expect(201);
    purge(edge());
    for blob in &blobs {
        let _ = repository.head(&format!("blobs/{blob}")).send().expect(200);
    }
}

fn a_tag_that_is_deleted_twice_leaves_nothing_behind() {
    let _alone = alone();
    let repository = fresh("twice");
    let first = Image::new("first", &[noise(251, 80_000)]).push(&repository, "tag");
    delete(&repository, "manifests/tag");
    let second = Image::new("second", &[noise(252, 80_000)]).push(&repository, "tag");
    delete(&repository, "manifests/tag");
    // Only the second deletion can be taken back, so only its image is kept for that.
    sweep(edge());
    first.is_gone(&repository);
    second.is_whole(&repository, &second.digest());
    purge(edge());
    second.is_gone(&repository);
}

fn what_is_deleted_and_pushed_again_is_not_deleted() {
    let _alone = alone();
    let repository = fresh("again");
    let image = Image::new("again", &[noise(253, 80_000)]).push(&repository, "tag");
    delete(&repository, &format!("manifests/{}", image.digest()));
    let image = image.push(&repository, "tag");
    let deleted = api().get(&format!("repositories/{}/deleted", repository.name)).expect(200);
    let left: Vec<_> = deleted.json()["deleted"]
        .as_array()
        .map(|list| list.iter().map(|entry| entry["reference"].clone()).collect())
        .unwrap_or_default();
    assert_eq!(left, ["tag"], "only what the tag was can still be asked for");
    purge(edge());
    image.is_whole(&repository, "tag");
}

fn a_refused_manifest_leaves_no_repository() {
    let repository = fresh("refused");
    let image = Image::new("refused", &[noise(254, 600)]);
    let answer = repository.put_manifest("tag", roadstead_tests::image::MANIFEST, &image.manifest);
    let _ = answer.expect(404);
    let _ = repository.get("tags/list").send().expect(404);
    let _ = api().get(&format!("repositories/{}", repository.name)).expect(404);
}

fn a_page_of_another_site_changes_nothing() {
    let repository = fresh("site");
    let path = format!("repositories/{}", repository.name);
    let asked = |header: &str, value: &str| {
        let request = api().request("PUT", &path).as_operator().header(header, value);
        request.body(json!({ "sparse": true }).to_string()).send()
    };
    for (header, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://elsewhere.example"),
        ("Origin", "null"),
    ] {
        assert_eq!(asked(header, value).expect(403).json()["errors"][0]["code"], "DENIED");
    }
    let _ = api().get(&path).expect(404);
    let _ = asked("Sec-Fetch-Site", "same-origin").expect(200);
}

fn a_long_request_for_a_token_holds_up_no_upload() {
    let long = vec![b'a'; 3 * 1024 * 1024];
    let request = Request::new("POST", "/token").at(edge().host()).chunked(&long);
    let _ = request.send().expect(400);
    let status = api().get("admin/status").expect(200);
    assert_eq!(status.json()["upload_buffers"]["used"], 0, "{status}");
    let repository = fresh("token");
    assert_eq!(repository.push_blob(&long), digest(&long));
}
