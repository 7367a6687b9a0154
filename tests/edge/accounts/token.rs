//! Personal access tokens: what they may do, how long, and that they are shown once.

use super::{edge, fresh};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::deadline::Deadline;
use serde_json::json;
use std::time::Duration;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_token_is_shown_once,
        a_token_publishes_where_its_scopes_and_its_account_may,
        a_token_that_only_pulls_pushes_nothing,
        a_token_changes_no_account,
        a_revoked_token_is_over_at_once,
        a_token_is_its_accounts_alone,
        what_is_no_token_is_refused_and_pulls_as_anybody,
        a_token_without_sense_is_not_made,
        the_last_use_of_a_token_is_shown,
    ]
}

fn a_token_is_shown_once() {
    let person = Person::new(edge(), &fresh("shown"));
    let (id, token) = person.personal_token(&["pull"]);
    assert!(token.starts_with("rst_") && token.len() > 40, "{token}");
    let list = person.get("account/tokens").expect(200);
    assert!(!list.text().contains(&token[4..]), "{list}");
    let entry = &list.json()["tokens"][0];
    assert_eq!((&entry["id"], &entry["name"]), (&json!(id), &json!("ci")));
    assert_eq!(entry["used_at"], json!(null));
    assert!(!edge().log().contains(&token), "it is in the log");
}

fn a_token_publishes_where_its_scopes_and_its_account_may() {
    let person = Person::new(edge(), &fresh("scoped"));
    let other = Person::new(edge(), &fresh("other"));
    let (own, foreign) = (format!("push:{}/edge", person.name), format!("push:{}/*", other.name));
    let (_, token) = person.personal_token(&[&own, &foreign]);
    assert_eq!(person.push_status(&token, &format!("{}/edge", person.name)), 202);
    assert_eq!(person.push_status(&token, &format!("{}/edge/deep", person.name)), 401);
    assert_eq!(person.push_status(&token, &format!("{}/other", person.name)), 401);
    assert_eq!(person.push_status(&token, &format!("{}/edge", other.name)), 401);
    // It gives what its account may do now, not what it might do when it was made.
    let path = format!("namespaces/{}/members/{}", other.name, person.name);
    let _ = other.put(&path, &json!({ "role": "publisher" })).expect(200);
    assert_eq!(person.push_status(&token, &format!("{}/edge", other.name)), 202);
    let _ = other.delete(&path, &json!({})).expect(204);
    assert_eq!(person.push_status(&token, &format!("{}/edge", other.name)), 401);
}

fn a_token_that_only_pulls_pushes_nothing() {
    let person = Person::new(edge(), &fresh("pulls"));
    let (_, token) = person.personal_token(&["pull"]);
    let _ = person.ask_token(&token, &[]).expect(200);
    assert_eq!(person.push_status(&token, &format!("{}/edge", person.name)), 401);
    assert_eq!(person.push_status(PASSWORD, &format!("{}/edge", person.name)), 202);
}

fn a_token_changes_no_account() {
    let person = Person::new(edge(), &fresh("limits"));
    let (id, token) = person.personal_token(&[&format!("push:{}/*", person.name)]);
    let registry = person.ask_token(&token, &[]).expect(200).json()["token"].clone();
    let registry = registry.as_str().unwrap_or_default().to_owned();
    for (method, path, body) in [
        ("GET", "account/tokens".to_owned(), json!({})),
        (
            "POST",
            "account/tokens".to_owned(),
            json!({ "name": "x", "expires_in_days": 1, "scopes": ["pull"] }),
        ),
        ("DELETE", format!("account/tokens/{id}"), json!({})),
        ("PUT", "account".to_owned(), json!({ "mail": "evil@b.example" })),
        (
            "PUT",
            "account/password".to_owned(),
            json!({ "password": token, "new_password": "another long password" }),
        ),
        ("DELETE", "account".to_owned(), json!({ "password": token, "repositories": "keep" })),
        ("POST", "namespaces".to_owned(), json!({ "name": fresh("more") })),
    ] {
        let request = || {
            let request = Request::new(method, format!("/api/v1/{path}")).at(edge().host());
            request.body(body.to_string())
        };
        let _ = request().basic(&person.name, &token).send().expect(403);
        let _ = request().bearer(&registry).send().expect(403);
    }
    let sign_in = json!({ "name": person.name, "password": token });
    let _ = Person::stranger(edge(), "").post("session", &sign_in).expect(401);
    assert_eq!(person.get("account/tokens").expect(200).json()["tokens"][0]["id"], json!(id));
}

