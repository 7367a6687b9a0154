//! docker itself, signed in with a password and with a token.

use super::{edge, fresh};
use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::docker::{Docker, PROGRAMS};
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::client::program::{Outcome, run, run_with};

pub(super) fn claims() -> Vec<Trial> {
    with_programs(PROGRAMS, claims![docker_signs_in_and_pushes_where_it_may])
}

fn login(docker: &Docker, name: &str, secret: &str) -> Outcome {
    let mut command = docker.docker();
    command.args(["login", "--username", name, "--password-stdin", edge().host()]);
    run_with(&mut command, secret.as_bytes())
}

fn push(docker: &Docker, name: &str) -> Outcome {
    let reference = format!("{}/{name}:v1", edge().host());
    let _ =
        run(docker.docker().args(["tag", "roadstead-accounts:empty", &reference])).must_succeed();
    run(docker.docker().args(["push", "--quiet", &reference]))
}

fn docker_signs_in_and_pushes_where_it_may() {
    let docker = Docker::apart("docker-accounts");
    // A file system with nothing but a folder in it.
    let mut import = docker.docker();
    import.args(["import", "-", "roadstead-accounts:empty"]);
    let _ = run_with(&mut import, &roadstead_tests::tar::tar("name", "roadstead")).must_succeed();
    let (person, other) =
        (Person::new(edge(), &fresh("docker")), Person::new(edge(), &fresh("host")));
    let (own, foreign) = (format!("{}/app", person.name), format!("{}/app", other.name));

    let refused = login(&docker, &person.name, "not the password").must_fail();
    assert!(refused.contains("the user name or the password is wrong"), "{refused}");
    let _ = login(&docker, &person.name, PASSWORD).must_succeed();
    let _ = push(&docker, &own).must_succeed();
    let _ = push(&docker, &foreign).must_fail();

    let scope = format!("push:{}/app", person.name);
    let (id, token) = person.personal_token(&[&scope]);
    let _ = login(&docker, &person.name, &token).must_succeed();
    let _ = push(&docker, &own).must_succeed();
    let _ = push(&docker, &format!("{}/other", person.name)).must_fail();
    let _ = person.delete(&format!("account/tokens/{id}"), &serde_json::json!({})).expect(204);
    let _ = push(&docker, &format!("{}/app/more", person.name)).must_fail();
    // With credentials that are no longer good it still pulls.
    let pull = format!("{}/{own}:v1", edge().host());
    let _ = run(docker.docker().args(["pull", "--quiet", &pull])).must_succeed();
}
