//! What a job gets for its token, and what it can do with that.

use super::edge::{api, call, edge, fresh, must};
use super::job::{add, extend, github, gitlab, ruled, trade};
use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::program::run;
use roadstead_tests::client::registry::{encode, text};
use roadstead_tests::client::{docker, skopeo};
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor, digest};
use roadstead_tests::issuer::Algorithm::{Es256, Rs256};
use roadstead_tests::issuer::{Issuer, now_s};
use roadstead_tests::layout::Layout;
use roadstead_tests::scratch;
use serde_json::{Value, json};
use std::process::Command;
use std::thread;

pub(super) fn claims() -> Vec<Trial> {
    let plain = claims![
        a_job_of_github_publishes_in_its_namespace_and_nowhere_else,
        a_job_of_gitlab_publishes_and_no_longer_than_it_runs,
        a_job_of_somebody_else_publishes_by_its_subject,
        a_token_is_good_once,
        a_token_that_is_brought_by_many_at_once_is_good_once,
        a_credential_ends_with_its_rule,
        a_job_that_no_rule_fits_is_told_what_it_is,
        a_job_with_rules_in_two_namespaces_says_in_which,
        a_credential_changes_nothing,
        a_suspended_owner_answers_for_nobody,
        every_trade_is_in_the_record,
    ];
    let tools = with_programs(skopeo::PROGRAMS, claims![skopeo_publishes_with_it]);
    let engines = with_programs(docker::PROGRAMS, claims![docker_signs_in_with_it]);
    [plain, tools, engines].into_iter().flatten().collect()
}

/// The password that a job of `repository` gets at `issuer` for `namespace`.
fn password(issuer: &Issuer, repository: &str, namespace: &str) -> String {
    let token = issuer.sign(Rs256, &github(issuer, repository));
    let answer = trade(&token, Some(namespace)).expect(200).json();
    assert_eq!(answer["username"], "trusted", "{answer}");
    assert_eq!(answer["namespace"], json!(namespace), "{answer}");
    text(&answer, "password")
}

/// The scopes that a registry token for a credential has; `None` where there is none.
fn granted(password: &str, scopes: &[&str]) -> Option<Vec<String>> {
    let query: Vec<String> = scopes.iter().map(|it| format!("scope={}", encode(it))).collect();
    let path = format!("/token?service={}&{}", encode(edge().host()), query.join("&"));
    let answer = Request::get(path).basic("trusted", password).send_to(edge().host());
    if answer.status == 401 {
        return None;
    }
    let payload = roadstead_tests::token::payload(&text(&answer.expect(200).json(), "token"));
    let access = payload["access"].as_array().cloned().unwrap_or_default();
    Some(access.iter().map(|it| format!("{}:{}", it["name"], it["actions"])).collect())
}

fn a_job_of_github_publishes_in_its_namespace_and_nowhere_else() {
    let issuer = Issuer::named("github");
    let rule =
        json!({ "repository": "acme/edge", "workflow": "release.yml", "ref": "refs/tags/*" });
    let (name, ..) = ruled("jobs", &issuer, &rule);
    let password = password(&issuer, "acme/edge", &name);
    assert!(password.starts_with("rsj_"));
    let (own, others) = (format!("repository:{name}/app"), "repository:other/app");
    let all =
        granted(&password, &[&format!("{own}:pull,push,delete"), &format!("{others}:pull,push")]);
    let expected =
        [format!("\"{name}/app\":[\"pull\",\"push\"]"), "\"other/app\":[\"pull\"]".to_owned()];
    assert_eq!(all.as_deref(), Some(&expected[..]));
    // A name that only begins like the namespace is another one.
    assert_eq!(granted(&password, &[&format!("repository:{name}x/app:push")]), Some(vec![]));
    push(&password, &name);
}

/// Publishes a blob as the job does.
fn push(password: &str, name: &str) {
    let scope = encode(&format!("repository:{name}/app:pull,push"));
    let path = format!("/token?service={}&scope={scope}", encode(edge().host()));
    let token = Request::get(path).basic("trusted", password).send_to(edge().host()).expect(200);
    let token = text(&token.json(), "token");
    let bytes = b"made by a job";
    let target = format!("/v2/{name}/app/blobs/uploads/?digest={}", encode(&digest(bytes)));
    let upload = Request::new("POST", target).bearer(&token).body(bytes);
    let _ = upload.send_to(edge().host()).expect(201);
    let elsewhere = Request::new("POST", "/v2/other/app/blobs/uploads/").bearer(&token).body(b"");
    let _ = elsewhere.send_to(edge().host()).expect(401);
}

