//! "Pushing blobs": in one request, in two, in chunks; what ends an upload and what does not.
//! `end-4` to `end-6`, `end-13`, `end-14`.

use super::refused;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::{Repository, encode, path};
use roadstead_tests::image::{digest, digest_sha512, noise};

/// Inside a record, in one small slice, in two.
const LENGTHS: [usize; 3] = [900, 100_000, 17 * 1024 * 1024];

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_blob_may_be_pushed_in_one_post,
        a_blob_may_be_pushed_in_chunks_that_say_where_they_belong,
        an_empty_blob_may_be_pushed_in_every_way,
        every_way_takes_sha512,
        every_way_refuses_a_digest_that_is_wrong,
        every_way_refuses_a_digest_that_is_none,
        an_upload_says_where_it_stands,
        an_upload_may_be_cancelled,
        a_chunk_out_of_order_is_refused_and_the_upload_goes_on,
        a_last_chunk_out_of_order_is_refused_and_the_upload_goes_on,
        an_upload_says_how_small_its_chunks_may_be,
    ]
}

/// How bytes are pushed under a digest.
type Way = fn(&Repository, &str, &[u8]) -> Answer;

const WAYS: [(&str, Way); 5] = [
    ("one POST", in_one_post),
    ("POST and PUT", in_a_put),
    ("POST and PUT without a length", in_a_put_without_a_length),
    ("POST, PATCH and PUT", in_a_patch),
    ("POST, PATCH and a PUT with the rest", in_two_pieces),
];

fn in_one_post(repository: &Repository, digest: &str, bytes: &[u8]) -> Answer {
    let target = format!("blobs/uploads/?digest={}", encode(digest));
    let request = repository.request("POST", &target).header("Content-Type", "application/x");
    let answer = request.body(bytes).send();
    // Nothing in a body is no body: what was begun has to be ended.
    if answer.status == 202 && bytes.is_empty() {
        return repository.finish(&path(answer.must("Location")), digest, bytes);
    }
    answer
}

fn in_a_put(repository: &Repository, digest: &str, bytes: &[u8]) -> Answer {
    repository.finish(&repository.start_upload(), digest, bytes)
}

fn in_a_put_without_a_length(repository: &Repository, digest: &str, bytes: &[u8]) -> Answer {
    let location = repository.start_upload();
    let glue = if location.contains('?') { '&' } else { '?' };
    let target = format!("{location}{glue}digest={}", encode(digest));
    repository.upload("PUT", &target).chunked(bytes).send()
}

fn in_a_patch(repository: &Repository, digest: &str, bytes: &[u8]) -> Answer {
    let chunk = repository.upload("PATCH", &repository.start_upload()).chunked(bytes).send();
    repository.finish(&path(chunk.expect(202).must("Location")), digest, b"")
}

fn in_two_pieces(repository: &Repository, digest: &str, bytes: &[u8]) -> Answer {
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    let chunk = repository.upload("PATCH", &repository.start_upload()).chunked(first).send();
    repository.finish(&path(chunk.expect(202).must("Location")), digest, rest)
}

/// Whether the answer says that the blob was made, and it is there.
fn is_created(answer: &Answer, repository: &Repository, digest: &str, bytes: &[u8], way: &str) {
    assert_eq!(answer.status, 201, "{way}: {answer}");
    assert_eq!(answer.must("Docker-Content-Digest"), digest, "{way}");
    let location = path(answer.must("Location"));
    assert_eq!(location, format!("/v2/{}/blobs/{digest}", repository.name), "{way}");
    assert!(repository.upload("GET", &location).send().expect(200).body == bytes, "{way}");
}

fn a_blob_may_be_pushed_in_one_post() {
    for length in LENGTHS {
        let (repository, bytes) = (Repository::fresh("post"), noise(111, length));
        let answer = in_one_post(&repository, &digest(&bytes), &bytes);
        is_created(&answer, &repository, &digest(&bytes), &bytes, "one POST");
    }
}

