//! podman: asks the root first, wants a whole answer to every GET, and pushes in one piece without
//! a length.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::podman::{PROGRAMS, Store};
use roadstead_tests::client::registry::Repository;
use roadstead_tests::demo::demo;

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        podman_pulls_every_demo_image,
        podman_publishes_and_gets_it_back,
        podman_publishes_nothing_without_credentials,
    ];
    with_programs(PROGRAMS, claims)
}

fn podman_pulls_every_demo_image() {
    let store = Store::new("pull");
    for name in ["busybox", "toolbox"] {
        let demo = demo(name);
        let digests = store.pull(&demo.image());
        assert!(digests.contains(&demo.digest), "{} is not in {digests}", demo.digest);
    }
}

fn podman_publishes_and_gets_it_back() {
    let store = Store::new("push");
    let demo = demo("toolbox");
    let _ = store.pull(&demo.image());
    let image = "podman/toolbox:pushed";
    let _ = store.push(&demo.image(), image, true).must_succeed();
    // podman compresses anew, so that the digest is its own: what counts is that it is whole.
    let pushed =
        Repository::as_anyone("podman/toolbox").head("manifests/pushed").send().expect(200);
    let pulled = Store::new("pushed").pull(image);
    let digest = pushed.must("Docker-Content-Digest");
    assert!(pulled.contains(digest), "{digest} is not in {pulled}");
}

fn podman_publishes_nothing_without_credentials() {
    let store = Store::new("stolen");
    let demo = demo("busybox");
    let _ = store.pull(&demo.image());
    let said = store.push(&demo.image(), "podman/stolen:1", false).must_fail();
    assert!(said.contains("authentication required") || said.contains("unauthorized"), "{said}");
    let answer = Repository::as_anyone("podman/stolen").get("manifests/1").send();
    let _ = answer.expect(404);
}