fn a_job_of_gitlab_publishes_and_no_longer_than_it_runs() {
    let issuer = Issuer::named("gitlab");
    let rule = json!({ "project_path": "acme/edge", "ref_protected": "true", "ref": "v*" });
    let (name, ..) = ruled("jobs", &issuer, &rule);
    let answer = trade(&issuer.sign(Rs256, &gitlab(&issuer, "acme/edge")), None).expect(200).json();
    assert_eq!(answer["namespace"], json!(name), "found by the project");
    push(&text(&answer, "password"), &name);
    let until = roadstead_shared::catalog::time::parse_rfc3339(&text(&answer, "expires_at"));
    let left = must(until) / 1000 - must(i64::try_from(now_s()).ok());
    assert!((200..=301).contains(&left), "its token ends in five minutes: {answer}");
}

fn a_job_of_somebody_else_publishes_by_its_subject() {
    let issuer = Issuer::named("other");
    let subject = fresh("job");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "sub": subject, "team": "a" }));
    let mut claims = github(&issuer, "acme/edge");
    extend(&mut claims, json!({ "sub": subject, "team": "a" }));
    let answer = trade(&issuer.sign(Es256, &claims), None).expect(200).json();
    push(&text(&answer, "password"), &name);
    extend(&mut claims, json!({ "jti": fresh("id"), "team": "b" }));
    let _ = trade(&issuer.sign(Es256, &claims), Some(&name)).expect(403);
}

fn a_token_is_good_once() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/once" }));
    let claims = github(&issuer, "acme/once");
    let token = issuer.sign(Rs256, &claims);
    let _ = trade(&token, Some(&name)).expect(200);
    let answer = trade(&token, Some(&name)).expect(401);
    assert!(answer.text().contains("used before"), "{answer}");
    // The same under another signature.
    let _ = trade(&issuer.sign(Es256, &claims), Some(&name)).expect(401);
    // Without a name a token is known by what it says.
    let mut unnamed = claims;
    unnamed["jti"] = json!(7);
    let token = issuer.sign(Es256, &unnamed);
    let _ = trade(&token, Some(&name)).expect(200);
    let _ = trade(&token, Some(&name)).expect(401);
}

fn a_token_that_is_brought_by_many_at_once_is_good_once() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/race" }));
    let token = issuer.sign(Rs256, &github(&issuer, "acme/race"));
    let trades: Vec<_> = (0..8)
        .map(|_| {
            let (token, name) = (token.clone(), name.clone());
            thread::spawn(move || trade(&token, Some(&name)).status)
        })
        .collect();
    let mut statuses: Vec<u16> = trades.into_iter().map(|it| must(it.join().ok())).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401, 401, 401, 401, 401, 401]);
}

fn a_credential_ends_with_its_rule() {
    let issuer = Issuer::named("github");
    let (name, mut owner, id) = ruled("jobs", &issuer, &json!({ "repository": "acme/ends" }));
    let password = password(&issuer, "acme/ends", &name);
    let scope = format!("repository:{name}/app:pull,push");
    assert!(granted(&password, &[&scope]).is_some());
    let path = format!("namespaces/{name}/publishers/{id}");
    let _ = call(&mut owner, "DELETE", &path, &Value::Null).expect(204);
    assert_eq!(granted(&password, &[&scope]), None);
    assert_eq!(granted(&password, &[]), None, "nor does it sign in");
    // A rule of the same words is another rule.
    let _ = add(&mut owner, &name, &issuer, &json!({ "repository": "acme/ends" }));
    assert_eq!(granted(&password, &[&scope]), None);
}

fn a_job_that_no_rule_fits_is_told_what_it_is() {
    let issuer = Issuer::named("github");
    let (name, ..) =
        ruled("jobs", &issuer, &json!({ "repository": "acme/fits", "environment": "production" }));
    for (claim, value) in [
        ("repository", json!("evil/fits")),
        ("environment", json!("staging")),
        ("environment", Value::Null),
        ("event_name", json!("pull_request_target")),
        ("event_name", json!("workflow_run")),
    ] {
        let mut claims = github(&issuer, "acme/fits");
        claims[claim] = value;
        let answer = trade(&issuer.sign(Rs256, &claims), Some(&name)).expect(403);
        crate::registry::error::is_an_error(&answer);
        let said = answer.text();
        assert!(said.contains(&name) && said.contains("repository="), "{said}");
    }
    let token = issuer.sign(Rs256, &github(&issuer, "acme/nobody"));
    let _ = trade(&token, None).expect(403);
    let _ = trade(&token, Some("no-such-namespace")).expect(403);
    // Another issuer that says the same is not the one that the rule names.
    let other = Issuer::named("changing");
    let _ = trade(&other.sign(Rs256, &github(&other, "acme/fits")), Some(&name)).expect(403);
}

