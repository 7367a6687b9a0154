//! Manifests by tag and by digest, GET and HEAD. distribution-spec 1.1, `end-3`; RFC 9110 for the
//! conditions.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::fixture::shelf;
use roadstead_tests::image::{INDEX, MANIFEST, digest, digest_sha512, publish};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_manifest_comes_as_it_was_sent,
        a_head_says_what_a_get_would,
        an_index_keeps_its_own_media_type,
        a_manifest_is_found_by_its_sha512_digest,
        a_manifest_of_docker_keeps_its_media_type,
        a_client_that_has_it_is_told_so,
        a_client_that_has_another_gets_it,
        a_range_of_a_manifest_is_the_whole_of_it,
        a_manifest_is_never_encoded,
        a_tag_that_moved_leads_to_the_new_manifest,
        what_is_not_accepted_is_answered_all_the_same,
    ]
}

fn is_the_manifest(answer: &Answer, media_type: &str, bytes: &[u8]) {
    assert_eq!(answer.must("Content-Type"), media_type);
    assert_eq!(answer.must("Docker-Content-Digest"), digest(bytes));
    assert_eq!(answer.must("Content-Length"), bytes.len().to_string());
    assert_eq!(answer.must("ETag"), format!("\"{}\"", digest(bytes)));
    assert_eq!(answer.header("Content-Encoding"), None);
}

fn a_manifest_comes_as_it_was_sent() {
    let shelf = shelf();
    for reference in ["v1", "1.9", &digest(&shelf.manifest)] {
        let answer = shelf.reader.get(&format!("manifests/{reference}")).send().expect(200);
        is_the_manifest(&answer, MANIFEST, &shelf.manifest);
        assert!(answer.body == shelf.manifest, "{answer}");
    }
}

fn a_head_says_what_a_get_would() {
    let shelf = shelf();
    for reference in ["v1", &digest(&shelf.manifest)] {
        let answer = shelf.reader.head(&format!("manifests/{reference}")).send().expect(200);
        is_the_manifest(&answer, MANIFEST, &shelf.manifest);
    }
}

fn an_index_keeps_its_own_media_type() {
    let shelf = shelf();
    let answer = shelf.reader.get("manifests/latest").send().expect(200);
    is_the_manifest(&answer, INDEX, &shelf.index);
    assert!(answer.body == shelf.index, "{answer}");
}

fn a_manifest_is_found_by_its_sha512_digest() {
    let repository = Repository::fresh("sha512");
    let manifest = publish(&repository, "amd64", b"a layer");
    let digest = digest_sha512(&manifest);
    let reference = format!("manifests/{digest}");
    let put = repository.put_manifest(&digest, MANIFEST, &manifest).expect(201);
    assert_eq!(put.must("Docker-Content-Digest"), digest);
    let answer = repository.get(&reference).send().expect(200);
    assert_eq!(answer.must("Docker-Content-Digest"), digest);
    assert!(answer.body == manifest, "{answer}");
    let answer = repository.head(&reference).send().expect(200);
    assert_eq!(answer.must("Docker-Content-Digest"), digest);
}

fn a_manifest_of_docker_keeps_its_media_type() {
    let media_type = "application/vnd.docker.distribution.manifest.v2+json";
    let repository = Repository::fresh("docker-manifest");
    let manifest = publish(&repository, "amd64", b"a layer");
    let text = String::from_utf8_lossy(&manifest).replacen(MANIFEST, media_type, 1);
    let _ = repository.put_manifest("old", media_type, text.as_bytes()).expect(201);
    let answer = repository.get("manifests/old").send().expect(200);
    is_the_manifest(&answer, media_type, text.as_bytes());
}

fn a_client_that_has_it_is_told_so() {
    let shelf = shelf();
    let etag = format!("\"{}\"", digest(&shelf.manifest));
    let held = [
        etag.clone(),
        format!("W/{etag}"),
        "*".to_owned(),
        format!("\"other\", {etag}"),
        format!("\"a,b\" ,W/{etag}"),
    ];
    for value in held {
        for method in ["GET", "HEAD"] {
            let request = shelf.reader.request(method, "manifests/v1");
            let answer = request.header("If-None-Match", &value).send().expect(304);
            assert_eq!(answer.must("ETag"), etag, "{value}");
            assert_eq!(answer.must("Docker-Content-Digest"), digest(&shelf.manifest));
        }
    }
}

fn a_client_that_has_another_gets_it() {
    let shelf = shelf();
    for value in ["\"other\"", "other", "", "W/", "\"", digest(&shelf.index).as_str()] {
        let request = shelf.reader.get("manifests/v1").header("If-None-Match", value);
        assert!(request.send().expect(200).body == shelf.manifest, "{value}");
    }
}

fn a_range_of_a_manifest_is_the_whole_of_it() {
    let shelf = shelf();
    for range in ["bytes=0-", "bytes=1-2", "bytes=999999-", "bytes=0-0,2-3"] {
        let answer = shelf.reader.get("manifests/v1").header("Range", range).send().expect(200);
        is_the_manifest(&answer, MANIFEST, &shelf.manifest);
        assert!(answer.body == shelf.manifest, "{range}");
    }
}

fn a_manifest_is_never_encoded() {
    let shelf = shelf();
    for coding in ["gzip", "zstd,gzip,deflate", "br;q=1.0, *;q=0.5", "identity"] {
        let request = shelf.reader.get("manifests/v1").header("Accept-Encoding", coding);
        let answer = request.send().expect(200);
        is_the_manifest(&answer, MANIFEST, &shelf.manifest);
        assert!(answer.body == shelf.manifest, "{coding}");
    }
}

fn a_tag_that_moved_leads_to_the_new_manifest() {
    let repository = Repository::fresh("moving");
    let first = publish(&repository, "amd64", b"first");
    let second = publish(&repository, "amd64", b"second");
    for manifest in [&first, &second, &first] {
        let _ = repository.put_manifest("moving", MANIFEST, manifest).expect(201);
        let answer = repository.get("manifests/moving").send().expect(200);
        is_the_manifest(&answer, MANIFEST, manifest);
        assert!(answer.body == *manifest, "{answer}");
    }
}

fn what_is_not_accepted_is_answered_all_the_same() {
    // Clients send all kinds of lists, and some none: what is stored has one form only.
    let shelf = shelf();
    for accept in ["application/json", "text/html", "*/*", INDEX, "nonsense"] {
        let answer = shelf.reader.get("manifests/v1").header("Accept", accept).send().expect(200);
        is_the_manifest(&answer, MANIFEST, &shelf.manifest);
    }
}
