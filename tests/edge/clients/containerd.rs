//! containerd: asks for what it wants at once, takes its token by POST when it has credentials,
//! and pushes each blob in one PUT.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::containerd::{PROGRAMS, content, fetch, pull, push};
use roadstead_tests::client::registry::Repository;
use roadstead_tests::demo::{Demo, demo};

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        containerd_pulls_every_demo_image,
        containerd_pulls_every_platform_to_the_bit,
        containerd_fetches_the_chart,
        containerd_publishes_and_gets_it_back,
        containerd_publishes_nothing_without_credentials,
    ];
    with_programs(PROGRAMS, claims)
}

/// Whether containerd's store has all that the demo has.
fn is_stored(demo: &Demo) {
    let stored = content();
    for (digest, size) in demo.layout.reach(&demo.digest) {
        assert_eq!(stored.get(&digest), Some(&size), "{digest} of {}", demo.image());
    }
}

fn containerd_pulls_every_demo_image() {
    for name in ["busybox", "toolbox"] {
        let demo = demo(name);
        assert_eq!(pull(&demo.image(), false), demo.digest);
    }
}

fn containerd_pulls_every_platform_to_the_bit() {
    for name in ["busybox", "toolbox"] {
        let demo = demo(name);
        assert_eq!(pull(&demo.image(), true), demo.digest);
        is_stored(&demo);
    }
}

fn containerd_fetches_the_chart() {
    let demo = demo("chart");
    let _ = fetch(&demo.image()).must_succeed();
    is_stored(&demo);
}

fn containerd_publishes_and_gets_it_back() {
    let demo = demo("busybox");
    let _ = pull(&demo.image(), true);
    let image = "containerd/busybox:pushed";
    let _ = push(&demo.image(), image, true).must_succeed();
    let pushed = Repository::as_anyone("containerd/busybox").head("manifests/pushed").send();
    assert_eq!(pushed.expect(200).must("Docker-Content-Digest"), demo.digest);
    assert_eq!(pull(image, true), demo.digest);
}

fn containerd_publishes_nothing_without_credentials() {
    let demo = demo("busybox");
    let _ = pull(&demo.image(), true);
    let said = push(&demo.image(), "containerd/stolen:1", false).must_fail();
    assert!(said.contains("authorization failed") || said.contains("401"), "{said}");
    let answer = Repository::as_anyone("containerd/stolen").get("manifests/1").send();
    let _ = answer.expect(404);
}
