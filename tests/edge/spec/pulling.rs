//! "Pulling blobs" and "Checking if content exists in the registry", `end-2`.

use super::refused;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{digest, digest_sha512, noise};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_publisher_is_told_that_another_repository_has_a_blob,
        a_reader_is_not_told_what_another_repository_has,
        a_blob_of_sha512_has_ranges,
        one_algorithm_does_not_find_what_another_names,
    ]
}

/// Two repositories, of which only the second has the blob.
fn two(length: usize) -> (Repository, Repository, String) {
    let (here, there) = (Repository::fresh("here"), Repository::fresh("there"));
    here.push_blob(b"so that the repository is known");
    let digest = there.push_blob(&noise(101, length));
    (here, there, format!("blobs/{digest}"))
}

/// Clients ask with HEAD whether they have to send a layer at all.
fn a_publisher_is_told_that_another_repository_has_a_blob() {
    for length in [500, 100_001] {
        let (here, _, blob) = two(length);
        let answer = here.head(&blob).send().expect(200);
        assert_eq!(answer.must("Content-Length"), length.to_string());
    }
}

fn a_reader_is_not_told_what_another_repository_has() {
    let (here, there, blob) = two(500);
    let reader = Repository::as_anyone(&here.name);
    let _ = reader.head(&blob).send().expect(404);
    let _ = here.clone().with("pull").head(&blob).send().expect(404);
    assert_eq!(refused(&reader.get(&blob).send(), 404), "BLOB_UNKNOWN");
    let _ = Repository::as_anyone(&there.name).head(&blob).send().expect(200);
}

/// Publishes by the longer algorithm, without saying so before the end.
fn push_sha512(repository: &Repository, bytes: &[u8]) -> String {
    let digest = digest_sha512(bytes);
    let answer = repository.finish(&repository.start_upload(), &digest, bytes).expect(201);
    assert_eq!(answer.must("Docker-Content-Digest"), digest);
    digest
}

fn a_blob_of_sha512_has_ranges() {
    let repository = Repository::fresh("sha512");
    for length in [700, 100_000, 17 * 1024 * 1024] {
        let bytes = noise(102, length);
        let blob = format!("blobs/{}", push_sha512(&repository, &bytes));
        assert!(repository.get(&blob).send().expect(200).body == bytes, "other bytes");
        let part = repository.get(&blob).header("Range", "bytes=100-299").send().expect(206);
        assert!(part.body == bytes[100..300], "other bytes");
        assert_eq!(part.must("Content-Range"), format!("bytes 100-299/{length}"));
    }
}

fn one_algorithm_does_not_find_what_another_names() {
    let repository = Repository::fresh("sha512");
    let bytes = b"known by one of its names only";
    push_sha512(&repository, bytes);
    let _ = repository.head(&format!("blobs/{}", digest(bytes))).send().expect(404);
}