fn a_blob_may_be_pushed_in_chunks_that_say_where_they_belong() {
    let (repository, bytes) = (Repository::fresh("chunks"), noise(112, 18 * 1024 * 1024));
    let mut location = repository.start_upload();
    let cuts = [0, 6 * 1024 * 1024, 12 * 1024 * 1024, 17 * 1024 * 1024];
    for cut in cuts.windows(2) {
        let answer = chunk(&repository, &location, &bytes, cut[0], cut[1]).expect(202);
        assert_eq!(answer.must("Range"), format!("0-{}", cut[1] - 1));
        location = path(answer.must("Location"));
    }
    let target = format!("{location}?digest={}", encode(&digest(&bytes)));
    let range = format!("{}-{}", cuts[3], bytes.len() - 1);
    let last = repository.upload("PUT", &target).header("Content-Range", range);
    let answer = last.body(&bytes[cuts[3]..]).send();
    is_created(&answer, &repository, &digest(&bytes), &bytes, "chunks");
}

fn an_empty_blob_may_be_pushed_in_every_way() {
    for (way, push) in WAYS {
        for digest in [digest(b""), digest_sha512(b"")] {
            let repository = Repository::fresh("empty");
            is_created(&push(&repository, &digest, b""), &repository, &digest, b"", way);
        }
    }
}

fn every_way_takes_sha512() {
    for length in LENGTHS {
        for (way, push) in WAYS {
            let (repository, bytes) = (Repository::fresh("sha512"), noise(113, length));
            let digest = digest_sha512(&bytes);
            is_created(&push(&repository, &digest, &bytes), &repository, &digest, &bytes, way);
        }
    }
}

fn every_way_refuses_a_digest_that_is_wrong() {
    for length in LENGTHS {
        for (way, push) in WAYS {
            let (repository, bytes) = (Repository::fresh("wrong"), noise(114, length));
            for wrong in [digest(b"other bytes"), digest_sha512(b"other bytes")] {
                let answer = push(&repository, &wrong, &bytes);
                assert_eq!(refused(&answer, 400), "DIGEST_INVALID", "{way}");
                for digest in [wrong, digest(&bytes), digest_sha512(&bytes)] {
                    let answer = repository.get(&format!("blobs/{digest}")).send();
                    assert_eq!(answer.status, 404, "{way}: {answer}");
                }
            }
        }
    }
}

fn every_way_refuses_a_digest_that_is_none() {
    let repository = Repository::fresh("malformed");
    let upper = digest(b"x").to_uppercase();
    for none in ["sha256", "sha256:", "sha256:xyz", "md5:00ff", "sha512:00ff", upper.as_str()] {
        for (way, push) in WAYS {
            assert_eq!(refused(&push(&repository, none, b"x"), 400), "DIGEST_INVALID", "{way}");
        }
    }
}

fn chunk(repository: &Repository, location: &str, of: &[u8], from: usize, to: usize) -> Answer {
    let request = repository.upload("PATCH", location);
    request.header("Content-Range", format!("{from}-{}", to - 1)).body(&of[from..to]).send()
}

/// Where an upload stands; every way of asking for it says the same.
fn stands(repository: &Repository, location: &str, range: &str) {
    let answer = repository.upload("GET", location).send().expect(204);
    assert_eq!(answer.must("Range"), range);
    assert_eq!(path(answer.must("Location")), location);
}

fn an_upload_says_where_it_stands() {
    let (repository, bytes) = (Repository::fresh("status"), noise(115, 17 * 1024 * 1024));
    let location = repository.start_upload();
    // As the other registries say it: what nothing looks like is not specified.
    stands(&repository, &location, "0-0");
    let _ = chunk(&repository, &location, &bytes, 0, 1_000).expect(202);
    stands(&repository, &location, "0-999");
    let _ = chunk(&repository, &location, &bytes, 1_000, bytes.len()).expect(202);
    stands(&repository, &location, &format!("0-{}", bytes.len() - 1));
    // Only its own repository knows of it.
    let other = location.replacen(&repository.name, "claims/another", 1);
    let _ = Repository::as_operator("claims/another").upload("GET", &other).send().expect(404);
}

