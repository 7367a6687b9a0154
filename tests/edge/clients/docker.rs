//! docker with its classic store: asks the root first, pushes without a length, verifies all.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::docker::{Docker, PROGRAMS};
use roadstead_tests::client::registry::Repository;
use roadstead_tests::demo::demo;

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        docker_pulls_every_demo_image,
        docker_pulls_by_digest,
        docker_publishes_and_gets_it_back,
        docker_publishes_nothing_without_credentials,
        docker_login_knows_the_right_password_from_a_wrong_one,
    ];
    with_programs(PROGRAMS, claims)
}

fn docker_pulls_every_demo_image() {
    for name in ["busybox", "toolbox"] {
        let demo = demo(name);
        let digests = Docker::anonymous().pull(&demo.image());
        assert!(digests.contains(&demo.digest), "{} is not in {digests}", demo.digest);
    }
}

fn docker_pulls_by_digest() {
    let demo = demo("busybox");
    let digests = Docker::anonymous().pull(&format!("{}@{}", demo.repository, demo.digest));
    assert!(digests.contains(&demo.digest), "{} is not in {digests}", demo.digest);
}

fn docker_publishes_and_gets_it_back() {
    let docker = Docker::operator();
    let demo = demo("toolbox");
    let _ = docker.pull(&demo.image());
    let image = "docker/toolbox:pushed";
    let _ = docker.push(&demo.image(), image).must_succeed();
    let id = docker.id(image);
    let pushed = Repository::as_anyone("docker/toolbox").get("manifests/pushed").send().expect(200);
    assert_eq!(pushed.json()["config"]["digest"].as_str(), Some(id.as_str()));
    docker.forget(image);
    let pulled = Docker::anonymous().pull(image);
    let digest = pushed.must("Docker-Content-Digest");
    assert!(pulled.contains(digest), "{digest} is not in {pulled}");
    assert_eq!(docker.id(image), id, "the config is the same, and with it every layer");
}

fn docker_publishes_nothing_without_credentials() {
    let docker = Docker::anonymous();
    let demo = demo("busybox");
    let _ = docker.pull(&demo.image());
    let said = docker.push(&demo.image(), "docker/stolen:1").must_fail();
    assert!(said.contains("unauthorized") || said.contains("denied"), "{said}");
    let answer = Repository::as_anyone("docker/stolen").get("manifests/1").send();
    let _ = answer.expect(404);
}

fn docker_login_knows_the_right_password_from_a_wrong_one() {
    let stranger = Docker::stranger();
    let said = stranger.login("wrong").must_fail();
    assert!(said.contains("unauthorized"), "{said}");
    let said = stranger.login(roadstead_tests::stack::PASSWORD).must_succeed();
    assert!(said.contains("Login Succeeded"), "{said}");
}
