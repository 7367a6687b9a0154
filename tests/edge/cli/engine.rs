//! Images of the local docker and podman.

use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::client::roadstead::Roadstead;
use roadstead_tests::client::{docker, podman, skopeo};
use roadstead_tests::demo::demo;
use roadstead_tests::stack::stack;

pub(super) fn claims() -> Vec<Trial> {
    let programs = |own: &[&'static str]| [own, skopeo::PROGRAMS].concat();
    let mut claims =
        with_programs(&programs(docker::PROGRAMS), claims![an_image_of_docker_keeps_its_id]);
    let of_podman = claims![an_image_of_podman_is_pushed_whole];
    claims.extend(with_programs(&programs(podman::PROGRAMS), of_podman));
    claims.extend(claims![an_image_that_nobody_has_is_said_to_be_nowhere]);
    claims
}

fn an_image_of_docker_keeps_its_id() {
    let docker = docker::Docker::anonymous();
    let demo = demo("toolbox");
    let _ = docker.pull(&demo.image());
    let image = "cli/docker:1";
    docker.tag(&demo.image(), image);
    let id = docker.id(image);
    // Without a word about where it comes from: docker is asked first.
    let operator = Roadstead::operator("docker").with("DOCKER_HOST", docker::socket());
    let target = format!("{}/{image}", stack().host());
    let said = operator.run(&["push", &target]).must_succeed();
    assert!(said.starts_with(&format!("{target}@sha256:")), "{said}");
    let answer = Repository::as_anyone("cli/docker").get("manifests/1").send().expect(200);
    assert_eq!(answer.json()["config"]["digest"].as_str(), Some(id.as_str()));
    docker.forget(image);
    let pulled = docker.pull(image);
    let digest = answer.must("Docker-Content-Digest");
    assert!(pulled.contains(digest), "{digest} is not in {pulled}");
    assert_eq!(docker.id(image), id);
}

fn an_image_of_podman_is_pushed_whole() {
    let store = podman::Store::new("cli");
    let demo = demo("toolbox");
    let _ = store.pull(&demo.image());
    let operator = Roadstead::operator("podman");
    let operator = operator.with("CONTAINERS_STORAGE_CONF", store.configuration());
    let from = format!("podman:{}/{}", stack().host(), demo.image());
    let target = format!("{}/cli/podman:1", stack().host());
    let said = operator.run(&["push", "--from", &from, &target]).must_succeed();
    let pulled = skopeo::pull("cli/podman:1", "cli-podman");
    assert!(said.contains(&pulled.root()), "{said}");
    let config = |layout: &roadstead_tests::layout::Layout| {
        let manifest = layout.read(&layout.root());
        let manifest: serde_json::Value =
            serde_json::from_slice(&manifest).unwrap_or_else(|error| panic!("{error}"));
        manifest["config"]["digest"].clone()
    };
    let whole = podman::Store::new("cli-back").pull("cli/podman:1");
    assert!(whole.contains(&pulled.root()), "{} is not in {whole}", pulled.root());
    assert_eq!(config(&pulled), config(&skopeo::pull(&demo.image(), "cli-podman-demo")));
}

fn an_image_that_nobody_has_is_said_to_be_nowhere() {
    let target = format!("{}/cli/nowhere:1", stack().host());
    // No engine can be reached from here.
    let person = Roadstead::anonymous("nowhere").with("PATH", "/nowhere");
    let said = person.run(&["push", &target]).must_fail();
    assert!(said.contains("neither docker nor podman") && said.contains("--from"), "{said}");
}
