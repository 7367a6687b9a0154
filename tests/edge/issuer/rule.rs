//! Rules of a namespace about whose jobs may publish.

use super::edge::{PASSWORD, api, call, edge, owner};
use super::job::{add, ruled};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::visitor::Visitor;
use roadstead_tests::issuer::Issuer;
use serde_json::{Value, json};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        an_owner_makes_and_removes_rules,
        a_form_makes_a_rule_too,
        who_is_no_owner_makes_none,
        a_rule_that_would_let_in_everybody_is_refused,
        an_issuer_that_is_not_named_is_refused,
        every_change_of_a_rule_is_in_the_record,
        a_rule_ends_with_the_last_owner,
    ]
}

fn publishers(visitor: &mut Visitor, name: &str) -> Value {
    let path = format!("namespaces/{name}/publishers");
    call(visitor, "GET", &path, &Value::Null).expect(200).json()
}

fn an_owner_makes_and_removes_rules() {
    let (name, mut visitor) = owner("rules");
    let issuer = Issuer::named("github");
    assert_eq!(publishers(&mut visitor, &name)["publishers"], json!([]));
    let claims = json!({ "repository": "acme/edge", "workflow": "release.yml" });
    let id = add(&mut visitor, &name, &issuer, &claims);
    let all = publishers(&mut visitor, &name);
    let rule = &all["publishers"][0];
    assert_eq!(rule["id"], json!(id), "{all}");
    assert_eq!(rule["issuer"], json!(issuer.url()));
    assert_eq!(rule["claims"], claims);
    assert_eq!(rule["created_by"], json!(name));
    assert!(all["issuers"].as_array().is_some_and(|it| it.contains(&json!(issuer.url()))), "{all}");
    let path = format!("namespaces/{name}/publishers/{id}");
    let _ = call(&mut visitor, "DELETE", &path, &Value::Null).expect(204);
    let _ = call(&mut visitor, "DELETE", &path, &Value::Null).expect(404);
    assert_eq!(publishers(&mut visitor, &name)["publishers"], json!([]));
}

fn a_form_makes_a_rule_too() {
    let (name, mut visitor) = owner("rules");
    let path = format!("/api/v1/namespaces/{name}/publishers");
    let issuer = roadstead_tests::client::registry::encode(&Issuer::named("github").url());
    let form = format!(
        "issuer={issuer}&claims.repository=acme%2Fedge&claims.workflow=release.yml\
         &claims.environment=&next=/account&back=/account"
    );
    let request = Request::new("POST", &path)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Origin", edge().url(""))
        .body(form);
    let answer = visitor.send(edge().host(), request).expect(303);
    assert_eq!(answer.must("Location"), "/account");
    let all = publishers(&mut visitor, &name);
    let claims = json!({ "repository": "acme/edge", "workflow": "release.yml" });
    assert_eq!(all["publishers"][0]["claims"], claims, "what was left empty is not asked for");
}

fn who_is_no_owner_makes_none() {
    let (name, mut owner_of_it, id) =
        ruled("rules", &Issuer::named("github"), &json!({ "repository": "acme/edge" }));
    let (member, mut as_member) = owner("publisher");
    let (_, mut stranger) = owner("stranger");
    let path = format!("namespaces/{name}/members/{member}");
    let _ = call(&mut owner_of_it, "PUT", &path, &json!({ "role": "publisher" })).expect(200);
    let all = format!("namespaces/{name}/publishers");
    let rule =
        json!({ "issuer": Issuer::named("github").url(), "claims": { "repository": "x/y" } });
    for (visitor, status) in [(&mut as_member, 403), (&mut stranger, 404)] {
        for (method, path) in
            [("GET", all.clone()), ("POST", all.clone()), ("DELETE", format!("{all}/{id}"))]
        {
            let _ = call(visitor, method, &path, &rule).expect(status);
        }
    }
    let _ = call(&mut Visitor::new(), "POST", &all, &rule).expect(401);
    // The operator owns everything.
    let _ = api().post(&all, &rule).expect(201);
    assert_eq!(publishers(&mut owner_of_it, &name)["publishers"].as_array().map(Vec::len), Some(2));
}

fn a_rule_that_would_let_in_everybody_is_refused() {
    let (name, mut visitor) = owner("rules");
    let path = format!("namespaces/{name}/publishers");
    for (issuer, claims) in [
        ("github", json!({})),
        ("github", json!({ "environment": "production" })),
        ("github", json!({ "repository": "acme/*" })),
        ("github", json!({ "repository": "" })),
        ("github", json!({ "repository": "acme/edge", "environment": "" })),
        ("github", json!({ "repository": "acme/edge", "ref": "*" })),
        ("github", json!({ "repository": ["acme/edge", "x/y"] })),
        ("gitlab", json!({ "repository": "acme/edge" })),
        ("other", json!({ "team": "a" })),
    ] {
        let rule = json!({ "issuer": Issuer::named(issuer).url(), "claims": claims });
        let answer = call(&mut visitor, "POST", &path, &rule);
        assert_eq!(answer.status, 400, "{claims}: {answer}");
        crate::registry::error::is_an_error(&answer);
    }
    assert_eq!(publishers(&mut visitor, &name)["publishers"], json!([]));
}

fn an_issuer_that_is_not_named_is_refused() {
    let (name, mut visitor) = owner("rules");
    let path = format!("namespaces/{name}/publishers");
    let near = format!("{}/", Issuer::named("github").url());
    let unnamed = Issuer::named("unnamed").url();
    for issuer in ["https://gitlab.com", "https://evil.example", "", &near, &unnamed] {
        let rule = json!({ "issuer": issuer, "claims": { "repository": "acme/edge" } });
        let _ = call(&mut visitor, "POST", &path, &rule).expect(400);
    }
}

fn every_change_of_a_rule_is_in_the_record() {
    let claims = json!({ "repository": "acme/edge" });
    let (name, mut visitor, id) = ruled("rules", &Issuer::named("github"), &claims);
    let path = format!("namespaces/{name}/publishers/{id}");
    let _ = call(&mut visitor, "DELETE", &path, &Value::Null).expect(204);
    let lines = api().get(&format!("admin/audit?target={name}")).expect(200).json().to_string();
    for action in ["publisher.created", "publisher.removed"] {
        assert!(lines.contains(action), "{action}: {lines}");
    }
}

fn a_rule_ends_with_the_last_owner() {
    let claims = json!({ "repository": "acme/ends" });
    let (name, mut visitor, _) = ruled("rules", &Issuer::named("github"), &claims);
    let end = json!({ "password": PASSWORD, "repositories": "keep" });
    let _ = call(&mut visitor, "DELETE", "account", &end).expect(204);
    // Whoever is given the namespace later has let nobody in.
    let (heir, mut heirs) = owner("heir");
    let path = format!("namespaces/{name}/members/{heir}");
    let _ = api().put(&path, &json!({ "role": "owner" })).expect(200);
    assert_eq!(publishers(&mut heirs, &name)["publishers"], json!([]));
}