fn a_revoked_token_is_over_at_once() {
    let person = Person::new(edge(), &fresh("revoked"));
    let (id, token) = person.personal_token(&[&format!("push:{}/*", person.name)]);
    let name = format!("{}/edge", person.name);
    assert_eq!(person.push_status(&token, &name), 202);
    let _ = person.delete(&format!("account/tokens/{id}"), &json!({})).expect(204);
    assert_eq!(person.push_status(&token, &name), 401);
    let _ = person.ask_token(&token, &[]).expect(401);
    let _ = person.delete(&format!("account/tokens/{id}"), &json!({})).expect(404);
}

fn a_token_is_its_accounts_alone() {
    let (person, other) =
        (Person::new(edge(), &fresh("own")), Person::new(edge(), &fresh("alone")));
    let (id, token) = person.personal_token(&["pull"]);
    let _ = other.ask_token(&token, &[]).expect(401);
    let _ = other.delete(&format!("account/tokens/{id}"), &json!({})).expect(404);
    let _ = person.ask_token(&token, &[]).expect(200);
}

fn what_is_no_token_is_refused_and_pulls_as_anybody() {
    let person = Person::new(edge(), &fresh("forged"));
    let (_, token) = person.personal_token(&["pull"]);
    let mut changed = token.clone();
    changed.replace_range(10..11, if &token[10..11] == "A" { "B" } else { "A" });
    for wrong in [&changed, "rst_", &token[..token.len() - 1], &format!("{token}A")] {
        let _ = person.ask_token(wrong, &[]).expect(401);
        let _ = person.ask_token(wrong, &["repository:a/b:pull,push"]).expect(401);
        let answer = person.ask_token(wrong, &["repository:a/b:pull"]).expect(200);
        let token = answer.json()["token"].as_str().unwrap_or_default().to_owned();
        assert_eq!(roadstead_tests::token::payload(&token)["sub"], "");
    }
}

fn a_token_without_sense_is_not_made() {
    let person = Person::new(edge(), &fresh("sense"));
    for (name, days, scopes) in [
        ("", 30, json!(["pull"])),
        ("ci", 0, json!(["pull"])),
        ("ci", 366, json!(["pull"])),
        ("ci", 30, json!([])),
        ("ci", 30, json!(["push:*"])),
        ("ci", 30, json!(["everything"])),
        ("ci", 30, json!(vec!["pull"; 51])),
        ("c\ni", 30, json!(["pull"])),
        (&"a".repeat(101), 30, json!(["pull"])),
    ] {
        let asked = json!({ "name": name, "expires_in_days": days, "scopes": scopes });
        let _ = person.post("account/tokens", &asked).expect(400);
    }
    assert_eq!(person.get("account/tokens").expect(200).json(), json!({ "tokens": [] }));
}

fn the_last_use_of_a_token_is_shown() {
    let person = Person::new(edge(), &fresh("used"));
    let (_, token) = person.personal_token(&["pull"]);
    let _ = person.ask_token(&token, &[]).expect(200);
    let is_shown = || {
        let list = person.get("account/tokens").expect(200).json();
        (!list["tokens"][0]["used_at"].is_null()).then_some(())
    };
    assert!(Deadline::after(Duration::from_secs(10)).wait(is_shown).is_some());
}
