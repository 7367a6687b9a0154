//! The programs that people use: each runs into its limit, prints our sentence, and goes on when it
//! is signed in. Each has a door of its own, and so an address.

use super::edge::{Image, Somebody, edge, fresh, together};
use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::program::Outcome;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::client::{buildah, containerd, docker, podman, skopeo};
use roadstead_tests::neighbourhood::Door;
use roadstead_tests::stack::PASSWORD;
use roadstead_tests::tar::tar;

pub(super) fn claims() -> Vec<Trial> {
    let of = |programs, claim| with_programs(programs, claim);
    let claims = [
        of(docker::PROGRAMS, claims![docker_runs_into_its_limit]),
        of(containerd::PROGRAMS, claims![containerd_runs_into_its_limit]),
        of(podman::PROGRAMS, claims![podman_runs_into_its_limit]),
        of(skopeo::PROGRAMS, claims![skopeo_runs_into_its_limit]),
        of(buildah::PROGRAMS, claims![buildah_runs_into_its_limit]),
    ];
    claims.into_iter().flatten().collect()
}

/// Two images whose layers are archives, as engines want them: the first one has more bytes than an
/// allowance, so that its pull ends beyond it.
fn images(word: &str) -> (Repository, [Image; 2]) {
    let repository = fresh(word);
    let layer = |length| tar(word, &word.repeat(length / word.len()));
    let [large, small] = [4_200_000, 50_000].map(layer);
    let large = Image::publish(&repository, Some("large"), &[large]);
    let small = Image::publish(&repository, Some("small"), &[small]);
    (repository, [large, small])
}

/// Somebody at a door: pulls what is larger than the allowance, to its end; is refused with the
/// sentence; and gets the same when signed in. The digests that the client gets are the images'.
fn runs_into_its_limit(word: &str, pull: impl Fn(&str, bool) -> Outcome, sign_in: impl Fn(&str)) {
    let _together = together();
    let (repository, [large, _]) = images(word);
    let somebody = Somebody::new();
    let door = Door::open(edge().host(), somebody.address());
    let image = |tag| format!("{}/{}:{tag}", door.host(), repository.name);
    let _ = pull(&image("large"), false).must_succeed();
    let all: usize = large.blobs.iter().map(|(_, length)| length).sum();
    let used = somebody.used();
    assert!(used >= (all + large.manifest.len()) as u64, "{used} of {all}");
    let refused = pull(&image("small"), false);
    assert!(!refused.success, "{refused}");
    let said = format!("{}{}", refused.stdout, refused.stderr);
    for part in [
        "the monthly allowance of the address",
        somebody.address(),
        "(anonymous) is spent",
        "It starts again at",
        "UTC",
        &format!("docker login {}", door.host()),
    ] {
        assert!(said.contains(part), "{part} is not in what {word} said: {said}");
    }
    // The refusal cost no more than what was asked before it.
    assert!(somebody.used() < used + 10_000, "{} after {used}", somebody.used());
    sign_in(door.host());
    let _ = pull(&image("small"), true).must_succeed();
}

fn docker_runs_into_its_limit() {
    let person = docker::Docker::newcomer("docker-metered");
    let pull = |image: &str, _: bool| person.try_pull(image);
    runs_into_its_limit("docker", pull, |host| {
        let _ = person.login_at(host, PASSWORD).must_succeed();
    });
}

fn containerd_runs_into_its_limit() {
    runs_into_its_limit("containerd", containerd::try_pull, |_| {});
}

fn podman_runs_into_its_limit() {
    let store = podman::Store::new("metered");
    runs_into_its_limit("podman", |image, signed_in| store.try_pull(image, signed_in), |_| {});
}

fn skopeo_runs_into_its_limit() {
    runs_into_its_limit("skopeo", skopeo::try_pull, |_| {});
}

fn buildah_runs_into_its_limit() {
    let store = buildah::Store::new("metered");
    runs_into_its_limit("buildah", |image, signed_in| store.try_pull(image, signed_in), |_| {});
}