fn an_upload_may_be_cancelled() {
    let (repository, bytes) = (Repository::fresh("cancel"), noise(116, 17 * 1024 * 1024));
    for length in [0, 1_000, bytes.len() - 10] {
        let location = repository.start_upload();
        if length > 0 {
            let _ = chunk(&repository, &location, &bytes, 0, length).expect(202);
        }
        let answer = repository.upload("DELETE", &location).send().expect(204);
        assert!(answer.body.is_empty());
        for method in ["GET", "DELETE"] {
            let answer = repository.upload(method, &location).send();
            assert_eq!(refused(&answer, 404), "BLOB_UPLOAD_UNKNOWN", "{method}");
        }
        let answer = chunk(&repository, &location, &bytes, length, length + 10);
        assert_eq!(refused(&answer, 404), "BLOB_UPLOAD_UNKNOWN");
        let answer = repository.finish(&location, &digest(&bytes[..length]), b"");
        assert_eq!(refused(&answer, 404), "BLOB_UPLOAD_UNKNOWN");
        let _ = repository.get(&format!("blobs/{}", digest(&bytes[..length]))).send().expect(404);
    }
}

/// Whether the answer refuses a chunk and says where the upload stands.
fn is_out_of_order(answer: &Answer, location: &str, there: usize) {
    assert_eq!(refused(answer, 416), "BLOB_UPLOAD_INVALID");
    assert_eq!(path(answer.must("Location")), location);
    // An upload without bytes has no last one: "0-0" would send a client to the second.
    let range = there.checked_sub(1).map(|last| format!("0-{last}"));
    assert_eq!(answer.header("Range"), range.as_deref());
}

fn a_chunk_out_of_order_is_refused_and_the_upload_goes_on() {
    let (repository, bytes) = (Repository::fresh("order"), noise(117, 300_000));
    let location = repository.start_upload();
    let mut there = 0_usize;
    for to in [100_000, 200_000, 300_000] {
        // Too far on; and from the second chunk on: from the beginning, and one byte off.
        let wrong = [there + 1, there + 50_000, 0, there.saturating_sub(1)];
        for from in wrong.into_iter().filter(|from| *from != there) {
            let answer = chunk(&repository, &location, &bytes, from, from + 10);
            is_out_of_order(&answer, &location, there);
        }
        let _ = chunk(&repository, &location, &bytes, there, to).expect(202);
        there = to;
    }
    let _ = repository.finish(&location, &digest(&bytes), b"").expect(201);
    let blob = repository.get(&format!("blobs/{}", digest(&bytes))).send().expect(200);
    assert!(blob.body == bytes, "other bytes");
}

fn a_last_chunk_out_of_order_is_refused_and_the_upload_goes_on() {
    let (repository, bytes) = (Repository::fresh("order"), noise(118, 200_000));
    let location = repository.start_upload();
    let _ = chunk(&repository, &location, &bytes, 0, 100_000).expect(202);
    let last = |from: usize| {
        let target = format!("{location}?digest={}", encode(&digest(&bytes)));
        let range = format!("{from}-{}", bytes.len() - 1);
        repository.upload("PUT", &target).header("Content-Range", range).body(&bytes[from..]).send()
    };
    for from in [150_000, 99_999, 0] {
        is_out_of_order(&last(from), &location, 100_000);
        let _ = repository.get(&format!("blobs/{}", digest(&bytes))).send().expect(404);
    }
    is_created(&last(100_000), &repository, &digest(&bytes), &bytes, "the right last chunk");
}

fn an_upload_says_how_small_its_chunks_may_be() {
    let repository = Repository::fresh("minimum");
    let answer = repository.request("POST", "blobs/uploads/").body(b"").send().expect(202);
    let least: usize = answer.must("OCI-Chunk-Min-Length").parse().unwrap_or_default();
    assert!((1..=16 * 1024 * 1024).contains(&least), "{answer}");
    // The last one may be smaller, also where it is the only one.
    let location = path(answer.must("Location"));
    let _ = repository.upload("PATCH", &location).body(b"x").send().expect(202);
    let _ = repository.finish(&location, &digest(b"x"), b"").expect(201);
}
