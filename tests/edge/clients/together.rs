//! Several clients that push the same at once.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::client::skopeo::{PROGRAMS, pull, push};
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor, digest, noise};
use roadstead_tests::layout::Layout;
use roadstead_tests::scratch;
use serde_json::json;
use std::thread;

/// How often each of two clients moves a tag.
const MOVES: usize = 10;

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        two_clients_may_publish_the_same_to_two_repositories,
        two_clients_may_publish_the_same_to_one_repository,
        a_tag_that_two_clients_move_leads_to_either_image,
    ];
    with_programs(PROGRAMS, claims)
}

/// An image with a layer of a few slices and a small one.
fn image(name: &str, seed: u64, length: usize) -> Layout {
    let layers = [noise(seed, length), noise(seed + 1, 3_000)];
    let config = json!({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": layers.each_ref().map(|layer| digest(layer)) },
    });
    let config = config.to_string().into_bytes();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor(CONFIG, &config),
        "layers": layers.each_ref().map(|layer| descriptor(LAYER, layer)),
    });
    let manifest = manifest.to_string().into_bytes();
    let root = descriptor(MANIFEST, &manifest);
    let blobs = [vec![config], layers.to_vec(), vec![manifest]].concat();
    Layout::write(scratch::folder("layouts").join(name), &root, &blobs)
}

/// Pushes each layout to its image, all at once, so many times.
fn push_at_once(pushes: [(&Layout, &str); 2], times: usize) {
    thread::scope(|scope| {
        for (layout, image) in pushes {
            scope.spawn(move || {
                for _ in 0..times {
                    let _ = push(layout, image, true).must_succeed();
                }
            });
        }
    });
}

fn is_whole(layout: &Layout, image: &str) {
    let pulled = pull(image, &image.replace(['/', ':'], "-"));
    assert_eq!(pulled.root(), layout.root(), "{image}");
    assert_eq!(pulled.reach(&layout.root()), layout.reach(&layout.root()), "{image}");
}

fn two_clients_may_publish_the_same_to_two_repositories() {
    let layout = image("together-two", 401, 20 * 1024 * 1024);
    push_at_once([(&layout, "together/a:1"), (&layout, "together/b:1")], 1);
    is_whole(&layout, "together/a:1");
    is_whole(&layout, "together/b:1");
}

fn two_clients_may_publish_the_same_to_one_repository() {
    let layout = image("together-one", 403, 20 * 1024 * 1024);
    push_at_once([(&layout, "together/c:1"), (&layout, "together/c:1")], 1);
    is_whole(&layout, "together/c:1");
}

fn a_tag_that_two_clients_move_leads_to_either_image() {
    let first = image("together-first", 405, 200_000);
    let second = image("together-second", 407, 200_000);
    let tag = "together/moved:tag";
    push_at_once([(&first, tag), (&second, tag)], MOVES);
    let head = Repository::as_anyone("together/moved").head("manifests/tag").send().expect(200);
    let is_first = head.must("Docker-Content-Digest") == first.root();
    is_whole(if is_first { &first } else { &second }, tag);
    // Both are there, whichever the tag leads to.
    for layout in [&first, &second] {
        let by_digest = format!("together/moved@{}", layout.root());
        is_whole(layout, &by_digest);
    }
}
