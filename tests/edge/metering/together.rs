//! Many connections of one address at once: what they overshoot by has a bound.

use super::edge::{ANONYMOUS, Image, Somebody, fresh, together};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::image::noise;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many pull at once.
const CONNECTIONS: u64 = 100;
/// How much a layer has: together they have a few times the allowance.
const LAYER: usize = 150_000;

pub(super) fn claims() -> Vec<Trial> {
    claims![a_hundred_connections_overshoot_by_what_was_begun]
}

/// Each connection pulls images until it is refused. What was let through before the meter knew
/// that the allowance was spent is what was in flight: at most one image for each connection.
fn a_hundred_connections_overshoot_by_what_was_begun() {
    let _together = together();
    let repository = fresh("together");
    let image = Image::publish(&repository, Some("tag"), &[noise(341, LAYER)]);
    let whole = image.manifest.len() + image.blobs.iter().map(|(_, length)| length).sum::<usize>();
    let somebody = Somebody::new();
    let (got, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                // Far more than anybody can have before the end.
                for _ in 0..50 {
                    let answer = somebody.get(&repository, "manifests/tag");
                    if answer.status == 429 {
                        refused.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                    got.fetch_add(answer.expect(200).body.len() as u64, Ordering::Relaxed);
                    for (digest, _) in &image.blobs {
                        let answer = somebody.get(&repository, &format!("blobs/{digest}"));
                        let bytes = answer.expect(200).body.len() as u64;
                        got.fetch_add(bytes, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let got = got.load(Ordering::Relaxed);
    assert_eq!(refused.load(Ordering::Relaxed), CONNECTIONS, "everybody was refused in the end");
    assert!(got >= ANONYMOUS, "{got} bytes were delivered");
    let bound = ANONYMOUS + CONNECTIONS * whole as u64;
    assert!(got <= bound, "{got} bytes were delivered, of at most {bound}");
    somebody.must_have_used(got);
}
