//! Blobs whole, GET and HEAD. distribution-spec 1.1, `end-2`. Parts of them: `range`.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::fixture::shelf;
use roadstead_tests::image::{digest, digest_sha512};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_blob_comes_as_it_was_sent,
        a_blob_in_several_slices_comes_as_it_was_sent,
        a_head_says_what_a_get_would,
        an_empty_blob_is_a_blob,
        a_blob_is_found_by_its_sha512_digest,
        a_blob_may_be_kept_for_ever,
        a_client_that_has_it_is_told_so,
        a_blob_is_never_encoded,
        a_blob_of_another_repository_is_unknown,
    ]
}

fn is_the_blob(answer: &Answer, bytes: &[u8]) {
    assert_eq!(answer.must("Docker-Content-Digest"), digest(bytes));
    assert_eq!(answer.must("Content-Length"), bytes.len().to_string());
    assert_eq!(answer.must("Content-Type"), "application/octet-stream");
    assert_eq!(answer.must("ETag"), format!("\"{}\"", digest(bytes)));
    assert_eq!(answer.must("Accept-Ranges"), "bytes");
    assert_eq!(answer.header("Content-Encoding"), None);
}

fn a_blob_comes_as_it_was_sent() {
    let shelf = shelf();
    let answer = shelf.reader.get(&format!("blobs/{}", digest(&shelf.layer))).send().expect(200);
    is_the_blob(&answer, &shelf.layer);
    assert!(answer.body == shelf.layer, "other bytes");
}

fn a_blob_in_several_slices_comes_as_it_was_sent() {
    let shelf = shelf();
    let answer = shelf.reader.get(&format!("blobs/{}", shelf.long_digest)).send().expect(200);
    is_the_blob(&answer, &shelf.long);
    assert!(answer.body == shelf.long, "other bytes");
}

fn a_head_says_what_a_get_would() {
    let shelf = shelf();
    for bytes in [&shelf.layer, &shelf.long] {
        let path = format!("blobs/{}", digest(bytes));
        is_the_blob(&shelf.reader.head(&path).send().expect(200), bytes);
    }
}

fn an_empty_blob_is_a_blob() {
    let repository = Repository::fresh("empty");
    let path = format!("blobs/{}", repository.push_blob(b""));
    is_the_blob(&repository.head(&path).send().expect(200), b"");
    let answer = repository.get(&path).send().expect(200);
    is_the_blob(&answer, b"");
    assert!(answer.body.is_empty());
}

fn a_blob_is_found_by_its_sha512_digest() {
    let repository = Repository::fresh("sha512");
    let bytes = b"hashed by the longer algorithm";
    let digest = digest_sha512(bytes);
    // The algorithm is said when the upload begins: its bytes are hashed as they come.
    let start = repository.request("POST", "blobs/uploads/?digest-algorithm=sha512");
    let answer = start.body(b"").send().expect(202);
    let location = roadstead_tests::client::registry::path(answer.must("Location"));
    let put = repository.finish(&location, &digest, bytes).expect(201);
    assert_eq!(put.must("Docker-Content-Digest"), digest);
    let answer = repository.get(&format!("blobs/{digest}")).send().expect(200);
    assert_eq!(answer.must("Docker-Content-Digest"), digest);
    assert_eq!(answer.body, bytes);
}

fn a_blob_may_be_kept_for_ever() {
    let shelf = shelf();
    let answer = shelf.reader.head(&format!("blobs/{}", digest(&shelf.layer))).send().expect(200);
    let policy = answer.must("Cache-Control");
    assert!(policy.contains("immutable") && policy.contains("max-age=31536000"), "{policy}");
}

fn a_client_that_has_it_is_told_so() {
    let shelf = shelf();
    let path = format!("blobs/{}", digest(&shelf.layer));
    let etag = format!("\"{}\"", digest(&shelf.layer));
    for value in [etag.clone(), format!("W/{etag}"), "*".to_owned(), format!("\"other\",{etag}")] {
        for method in ["GET", "HEAD"] {
            let request = shelf.reader.request(method, &path).header("If-None-Match", &value);
            assert_eq!(request.send().expect(304).must("ETag"), etag, "{value}");
        }
    }
    let other = shelf.reader.get(&path).header("If-None-Match", "\"other\"").send().expect(200);
    assert!(other.body == shelf.layer, "other bytes");
}

fn a_blob_is_never_encoded() {
    // Text that would compress well, so that a tidy proxy is tempted.
    let repository = Repository::fresh("plain");
    let bytes = "the same words again and again ".repeat(5_000).into_bytes();
    let path = format!("blobs/{}", repository.push_blob(&bytes));
    for coding in ["gzip", "zstd,gzip,deflate", "br;q=1.0, *;q=0.5"] {
        let answer = repository.get(&path).header("Accept-Encoding", coding).send().expect(200);
        is_the_blob(&answer, &bytes);
        assert!(answer.body == bytes, "{coding}");
    }
}

fn a_blob_of_another_repository_is_unknown() {
    let shelf = shelf();
    let other = Repository::fresh("elsewhere");
    other.push_blob(b"so that the repository is known");
    let answer = other.get(&format!("blobs/{}", digest(&shelf.layer))).send().expect(404);
    assert_eq!(answer.json()["errors"][0]["code"], "BLOB_UNKNOWN");
}
