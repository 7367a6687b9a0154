//! skopeo: pulls into a layout, publishes from one.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::client::skopeo::{PROGRAMS, pull, push};
use roadstead_tests::demo::{Demo, demo, demos};
use roadstead_tests::layout::Layout;

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        skopeo_pulls_every_demo_to_the_bit,
        skopeo_publishes_every_demo_and_gets_it_back,
        skopeo_publishes_nothing_without_credentials,
    ];
    with_programs(PROGRAMS, claims)
}

/// Whether a pulled layout has all that the demo has, and nothing else.
fn is_the_demo(pulled: &Layout, demo: &Demo) {
    assert_eq!(pulled.root(), demo.digest, "{}", demo.image());
    let (found, published) = (pulled.reach(&demo.digest), demo.layout.reach(&demo.digest));
    assert_eq!(found, published, "{}", demo.image());
}

fn skopeo_pulls_every_demo_to_the_bit() {
    for demo in demos() {
        is_the_demo(&pull(&demo.image(), &demo.image().replace(['/', ':'], "-")), &demo);
    }
}

fn skopeo_publishes_every_demo_and_gets_it_back() {
    for demo in demos() {
        let image = format!("skopeo/{}", demo.image());
        let _ = push(&demo.layout, &image, true).must_succeed();
        is_the_demo(&pull(&image, &image.replace(['/', ':'], "-")), &demo);
    }
}

fn skopeo_publishes_nothing_without_credentials() {
    let demo = demo("chart");
    let said = push(&demo.layout, "skopeo/stolen:1", false).must_fail();
    assert!(said.contains("authentication required") || said.contains("unauthorized"), "{said}");
    let answer = Repository::as_anyone("skopeo/stolen").get("manifests/1").send();
    let _ = answer.expect(404);
}
