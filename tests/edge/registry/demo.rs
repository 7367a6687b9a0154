//! The demo images over the plain API: everything that a tag leads to, to the byte, anonymously.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::demo::{demo, demos};
use roadstead_tests::image::digest;

/// What the issue of the demo images asks of the largest layer.
const LARGE: usize = 64 * 1024 * 1024;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        the_demo_images_are_those_that_were_promised,
        every_blob_of_every_demo_comes_as_it_was_published,
        the_large_layer_comes_in_two_halves,
    ]
}

fn the_demo_images_are_those_that_were_promised() {
    let busybox = demo("busybox");
    let index: serde_json::Value =
        serde_json::from_slice(&busybox.layout.read(&busybox.digest)).unwrap_or_default();
    let platforms: Vec<String> = index["manifests"]
        .as_array()
        .unwrap_or_else(|| panic!("no index: {index}"))
        .iter()
        .map(|entry| entry["platform"]["architecture"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(platforms, ["amd64", "arm64"]);
    let toolbox = demo("toolbox");
    let sizes = toolbox.layout.reach(&toolbox.digest);
    assert!(sizes.values().any(|size| *size >= LARGE), "{sizes:?}");
    let chart = demo("chart");
    let manifest = String::from_utf8_lossy(&chart.layout.read(&chart.digest)).into_owned();
    assert!(manifest.contains("application/vnd.cncf.helm.config.v1+json"), "{manifest}");
}

fn every_blob_of_every_demo_comes_as_it_was_published() {
    for demo in demos() {
        let reader = Repository::as_anyone(&demo.repository);
        let tagged = reader.get(&format!("manifests/{}", demo.tag)).send().expect(200);
        assert_eq!(tagged.must("Docker-Content-Digest"), demo.digest);
        assert!(tagged.body == demo.layout.read(&demo.digest), "{}", demo.image());
        for (wanted, size) in demo.layout.reach(&demo.digest) {
            let blob = reader.get(&format!("blobs/{wanted}")).send();
            let answer = if blob.status == 404 {
                reader.get(&format!("manifests/{wanted}")).send().expect(200)
            } else {
                blob.expect(200)
            };
            assert_eq!((digest(&answer.body), answer.body.len()), (wanted, size));
        }
    }
}

fn the_large_layer_comes_in_two_halves() {
    let demo = demo("toolbox");
    let sizes = demo.layout.reach(&demo.digest);
    let largest = sizes.iter().max_by_key(|(_, size)| **size);
    let (wanted, size) = largest.unwrap_or_else(|| panic!("no layer in {}", demo.image()));
    let half = size / 2;
    let reader = Repository::as_anyone(&demo.repository);
    let part = |range: String| {
        let request = reader.get(&format!("blobs/{wanted}")).header("Range", range);
        request.send().expect(206).body
    };
    let first = part(format!("bytes=0-{}", half - 1));
    let second = part(format!("bytes={half}-"));
    assert_eq!((first.len(), second.len()), (half, size - half));
    assert_eq!(digest(&[first, second].concat()), *wanted);
}
