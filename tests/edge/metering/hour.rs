//! An edge that counts images by the hour, as Docker Hub does.

use super::edge::Image;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{INDEX, MANIFEST, descriptor, noise};
use roadstead_tests::own_stack::OwnStack;
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};

static EDGE: OwnStack = OwnStack::with(
    "metering-hour",
    "TIERS={\"anonymous\":{\"pulls_per_hour\":3},\"account\":{\"pulls_per_hour\":1000}}\n",
);

pub(super) fn claims() -> Vec<Trial> {
    claims![images_are_counted_by_the_hour]
}

/// Ends it, if any claim had asked for it.
pub(super) fn stop() {
    EDGE.stop();
}

/// One claim, since it has an edge of its own.
fn images_are_counted_by_the_hour() {
    let repository = Repository::as_operator("metering/hour").on(EDGE.get());
    let images = [351, 352, 353, 354]
        .map(|seed| Image::publish(&repository, Some(&format!("t{seed}")), &[noise(seed, 600)]));
    let index = json!({
        "schemaVersion": 2, "mediaType": INDEX,
        "manifests": [descriptor(MANIFEST, &images[3].manifest)],
    });
    let _ = repository.put_manifest("index", INDEX, index.to_string().as_bytes()).expect(201);
    an_hour_has_three_images(&repository, &images);
    a_hundred_at_once_get_three();
    nothing_else_changes();
}

fn get(address: &str, reference: &str) -> Request {
    let seen = Repository::as_anyone("metering/hour").on(EDGE.get());
    let request = seen.get(&format!("manifests/{reference}"));
    request.header("CF-Connecting-IP", address)
}

fn an_hour_has_three_images(repository: &Repository, images: &[Image; 4]) {
    let address = "192.0.2.31";
    for (reference, left) in [("t351", 2), ("index", 1), (&images[3].digest, 1), ("t352", 0)] {
        let answer = get(address, reference).send().expect(200);
        assert_eq!(answer.must("ratelimit-limit"), "3;w=3600");
        assert_eq!(answer.must("ratelimit-remaining"), format!("{left};w=3600"), "{reference}");
        assert_eq!(answer.must("docker-ratelimit-source"), address);
        let policy = answer.must("ratelimit-policy");
        assert!(policy.contains("\"hour\";q=3;w=3600;qu=\"requests\""), "{policy}");
        assert!(policy.contains("\"month\";q=500000000000;"), "{policy}");
    }
    let answer = get(address, "t353").send().expect(429);
    let message = answer.json()["errors"][0]["message"].to_string();
    assert!(message.contains("3 images of 3") && message.contains("UTC"), "{message}");
    assert!(message.contains("docker login"), "{message}");
    assert_eq!(answer.must("ratelimit-remaining"), "0;w=3600");
    // The hour began less than a minute ago: there is no point in waiting in the line.
    assert_eq!(answer.header("retry-after"), None, "{answer}");
    // The child of what was begun; and what costs nothing.
    let _ = get(address, &images[3].digest).send().expect(200);
    let seen = Repository::as_anyone(&repository.name).on(EDGE.get());
    let head = seen.head("manifests/t353").header("CF-Connecting-IP", address);
    let _ = head.send().expect(200);
    // Somebody else, and the same after signing in.
    let _ = get("192.0.2.32", "t353").send().expect(200);
    let signed_in = repository.get("manifests/t353").header("CF-Connecting-IP", address);
    let answer = signed_in.send().expect(200);
    assert_eq!(answer.must("ratelimit-limit"), "1000;w=3600");
    assert_eq!(answer.must("docker-ratelimit-source"), "operator");
}

fn a_hundred_at_once_get_three() {
    let let_through = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| {
                let status = get("192.0.2.33", "t351").send().status;
                assert!(matches!(status, 200 | 429), "{status}");
                let_through.fetch_add(u32::from(status == 200), Ordering::Relaxed);
            });
        }
    });
    assert_eq!(let_through.load(Ordering::Relaxed), 3);
}

fn nothing_else_changes() {
    assert_eq!(EDGE.get().collapses(), Vec::<String>::new());
    assert_eq!(EDGE.get().failures(), Vec::<String>::new());
}
