//! What a job can do with what it got for its token, and for how long.

use super::edge::{api, call, edge, fresh, owner};
use super::job::{add, github, ruled, trade};
use libtest_mimic::Trial;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::program::run;
use roadstead_tests::client::registry::{encode, text};
use roadstead_tests::client::visitor::Visitor;
use roadstead_tests::client::{docker, skopeo};
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor, digest};
use roadstead_tests::issuer::Algorithm::Rs256;
use roadstead_tests::issuer::Issuer;
use roadstead_tests::layout::Layout;
use roadstead_tests::scratch;
use serde_json::{Value, json};
use std::process::Command;

pub(super) fn claims() -> Vec<Trial> {
    let plain = claims![
        a_credential_ends_with_its_rule,
        a_credential_changes_nothing,
        a_suspended_owner_answers_for_nobody,
        a_rule_ends_with_the_ownership_of_who_made_it,
        nobody_answers_for_the_rule_of_another_owner,
        the_operator_answers_for_the_operators_rules,
    ];
    let tools = with_programs(skopeo::PROGRAMS, claims![skopeo_publishes_with_it]);
    let engines = with_programs(docker::PROGRAMS, claims![docker_signs_in_with_it]);
    [plain, tools, engines].into_iter().flatten().collect()
}

/// The password that a job of `repository` gets at `issuer` for `namespace`.
pub(super) fn password(issuer: &Issuer, repository: &str, namespace: &str) -> String {
    let token = issuer.sign(Rs256, &github(issuer, repository));
    let answer = trade(&token, namespace).expect(200).json();
    assert_eq!(answer["username"], "trusted", "{answer}");
    assert_eq!(answer["namespace"], json!(namespace), "{answer}");
    text(&answer, "password")
}

/// The scopes that a registry token for a credential has; `None` where there is none.
pub(super) fn granted(password: &str, scopes: &[&str]) -> Option<Vec<String>> {
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

fn a_credential_ends_with_its_rule() {
    let issuer = Issuer::named("github");
    let (name, mut visitor, id) = ruled("jobs", &issuer, &json!({ "repository": "acme/ends" }));
    let password = password(&issuer, "acme/ends", &name);
    let scope = format!("repository:{name}/app:pull,push");
    assert!(granted(&password, &[&scope]).is_some());
    let path = format!("namespaces/{name}/publishers/{id}");
    let _ = call(&mut visitor, "DELETE", &path, &Value::Null).expect(204);
    assert_eq!(granted(&password, &[&scope]), None);
    assert_eq!(granted(&password, &[]), None, "nor does it sign in");
    // A rule of the same words is another rule.
    let _ = add(&mut visitor, &name, &issuer, &json!({ "repository": "acme/ends" }));
    assert_eq!(granted(&password, &[&scope]), None);
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
    let _ = trade(&token, &name).expect(403);
    let _ = api().put(&path, &json!({ "suspended": null })).expect(200);
    assert!(granted(&password, &[&scope]).is_some());
}

/// A second owner of the namespace `name`.
fn second(first: &mut Visitor, name: &str) -> (String, Visitor) {
    let (second, visitor) = owner("second");
    let path = format!("namespaces/{name}/members/{second}");
    let _ = call(first, "PUT", &path, &json!({ "role": "owner" })).expect(200);
    (second, visitor)
}

fn a_rule_ends_with_the_ownership_of_who_made_it() {
    let issuer = Issuer::named("github");
    let rule = json!({ "repository": "acme/leaves" });
    let again = || issuer.sign(Rs256, &github(&issuer, "acme/leaves"));
    for (method, status) in [("PUT", 200), ("DELETE", 204)] {
        let (name, mut first) = owner("jobs");
        let (account, mut visitor) = second(&mut first, &name);
        let _ = add(&mut visitor, &name, &issuer, &rule);
        let password = password(&issuer, "acme/leaves", &name);
        let scope = format!("repository:{name}/app:pull,push");
        assert!(granted(&password, &[&scope]).is_some());
        let path = format!("namespaces/{name}/members/{account}");
        let publisher = json!({ "role": "publisher" });
        let _ = call(&mut first, method, &path, &publisher).expect(status);
        assert_eq!(granted(&password, &[&scope]), None, "{method}");
        let _ = trade(&again(), &name).expect(403);
        // Nor does it come back with its maker.
        let _ = call(&mut first, "PUT", &path, &json!({ "role": "owner" })).expect(200);
        assert_eq!(granted(&password, &[&scope]), None, "{method}");
        let all = call(&mut first, "GET", &format!("namespaces/{name}/publishers"), &Value::Null);
        assert_eq!(all.expect(200).json()["publishers"], json!([]));
        let lines = api().get(&format!("admin/audit?target={name}")).expect(200).json();
        assert!(lines.to_string().contains("publisher.removed"), "{lines}");
    }
}

fn nobody_answers_for_the_rule_of_another_owner() {
    let issuer = Issuer::named("github");
    let rule = json!({ "repository": "acme/others" });
    let (name, mut first) = owner("jobs");
    let (account, mut visitor) = second(&mut first, &name);
    let _ = add(&mut visitor, &name, &issuer, &rule);
    let password = password(&issuer, "acme/others", &name);
    let scope = format!("repository:{name}/app:pull,push");
    let lines = api().get(&format!("admin/audit?target={name}")).expect(200).json();
    let used = lines["audit"].as_array().and_then(|all| {
        all.iter().find(|line| line["action"] == "publisher.used").map(|line| line["actor"].clone())
    });
    assert_eq!(used, Some(json!(account)), "{lines}");
    let path = format!("admin/accounts/{account}");
    let _ = api().put(&path, &json!({ "suspended": "abuse" })).expect(200);
    assert_eq!(granted(&password, &[&scope]), None);
    let token = issuer.sign(Rs256, &github(&issuer, "acme/others"));
    let _ = trade(&token, &name).expect(403);
    // The same rule by somebody who may: the token is not used up yet.
    let _ = add(&mut first, &name, &issuer, &rule);
    let _ = trade(&token, &name).expect(200);
}

fn the_operator_answers_for_the_operators_rules() {
    let issuer = Issuer::named("github");
    let (name, _) = owner("jobs");
    let rule = json!({ "issuer": issuer.url(), "claims": { "repository": "acme/given" } });
    let _ = api().post(&format!("namespaces/{name}/publishers"), &rule).expect(201);
    let password = password(&issuer, "acme/given", &name);
    let (own, others) = (format!("repository:{name}/app:push"), "repository:library/app:push");
    let expected = [format!("\"{name}/app\":[\"push\"]")];
    assert_eq!(granted(&password, &[&own, others]).as_deref(), Some(&expected[..]));
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
