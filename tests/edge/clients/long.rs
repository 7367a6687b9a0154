//! Layers that nobody holds in memory: made while they are sent, hashed while they are read.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::{Repository, encode, path};
use roadstead_tests::image::LongNoise;

/// 2 GiB and a bit, in one PUT.
const WHOLE: u64 = 2 * 1024 * 1024 * 1024 + 12_345;
/// Some 300 MiB, of a length that is not said before.
const STREAMED: u64 = 300 * 1024 * 1024 + 54_321;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_layer_of_two_gibibytes_comes_as_it_was_sent,
        a_long_layer_of_unknown_length_comes_as_it_was_sent,
    ]
}

/// Whether the blob is there, of this length and digest.
fn comes_back(repository: &Repository, digest: &str, length: u64) {
    let reader = Repository::as_anyone(&repository.name);
    let (answer, hash) = reader
        .get(&format!("blobs/{digest}"))
        .send_and_hash()
        .unwrap_or_else(|error| panic!("the blob broke off: {error}"));
    let _ = answer.expect(200);
    assert_eq!(hash.bytes, length);
    assert_eq!(hash.digest(), digest);
}

fn noise_digest(seed: u64, length: u64) -> String {
    LongNoise::new(seed, length).digest().unwrap_or_else(|error| panic!("{error}"))
}

fn a_layer_of_two_gibibytes_comes_as_it_was_sent() {
    let repository = Repository::fresh("two-gibibytes");
    let digest = noise_digest(411, WHOLE);
    let target = format!("{}?digest={}", repository.start_upload(), encode(&digest));
    let put = repository.upload("PUT", &target);
    let answer = put.send_from(LongNoise::new(411, WHOLE), Some(WHOLE));
    let answer = answer.unwrap_or_else(|error| panic!("no answer: {error}")).expect(201);
    assert_eq!(answer.must("Docker-Content-Digest"), digest);
    comes_back(&repository, &digest, WHOLE);
}

fn a_long_layer_of_unknown_length_comes_as_it_was_sent() {
    let repository = Repository::fresh("streamed");
    let digest = noise_digest(412, STREAMED);
    let patch = repository.upload("PATCH", &repository.start_upload());
    let answer = patch.send_from(LongNoise::new(412, STREAMED), None);
    let answer = answer.unwrap_or_else(|error| panic!("no answer: {error}")).expect(202);
    assert_eq!(answer.must("Range"), format!("0-{}", STREAMED - 1));
    let _ = repository.finish(&path(answer.must("Location")), &digest, b"").expect(201);
    comes_back(&repository, &digest, STREAMED);
}
