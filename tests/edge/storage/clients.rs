//! What people read whose client runs into the quota, or asks for what was taken down.

use super::edge::{Namespace, QUOTA, api, edge, image, says_spent, together};
use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::docker::{self, Docker};
use roadstead_tests::client::program::{Outcome, run, run_with};
use roadstead_tests::client::{podman, skopeo};
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor, noise};
use roadstead_tests::layout::Layout;
use roadstead_tests::scratch;
use roadstead_tests::stack::{OPERATOR, PASSWORD};
use serde_json::json;
use std::process::Command;

pub(super) fn claims() -> Vec<Trial> {
    let docker = claims![docker_says_that_the_quota_is_spent, docker_says_what_was_taken_down];
    let skopeo = claims![skopeo_says_that_the_quota_is_spent];
    let podman = claims![podman_says_what_was_taken_down];
    [
        with_programs(docker::PROGRAMS, docker),
        with_programs(skopeo::PROGRAMS, skopeo),
        with_programs(podman::PROGRAMS, podman),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A docker that has signed in here.
fn docker(arguments: &[&str]) -> Outcome {
    let mut login = Docker::stranger().docker();
    login.args(["login", "--username", OPERATOR, "--password-stdin", edge().host()]);
    run_with(&mut login, PASSWORD.as_bytes()).must_succeed();
    run(Docker::stranger().docker().args(arguments))
}

/// Imports an image of one layer with so many bytes that do not compress; its reference.
fn imported(name: &str, length: usize) -> String {
    let archive = tar("noise", &noise(950, length));
    let reference = format!("{}/{name}", edge().host());
    let mut import = Docker::stranger().docker();
    let _ = run_with(import.args(["import", "-", &reference]), &archive).must_succeed();
    reference
}

/// An archive with one file of these bytes. POSIX.1-1988, ustar.
fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = roadstead_tests::tar::tar(name, "");
    archive.truncate(512);
    archive[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    archive[148..156].fill(b' ');
    let sum: u32 = archive.iter().map(|byte| u32::from(*byte)).sum();
    archive[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    archive.extend(bytes);
    archive.resize(archive.len().next_multiple_of(512) + 1024, 0);
    archive
}

/// At the start, where nothing is left; in the middle, after one slice and after none.
fn docker_says_that_the_quota_is_spent() {
    let _together = together();
    for (left, length) in [(0, 1_000_000), (2_000_000, 5_000_000), (30_000_000, 70_000_000)] {
        let namespace = Namespace::fresh();
        namespace.repository("full").push_blob(&noise(951, QUOTA - left));
        let reference = imported(&format!("{}/app:v1", namespace.0), length);
        let said = docker(&["push", &reference]).must_fail();
        says_spent(&said, &namespace);
        assert_eq!(namespace.reserved(), 0, "{said}");
        assert!(namespace.used() <= QUOTA as u64);
        let _ = namespace.repository("app").get("manifests/v1").send().expect(404);
    }
}

fn skopeo_says_that_the_quota_is_spent() {
    let _together = together();
    for (left, length) in [(0, 1_000_000), (2_000_000, 5_000_000), (30_000_000, 70_000_000)] {
        let namespace = Namespace::fresh();
        namespace.repository("full").push_blob(&noise(952, QUOTA - left));
        let layer = noise(953, length);
        let config = json!({
            "os": "linux", "architecture": "amd64", "config": {},
            "rootfs": { "type": "layers", "diff_ids": [roadstead_tests::image::digest(&layer)] },
        });
        let config = config.to_string().into_bytes();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": descriptor(CONFIG, &config), "layers": [descriptor(LAYER, &layer)],
        });
        let manifest = manifest.to_string().into_bytes();
        let folder = scratch::folder(&format!("storage-skopeo-{left}"));
        let root = descriptor(MANIFEST, &manifest);
        let layout = Layout::write(folder, &root, &[config, layer, manifest]);
        let mut copy = Command::new("skopeo");
        copy.args(["--insecure-policy", "copy", "--dest-tls-verify=false", "--dest-creds"]);
        copy.arg(format!("{OPERATOR}:{PASSWORD}"));
        copy.arg(format!("oci:{}", layout.folder().display()));
        copy.arg(format!("docker://{}/{}/app:v1", edge().host(), namespace.0));
        let said = run(&mut copy).must_fail();
        says_spent(&said, &namespace);
        assert_eq!(namespace.reserved(), 0, "{said}");
    }
}

/// An image that is there and is taken down then; its name below the host.
fn taken_down(namespace: &Namespace, reason: &str) -> String {
    let repository = namespace.repository("down");
    let layer = tar("noise", &noise(954, 1_000));
    let (manifest, config) = image(reason, &[&layer]);
    for blob in [&layer, &config] {
        repository.push_blob(blob);
    }
    let _ = repository.put_manifest("v1", MANIFEST, &manifest).expect(201);
    let path = format!("admin/takedowns/{}", repository.name);
    let _ = api().put(&path, &json!({ "reason": reason })).expect(200);
    format!("{}:v1", repository.name)
}

fn docker_says_what_was_taken_down() {
    let _together = together();
    let name = taken_down(&Namespace::fresh(), "court order 12 of 2026");
    let reference = format!("{}/{name}", edge().host());
    let said = docker(&["pull", &reference]).must_fail();
    assert!(said.contains("court order 12 of 2026"), "{said}");
    let reference = imported(&name.replace(":v1", ":v2"), 1_000);
    let said = docker(&["push", &reference]).must_fail();
    assert!(said.contains("court order 12 of 2026"), "{said}");
}

fn podman_says_what_was_taken_down() {
    let _together = together();
    let name = taken_down(&Namespace::fresh(), "it carries a miner");
    let mut pull = podman::Store::new("storage").podman();
    pull.args(["pull", "--tls-verify=false", &format!("{}/{name}", edge().host())]);
    let said = run(&mut pull).must_fail();
    assert!(said.contains("it carries a miner"), "{said}");
}
