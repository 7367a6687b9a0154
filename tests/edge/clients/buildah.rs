//! buildah: the library of podman and skopeo with a store of its own.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::buildah::{PROGRAMS, Store};
use roadstead_tests::client::registry::Repository;
use roadstead_tests::demo::demo;

pub(super) fn claims() -> Vec<Trial> {
    let claims =
        claims![buildah_publishes_and_gets_it_back, buildah_publishes_nothing_without_credentials];
    with_programs(PROGRAMS, claims)
}

fn buildah_publishes_and_gets_it_back() {
    let store = Store::new("push");
    let demo = demo("toolbox");
    let _ = store.pull(&demo.image());
    let image = "buildah/toolbox:pushed";
    let _ = store.push(&demo.image(), image, true).must_succeed();
    let pushed = Repository::as_anyone("buildah/toolbox").head("manifests/pushed").send();
    let pushed = pushed.expect(200);
    let pulled = Store::new("pushed").pull(image);
    let digest = pushed.must("Docker-Content-Digest");
    assert!(pulled.contains(digest), "{digest} is not in {pulled}");
}

fn buildah_publishes_nothing_without_credentials() {
    let store = Store::new("stolen");
    let demo = demo("busybox");
    let _ = store.pull(&demo.image());
    let said = store.push(&demo.image(), "buildah/stolen:1", false).must_fail();
    assert!(said.contains("authentication required") || said.contains("unauthorized"), "{said}");
    let _ = Repository::as_anyone("buildah/stolen").get("manifests/1").send().expect(404);
}
