//! What goes when nobody names it any more, and what stays.

use super::edge::{alone, api, edge, fresh};
use super::image::{Image, delete};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::image::{INDEX, MANIFEST, about, descriptor, digest, noise, publish};
use roadstead_tests::sweep::{purge, sweep};
use serde_json::json;

/// Inside a record, in one slice, in two.
const LENGTHS: [usize; 3] = [600, 80_000, 17 * 1024 * 1024];

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_blob_that_no_manifest_names_goes,
        a_manifest_that_lost_its_last_tag_goes_with_its_blobs,
        the_images_of_an_index_stay,
        what_refers_to_a_manifest_stays_with_it,
        a_body_of_two_repositories_survives_one_of_them,
        an_upload_that_was_abandoned_goes,
        only_the_operator_sweeps,
    ]
}

fn a_blob_that_no_manifest_names_goes() {
    let _alone = alone();
    let repository = fresh("unnamed");
    let named = Image::new("named", &LENGTHS.map(|n| noise(221, n))).push(&repository, "tag");
    let unnamed = LENGTHS.map(|length| repository.push_blob(&noise(222, length)));
    for digest in &unnamed {
        let _ = repository.head(&format!("blobs/{digest}")).send().expect(200);
    }
    sweep(edge());
    for digest in &unnamed {
        let _ = repository.head(&format!("blobs/{digest}")).send().expect(404);
    }
    named.is_whole(&repository, "tag");
}

fn a_manifest_that_lost_its_last_tag_goes_with_its_blobs() {
    let _alone = alone();
    let repository = fresh("untagged");
    let shared = noise(223, 90_000);
    let old = Image::new("old", &[noise(224, 80_000), shared.clone()]).push(&repository, "tag");
    let new = Image::new("new", &[noise(225, 600), shared]).push(&repository, "tag");
    old.is_whole(&repository, &old.digest());
    purge(edge());
    let _ = repository.get(&format!("manifests/{}", old.digest())).send().expect(404);
    for blob in &old.blobs[..2] {
        let _ = repository.get(&format!("blobs/{}", digest(blob))).send().expect(404);
    }
    new.is_whole(&repository, "tag");
}

fn the_images_of_an_index_stay() {
    let _alone = alone();
    let repository = fresh("index");
    let children = ["one", "two"].map(|word| Image::new(word, &[noise(226, 70_000)]));
    for child in &children {
        let _ = child.try_push(&repository, &child.digest()).expect(201);
    }
    let inner = json!({
        "schemaVersion": 2, "mediaType": INDEX,
        "manifests": [descriptor(MANIFEST, &children[1].manifest)],
    });
    let inner = inner.to_string().into_bytes();
    let _ = repository.put_manifest(&digest(&inner), INDEX, &inner).expect(201);
    let outer = json!({
        "schemaVersion": 2, "mediaType": INDEX,
        "manifests": [descriptor(MANIFEST, &children[0].manifest), descriptor(INDEX, &inner)],
    });
    let outer = outer.to_string().into_bytes();
    let _ = repository.put_manifest("tag", INDEX, &outer).expect(201);
    purge(edge());
    for child in &children {
        child.is_whole(&repository, &child.digest());
    }
    let kept = repository.get(&format!("manifests/{}", digest(&inner))).send().expect(200);
    assert!(kept.body == inner, "{kept}");
    delete(&repository, "manifests/tag");
    purge(edge());
    for child in &children {
        child.is_gone(&repository);
    }
}

fn what_refers_to_a_manifest_stays_with_it() {
    let _alone = alone();
    let repository = fresh("signed");
    let image = Image::new("signed", &[noise(227, 70_000)]).push(&repository, "tag");
    repository.push_blob(b"{}");
    let signature = about(&image.manifest, "application/vnd.claims.signature");
    let of_signature = about(&signature, "application/vnd.claims.signature");
    for said in [&signature, &of_signature] {
        let _ = repository.put_manifest(&digest(said), MANIFEST, said).expect(201);
    }
    purge(edge());
    image.is_whole(&repository, "tag");
    for (said, subject) in [(&signature, &image.manifest), (&of_signature, &signature)] {
        let answer = repository.get(&format!("manifests/{}", digest(said))).send().expect(200);
        assert!(answer.body == *said, "{answer}");
        let list = repository.get(&format!("referrers/{}", digest(subject))).send().expect(200);
        assert_eq!(list.json()["manifests"][0]["digest"], digest(said));
    }
    let _ = repository.get(&format!("blobs/{}", digest(b"{}"))).send().expect(200);
}

fn a_body_of_two_repositories_survives_one_of_them() {
    let _alone = alone();
    let (gone, kept) = (fresh("gone"), fresh("kept"));
    let layers = LENGTHS.map(|length| noise(228, length));
    let image = Image::new("shared", &layers).push(&gone, "tag").push(&kept, "tag");
    delete(&gone, &format!("manifests/{}", image.digest()));
    purge(edge());
    image.is_gone(&gone);
    image.is_whole(&kept, "tag");
    // And comes back to the first from what the second has.
    let image = image.push(&gone, "tag");
    delete(&kept, &format!("manifests/{}", image.digest()));
    purge(edge());
    image.is_gone(&kept);
    image.is_whole(&gone, "tag");
}

fn an_upload_that_was_abandoned_goes() {
    let _alone = alone();
    let repository = fresh("abandoned");
    let _ = publish(&repository, "amd64", b"a layer");
    let location = repository.start_upload();
    let bytes = noise(229, 17 * 1024 * 1024);
    let _ = repository.upload("PATCH", &location).chunked(&bytes).send().expect(202);
    sweep(edge());
    let _ = repository.upload("GET", &location).send().expect(404);
}

fn only_the_operator_sweeps() {
    let _alone = alone();
    for path in ["admin/sweep", "admin/rebuild"] {
        let request = api().request("POST", path).body("{}");
        let _ = request.send().expect(401);
        let _ = request.basic("operator", "wrong").send().expect(401);
    }
}
