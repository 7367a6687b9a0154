//! Jobs: what their tokens say, and the trade of these for a credential.

use super::edge::{call, edge, owner};
use roadstead_tests::client::api::with_json;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::visitor::Visitor;
use roadstead_tests::issuer::{Issuer, now_s};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What GitHub says of a job of the repository `acme/NAME`.
pub(super) fn github(issuer: &Issuer, repository: &str) -> Value {
    let mut claims = common(issuer);
    let more = json!({
        "sub": format!("repo:{repository}:environment:production"),
        "repository": repository, "repository_id": "17", "repository_owner_id": "5",
        "workflow": "Release", "ref": "refs/tags/v1", "ref_type": "tag",
        "workflow_ref": format!("{repository}/.github/workflows/release.yml@refs/tags/v1"),
        "job_workflow_ref": format!("{repository}/.github/workflows/release.yml@refs/tags/v1"),
        "environment": "production", "event_name": "push", "runner_environment": "github-hosted",
    });
    extend(&mut claims, more);
    claims
}

/// What GitLab says of a job of the project `path`.
pub(super) fn gitlab(issuer: &Issuer, path: &str) -> Value {
    let mut claims = common(issuer);
    let more = json!({
        "sub": format!("project_path:{path}:ref_type:tag:ref:v1"),
        "project_path": path, "project_id": "9", "ref": "v1", "ref_type": "tag",
        "ref_protected": "true", "environment": "production", "pipeline_source": "push",
        "ci_config_ref_uri": format!("gitlab.com/{path}//.gitlab-ci.yml@refs/tags/v1"),
    });
    extend(&mut claims, more);
    claims
}

/// What every token says: it is for this edge, and its issuer has never given it a name before.
fn common(issuer: &Issuer) -> Value {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let id = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = now_s();
    json!({
        "iss": issuer.url(), "aud": edge().host(), "sub": "job", "jti": format!("job-{id}"),
        "iat": now, "nbf": now - 60, "exp": now + 300,
    })
}

/// Puts the fields of `more` into `claims`.
pub(super) fn extend(claims: &mut Value, more: Value) {
    let (Value::Object(claims), Value::Object(more)) = (claims, more) else { return };
    claims.extend(more);
}

/// Trades a token for a credential for `namespace`.
pub(super) fn trade(token: &str, namespace: &str) -> Answer {
    let document = json!({ "token": token, "namespace": namespace });
    with_json(Request::new("POST", "/api/v1/trust"), &document).send_to(edge().host())
}

/// An account with a namespace of its name and a rule about jobs there; its id, too.
pub(super) fn ruled(word: &str, issuer: &Issuer, claims: &Value) -> (String, Visitor, String) {
    let (name, mut visitor) = owner(word);
    let id = add(&mut visitor, &name, issuer, claims);
    (name, visitor, id)
}

/// Adds a rule; its id.
pub(super) fn add(owner: &mut Visitor, name: &str, issuer: &Issuer, claims: &Value) -> String {
    let rule = json!({ "issuer": issuer.url(), "claims": claims });
    let answer = call(owner, "POST", &format!("namespaces/{name}/publishers"), &rule).expect(201);
    roadstead_tests::client::registry::text(&answer.json(), "id")
}
