//! What a job gets for its token.

use super::credential::{granted, password};
use super::edge::{api, edge, fresh, must};
use super::job::{extend, github, gitlab, ruled, trade};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::with_json;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::{encode, text};
use roadstead_tests::image::digest;
use roadstead_tests::issuer::Algorithm::{Es256, Rs256};
use roadstead_tests::issuer::{Issuer, now_s};
use serde_json::{Value, json};
use std::thread;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_job_of_github_publishes_in_its_namespace_and_nowhere_else,
        a_job_of_gitlab_publishes_and_no_longer_than_it_runs,
        a_job_of_somebody_else_publishes_by_its_subject,
        a_token_is_good_once,
        a_token_that_is_brought_by_many_at_once_is_good_once,
        a_job_that_no_rule_fits_is_told_what_it_is,
        a_job_says_in_which_namespace,
        every_trade_is_in_the_record,
    ]
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
    let answer =
        trade(&issuer.sign(Rs256, &gitlab(&issuer, "acme/edge")), &name).expect(200).json();
    assert_eq!(answer["namespace"], json!(name));
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
    let answer = trade(&issuer.sign(Es256, &claims), &name).expect(200).json();
    push(&text(&answer, "password"), &name);
    extend(&mut claims, json!({ "jti": fresh("id"), "team": "b" }));
    let _ = trade(&issuer.sign(Es256, &claims), &name).expect(403);
}

fn a_token_is_good_once() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/once" }));
    let claims = github(&issuer, "acme/once");
    let token = issuer.sign(Rs256, &claims);
    let _ = trade(&token, &name).expect(200);
    let answer = trade(&token, &name).expect(401);
    assert!(answer.text().contains("used before"), "{answer}");
    // The same under another signature.
    let _ = trade(&issuer.sign(Es256, &claims), &name).expect(401);
    // Without a name a token is known by what it says.
    let mut unnamed = claims;
    unnamed["jti"] = json!(7);
    let token = issuer.sign(Es256, &unnamed);
    let _ = trade(&token, &name).expect(200);
    let _ = trade(&token, &name).expect(401);
}

fn a_token_that_is_brought_by_many_at_once_is_good_once() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/race" }));
    let token = issuer.sign(Rs256, &github(&issuer, "acme/race"));
    let trades: Vec<_> = (0..8)
        .map(|_| {
            let (token, name) = (token.clone(), name.clone());
            thread::spawn(move || trade(&token, &name).status)
        })
        .collect();
    let mut statuses: Vec<u16> = trades.into_iter().map(|it| must(it.join().ok())).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401, 401, 401, 401, 401, 401]);
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
        let answer = trade(&issuer.sign(Rs256, &claims), &name).expect(403);
        crate::registry::error::is_an_error(&answer);
        let said = answer.text();
        assert!(said.contains(&name) && said.contains("repository="), "{said}");
    }
    let token = issuer.sign(Rs256, &github(&issuer, "acme/nobody"));
    let _ = trade(&token, "no-such-namespace").expect(403);
    // Another issuer that says the same is not the one that the rule names.
    let other = Issuer::named("changing");
    let _ = trade(&other.sign(Rs256, &github(&other, "acme/fits")), &name).expect(403);
}

fn a_job_says_in_which_namespace() {
    let issuer = Issuer::named("github");
    let rule = json!({ "repository": "acme/both" });
    let ((one, ..), (two, ..)) = (ruled("jobs", &issuer, &rule), ruled("jobs", &issuer, &rule));
    let token = issuer.sign(Rs256, &github(&issuer, "acme/both"));
    let request = with_json(Request::new("POST", "/api/v1/trust"), &json!({ "token": token }));
    let answer = request.send_to(edge().host()).expect(400);
    assert!(answer.text().contains("namespace") && !answer.text().contains(&one), "{answer}");
    assert_eq!(trade(&token, &two).expect(200).json()["namespace"], json!(two));
}

fn every_trade_is_in_the_record() {
    let issuer = Issuer::named("github");
    let (name, ..) = ruled("jobs", &issuer, &json!({ "repository": "acme/noted" }));
    let password = password(&issuer, "acme/noted", &name);
    let lines = api().get(&format!("admin/audit?target={name}")).expect(200).json().to_string();
    assert!(lines.contains("publisher.used") && lines.contains("repository=acme/noted"), "{lines}");
    assert!(!lines.contains(&password));
}