fn a_job_with_rules_in_two_namespaces_says_in_which() {
    let issuer = Issuer::named("github");
    let rule = json!({ "repository": "acme/both" });
    let ((one, ..), (two, ..)) = (ruled("jobs", &issuer, &rule), ruled("jobs", &issuer, &rule));
    let token = issuer.sign(Rs256, &github(&issuer, "acme/both"));
    let answer = trade(&token, None).expect(400);
    assert!(answer.text().contains(&one) && answer.text().contains(&two), "{answer}");
    assert_eq!(trade(&token, Some(&two)).expect(200).json()["namespace"], json!(two));
}

fn a_credential_changes_nothing() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/changes" }));
    let password = password(&issuer, "acme/changes", &name);
    for (method, path, body) in [
        ("POST", format!("/api/v1/namespaces/{name}/publishers"), "{}"),
        ("PUT", format!("/api/v1/namespaces/{name}/members/{name}"), r#"{"role":"publisher"}"#),
        ("POST", "/api/v1/account/tokens".to_owned(), "{}"),
        ("GET", "/api/v1/account".to_owned(), ""),
        ("POST", "/api/v1/session".to_owned(), &format!(r#"{{"name":"{name}","password":"x"}}"#)),
        ("PUT", format!("/api/v1/repositories/{name}/app"), r#"{"immutable_tags":true}"#),
        ("POST", "/api/v1/admin/sweep".to_owned(), "{}"),
    ] {
        let request = Request::new(method, &path).basic("trusted", &password).body(body);
        let answer = request.send_to(edge().host());
        assert!(matches!(answer.status, 401 | 403), "{method} {path}: {answer}");
    }
    // Nor is it anybody's password.
    for other in [name.as_str(), "operator"] {
        let path = format!("/token?service={}", encode(edge().host()));
        let _ = Request::get(path).basic(other, &password).send_to(edge().host()).expect(401);
    }
}

fn a_suspended_owner_answers_for_nobody() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/suspended" }));
    let password = password(&issuer, "acme/suspended", &name);
    let scope = format!("repository:{name}/app:pull,push");
    assert!(granted(&password, &[&scope]).is_some());
    let path = format!("admin/accounts/{name}");
    let _ = api().put(&path, &json!({ "suspended": "abuse" })).expect(200);
    assert_eq!(granted(&password, &[&scope]), None);
    let token = issuer.sign(Rs256, &github(&issuer, "acme/suspended"));
    let _ = trade(&token, Some(&name)).expect(403);
    let _ = api().put(&path, &json!({ "suspended": null })).expect(200);
    assert!(granted(&password, &[&scope]).is_some());
}

fn every_trade_is_in_the_record() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/noted" }));
    let password = password(&issuer, "acme/noted", &name);
    let lines = api().get(&format!("admin/audit?target={name}")).expect(200).json().to_string();
    assert!(lines.contains("publisher.used") && lines.contains("repository=acme/noted"), "{lines}");
    assert!(!lines.contains(&password));
}

/// An image that a job has built.
fn built(word: &str) -> Layout {
    let layer = format!("a layer of {word}").into_bytes();
    let config = json!({
        "os": "linux", "architecture": "amd64", "config": {},
        "rootfs": { "type": "layers", "diff_ids": [digest(&layer)] },
    });
    let config = config.to_string().into_bytes();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor(CONFIG, &config),
        "layers": [descriptor(LAYER, &layer)],
    });
    let manifest = manifest.to_string().into_bytes();
    let root = descriptor(MANIFEST, &manifest);
    Layout::write(scratch::folder("jobs").join(fresh(word)), &root, &[layer, config, manifest])
}

fn skopeo_publishes_with_it() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/skopeo" }));
    let password = password(&issuer, "acme/skopeo", &name);
    let layout = built("skopeo");
    let copy = |to: &str| {
        let mut command = Command::new("skopeo");
        command.args(["--insecure-policy", "copy", "--dest-tls-verify=false", "--dest-creds"]);
        command.arg(format!("trusted:{password}"));
        command.arg(format!("oci:{}", layout.folder().display()));
        run(command.arg(format!("docker://{}/{to}", edge().host())))
    };
    let _ = copy(&format!("{name}/app:1")).must_succeed();
    let refused = copy("other/app:1");
    assert!(!refused.success, "{refused}");
}

fn docker_signs_in_with_it() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/docker" }));
    let password = password(&issuer, "acme/docker", &name);
    let docker = docker::Docker::stranger();
    let _ = docker.login_to(edge().host(), "trusted", &password).must_succeed();
    let refused = docker.login_to(edge().host(), "trusted", &format!("{password}x"));
    assert!(!refused.success, "{refused}");
}
