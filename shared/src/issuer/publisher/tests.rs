use super::*;
use serde_json::{Value, json};

fn rule(kind: Kind, claims: &Value) -> Result<Rule, Invalid> {
    Rule::parse(kind, serde_json::from_value(claims.clone()).unwrap())
}

fn github() -> Claims {
    let claims = json!({
        "repository": "acme/edge", "repository_id": "17", "workflow": "Release",
        "workflow_ref": "acme/edge/.github/workflows/release.yml@refs/tags/v1",
        "job_workflow_ref": "acme/ci/.github/workflows/push.yml@refs/heads/main",
        "environment": "production", "ref": "refs/tags/v1", "event_name": "push",
    });
    claims.as_object().unwrap().clone()
}

fn gitlab() -> Claims {
    let claims = json!({
        "project_path": "acme/edge", "project_id": "9", "ref": "v1", "ref_type": "tag",
        "ref_protected": "true",
        "ci_config_ref_uri": "gitlab.com/acme/edge//.gitlab-ci.yml@refs/tags/v1",
    });
    claims.as_object().unwrap().clone()
}

#[track_caller]
fn admits(kind: Kind, claims: &Claims, wanted: &Value) -> bool {
    rule(kind, wanted).unwrap().admits(kind, claims)
}

#[test]
fn a_job_of_github_fits_by_what_it_is() {
    for (wanted, expected) in [
        (json!({ "repository": "acme/edge" }), true),
        (json!({ "repository": "acme/edge", "workflow": "release.yml" }), true),
        (json!({ "repository": "acme/edge", "environment": "production" }), true),
        (json!({ "repository": "acme/edge", "repository_id": "17" }), true),
        (json!({ "repository": "acme/edge", "ref": "refs/tags/v1" }), true),
        (json!({ "repository": "acme/edge", "ref": "refs/tags/v*" }), true),
        (json!({ "repository": "acme/edge", "ref": "refs/heads/*" }), false),
        (json!({ "repository": "acme/edge", "ref": "refs/tags/v" }), false),
        (json!({ "repository": "acme/edge", "environment": "Production" }), false),
        (json!({ "repository": "acme/edge", "workflow": "push.yml" }), false),
        (json!({ "repository": "acme/edge", "ref_protected": "true" }), false),
        (json!({ "repository": "acme/edge2" }), false),
        (json!({ "repository": "Acme/edge" }), false),
    ] {
        assert_eq!(admits(Kind::GitHub, &github(), &wanted), expected, "{wanted}");
    }
}

#[test]
fn a_workflow_is_its_file_and_not_what_it_calls_itself() {
    let wanted = json!({ "repository": "acme/edge", "workflow": "release.yml" });
    for (claim, value) in [
        ("workflow_ref", json!("acme/edge/.github/workflows/evil-release.yml@refs/heads/x")),
        ("workflow_ref", json!("evil/edge/.github/workflows/release.yml@refs/heads/x")),
        ("workflow_ref", json!("acme/edge/.github/workflows/x@release.yml")),
        ("workflow_ref", json!("acme/edge/.github/workflows/release.yml@x.yml@refs/heads/x")),
        ("workflow_ref", Value::Null),
    ] {
        let mut claims = github();
        claims.insert(claim.to_owned(), value.clone());
        claims.insert("workflow".to_owned(), json!("release.yml"));
        assert!(!admits(Kind::GitHub, &claims, &wanted), "{value}");
    }
}

#[test]
fn what_a_stranger_can_start_must_be_named() {
    let mut claims = github();
    claims.insert("event_name".to_owned(), json!("pull_request_target"));
    let mut wanted = json!({ "repository": "acme/edge" });
    assert!(!admits(Kind::GitHub, &claims, &wanted));
    wanted["event_name"] = json!("pull_request_target");
    assert!(admits(Kind::GitHub, &claims, &wanted));
    assert!(!admits(Kind::GitHub, &github(), &wanted));
}

