//! What many uploads at once may take of the memory that one isolate has for everybody.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::noise;

/// How many uploads there are at once.
const UPLOADS: u64 = 16;
/// How long each is, in bytes: more than a slice, so that each needs a buffer twice.
const BYTES: usize = 20 * 1024 * 1024;
/// What Wasm may take, in bytes. Its memory never shrinks, so this is the most that it ever took.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn claims() -> Vec<Trial> {
    claims![sixteen_uploads_at_once_share_the_memory_of_a_few]
}

fn sixteen_uploads_at_once_share_the_memory_of_a_few() {
    let layers: Vec<Vec<u8>> = (0..UPLOADS).map(|number| noise(9_000 + number, BYTES)).collect();
    std::thread::scope(|scope| {
        for layer in &layers {
            scope.spawn(|| Repository::fresh("memory").push_blob_in_chunks(layer));
        }
    });
    let status = Request::get("/api/v1/admin/status").as_operator().send().expect(200).json();
    let taken = status["wasm_memory_bytes"].as_u64().unwrap_or(u64::MAX);
    println!("Wasm has taken {taken} bytes after {UPLOADS} uploads of {BYTES} at once");
    assert!(taken < MOST_BYTES, "{status}");
}