#[test]
fn a_job_of_gitlab_fits_by_what_it_is() {
    let config = "gitlab.com/acme/edge//.gitlab-ci.yml";
    for (wanted, expected) in [
        (json!({ "project_path": "acme/edge" }), true),
        (json!({ "project_path": "acme/edge", "ci_config_ref_uri": config }), true),
        (
            json!({ "project_path": "acme/edge",
            "ci_config_ref_uri": format!("{config}@refs/tags/v1") }),
            true,
        ),
        (
            json!({ "project_path": "acme/edge",
            "ci_config_ref_uri": format!("{config}@refs/tags/v2") }),
            false,
        ),
        (json!({ "project_path": "acme/edge", "ci_config_ref_uri": "gitlab.com/acme" }), false),
        (json!({ "project_path": "acme/edge", "ref": "v*", "ref_type": "tag" }), true),
        (json!({ "project_path": "acme/edge", "ref": "v*", "ref_type": "branch" }), false),
        (json!({ "project_path": "acme/edge", "ref_protected": "true" }), true),
        (json!({ "project_path": "acme/edge", "environment": "production" }), false),
        (json!({ "project_path": "acme" }), false),
    ] {
        assert_eq!(admits(Kind::GitLab, &gitlab(), &wanted), expected, "{wanted}");
    }
}

#[test]
fn another_issuer_says_who_it_is_by_its_subject() {
    let claims = json!({ "sub": "job:7", "team": "a", "number": 3, "on": true });
    let claims = claims.as_object().unwrap().clone();
    assert!(admits(Kind::Other, &claims, &json!({ "sub": "job:7", "number": "3", "on": "true" })));
    assert!(!admits(Kind::Other, &claims, &json!({ "sub": "job:*" })), "no patterns");
    assert!(!admits(Kind::Other, &claims, &json!({ "sub": "job:7", "team": "b" })));
}

#[test]
fn a_rule_that_lets_in_too_many_is_none() {
    use Kind::{GitHub, GitLab, Other};
    let long = "x".repeat(501);
    for (kind, claims, expected) in [
        (GitHub, json!({}), Invalid::Identity("repository")),
        (GitHub, json!({ "environment": "production" }), Invalid::Identity("repository")),
        (GitHub, json!({ "project_path": "a/b" }), Invalid::Identity("repository")),
        (GitLab, json!({ "ref": "main" }), Invalid::Identity("project_path")),
        (Other, json!({ "team": "a" }), Invalid::Identity("sub")),
        (GitHub, json!({ "repository": "acme/*" }), Invalid::Pattern),
        (GitHub, json!({ "repository": "*" }), Invalid::Pattern),
        (GitHub, json!({ "repository": "a/b", "ref": "*" }), Invalid::Pattern),
        (GitHub, json!({ "repository": "a/b", "ref": "refs/*" }), Invalid::Pattern),
        (GitHub, json!({ "repository": "a/b", "ref": "refs/tags/*1*" }), Invalid::Pattern),
        (GitHub, json!({ "repository": "a/b", "environment": "p*" }), Invalid::Pattern),
        (GitLab, json!({ "project_path": "a/b", "ref": "*" }), Invalid::Pattern),
        (GitHub, json!({ "repository": "a/b", "workflow": "Release" }), Invalid::Workflow),
        (GitHub, json!({ "repository": "a/b", "workflow": "*.yml" }), Invalid::Workflow),
        (GitHub, json!({ "repository": "a/b", "workflow": "../x.yml" }), Invalid::Workflow),
        (GitHub, json!({ "repository": "" }), Invalid::Value("repository".into())),
        (GitHub, json!({ "repository": long }), Invalid::Value("repository".into())),
        (Other, json!({ "sub": "a\nb" }), Invalid::Value("sub".into())),
    ] {
        assert_eq!(rule(kind, &claims), Err(expected), "{claims}");
    }
    for (kind, claims) in [
        (GitHub, json!({ "repository": "a/b", "actor": "me" })),
        (Other, json!({ "sub": "a", "aud": "b" })),
        (Other, json!({ "sub": "a", "A b": "b" })),
    ] {
        assert!(matches!(rule(kind, &claims), Err(Invalid::Unknown(..))), "{claims}");
    }
}

#[test]
fn a_row_that_lost_its_identity_lets_nobody_in() {
    let rule: Rule = serde_json::from_str("{}").unwrap();
    assert!(!rule.admits(Kind::GitHub, &github()));
}
