//! Signing in and out, what a session is good for, and what ends it.

use super::{edge, fresh};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::client::registry::text;
use roadstead_tests::stack;
use roadstead_tests::token::{fresh_key, payload, sign};
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        who_signs_out_is_not_signed_in,
        a_wrong_password_and_an_unknown_name_are_told_the_same,
        another_password_ends_what_was_signed_in,
        the_old_password_is_asked_for,
        letters_go_elsewhere_only_with_the_password,
        a_forged_cookie_is_nobodys,
        a_page_of_another_site_changes_nothing,
        the_operator_signs_in_with_the_password_of_the_settings,
        a_deleted_account_is_over_and_its_name_stays_taken,
        nobody_without_a_session_is_told_anything,
    ]
}

fn who_signs_out_is_not_signed_in() {
    let person = Person::new(edge(), &fresh("out"));
    let _ = person.delete("session", &json!({})).expect(204);
    assert_eq!(person.session(), None);
    let _ = person.get("account").expect(401);
    let answer = person.sign_in(PASSWORD).expect(200);
    assert_eq!(answer.json(), json!({ "name": person.name }));
    let _ = person.get("account").expect(200);
}

fn a_wrong_password_and_an_unknown_name_are_told_the_same() {
    let person = Person::new(edge(), &fresh("wrong"));
    let wrong = person.sign_in("not the password").expect(401);
    let unknown = Person::stranger(edge(), &fresh("unknown")).sign_in(PASSWORD).expect(401);
    assert_eq!(wrong.json(), unknown.json());
    for (name, value) in &wrong.headers {
        let is_own = ["x-request-id", "date"].contains(&name.as_str());
        assert!(is_own || unknown.header(name) == Some(value), "{name}: {wrong} {unknown}");
    }
}

fn another_password_ends_what_was_signed_in() {
    let person = Person::new(edge(), &fresh("change"));
    let elsewhere = Person::stranger(edge(), &person.name);
    let _ = elsewhere.sign_in(PASSWORD).expect(200);
    let (_, token) = person.personal_token(&["pull"]);
    let new = "another long password";
    let asked = json!({ "password": PASSWORD, "new_password": new });
    let _ = person.put("account/password", &asked).expect(200);
    let _ = person.get("account").expect(200);
    let _ = elsewhere.get("account").expect(401);
    let _ = elsewhere.sign_in(PASSWORD).expect(401);
    // What was remembered of the old one is worth nothing either.
    let _ = person.ask_token(PASSWORD, &[]).expect(401);
    let _ = person.ask_token(new, &[]).expect(200);
    let _ = person.ask_token(&token, &[]).expect(200);
}

fn the_old_password_is_asked_for() {
    let person = Person::new(edge(), &fresh("asked"));
    let asked = json!({ "password": "not the password", "new_password": "another long password" });
    let answer = person.put("account/password", &asked).expect(403);
    assert_eq!(answer.json()["errors"][0]["code"], "DENIED");
    let short = json!({ "password": PASSWORD, "new_password": "short" });
    let _ = person.put("account/password", &short).expect(400);
    let _ = person.sign_in(PASSWORD).expect(200);
}

/// A letter can give the account away: who found a session must not have it sent to himself.
fn letters_go_elsewhere_only_with_the_password() {
    let person = Person::new(edge(), &fresh("letters"));
    for asked in [
        json!({ "mail": "evil@b.example" }),
        json!({ "mail": "evil@b.example", "password": null }),
        json!({ "mail": "evil@b.example", "password": "not the password" }),
    ] {
        let answer = person.put("account", &asked).expect(403);
        assert_eq!(answer.json()["errors"][0]["code"], "DENIED");
    }
    assert_eq!(person.get("account").expect(200).json()["mail"], json!(null));
    let asked = json!({ "mail": "a@b.example", "password": PASSWORD });
    let _ = person.put("account", &asked).expect(200);
    assert_eq!(person.get("account").expect(200).json()["mail"], "a@b.example");
}

fn a_forged_cookie_is_nobodys() {
    let person = Person::new(edge(), &fresh("forged"));
    let cookie = person.session().unwrap_or_default();
    let value = cookie.trim_start_matches("session=").to_owned();
    let said = payload(&value);
    let registry = text(&person.ask_token(PASSWORD, &[]).expect(200).json(), "token");
    let mut other = said.clone();
    other["sub"] = json!(stack::OPERATOR);
    let key = fresh_key().unwrap_or_default();
    let parts: Vec<&str> = value.split('.').collect();
    for forged in [
        String::new(),
        "x".repeat(5_000),
        registry,
        // The key of the registry's tokens is not the one of sessions.
        sign(&said, edge().key()),
        sign(&said, &key),
        sign(&other, edge().key()),
        format!("{}.{}.", parts[0], parts[1]),
        value[..value.len() - 2].to_owned(),
    ] {
        person.set_session(Some(format!("session={forged}")));
        let _ = person.get("account").expect(401);
    }
    person.set_session(Some(cookie));
    let _ = person.get("account").expect(200);
}

fn a_page_of_another_site_changes_nothing() {
    let person = Person::new(edge(), &fresh("cross"));
    for (header, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://elsewhere.example"),
        ("Origin", "null"),
    ] {
        for (path, body) in [
            ("account/tokens", "name=x&expires_in_days=3&scopes=pull"),
            ("session", "name=x&password=y"),
            ("session?_method=DELETE", ""),
            ("account?_method=PUT", "mail=evil%40b.example"),
        ] {
            let request = person.request("POST", path).header(header, value);
            let request = request.header("Content-Type", "application/x-www-form-urlencoded");
            let answer = request.body(body).send().expect(403);
            assert_eq!(answer.json()["errors"][0]["code"], "DENIED");
        }
    }
    assert_eq!(person.get("account/tokens").expect(200).json(), json!({ "tokens": [] }));
    assert_eq!(person.get("account").expect(200).json()["mail"], json!(null));
}

fn the_operator_signs_in_with_the_password_of_the_settings() {
    let operator = Person::stranger(edge(), stack::OPERATOR);
    let _ = operator.sign_in("not the password").expect(401);
    let _ = operator.sign_in(stack::PASSWORD).expect(200);
    let account = operator.get("account").expect(200).json();
    assert_eq!(account["is_operator"], true);
    assert_eq!(account["tier"], "account");
    let _ = operator.get("admin/accounts").expect(200);
    let change = json!({ "password": stack::PASSWORD, "new_password": "another long password" });
    let _ = operator.put("account/password", &change).expect(403);
    // Its tokens publish, and run nothing.
    let (_, token) = operator.personal_token(&["push:anything/*"]);
    assert_eq!(operator.push_status(&token, "anything/at-all"), 202);
    assert_eq!(operator.push_status(&token, "other/at-all"), 401);
    let admin = Request::get("/api/v1/admin/accounts").at(edge().host());
    let _ = admin.basic(stack::OPERATOR, &token).send().expect(403);
}

fn a_deleted_account_is_over_and_its_name_stays_taken() {
    let person = Person::new(edge(), &fresh("over"));
    let (_, token) = person.personal_token(&["pull"]);
    let session = person.session();
    let wrong = json!({ "password": "not the password", "repositories": "keep" });
    let _ = person.delete("account", &wrong).expect(403);
    let asked = json!({ "password": PASSWORD, "repositories": "keep" });
    let _ = person.delete("account", &asked).expect(204);
    assert_eq!(person.session(), None);
    person.set_session(session);
    let _ = person.get("account").expect(401);
    let _ = person.sign_in(PASSWORD).expect(401);
    let _ = person.ask_token(&token, &[]).expect(401);
    person.set_session(None);
    let again = json!({ "name": person.name, "password": PASSWORD });
    let _ = person.post("accounts", &again).expect(409);
    assert_eq!(person.push_status(PASSWORD, &format!("{}/a", person.name)), 401);
    let operator = Person::stranger(edge(), stack::OPERATOR);
    assert_eq!(operator.push_status(stack::PASSWORD, &format!("{}/a", person.name)), 202);
}

fn nobody_without_a_session_is_told_anything() {
    let stranger = Person::stranger(edge(), "nobody");
    for path in ["account", "account/tokens", "namespaces", "namespaces/acme", "admin/audit"] {
        let answer = stranger.get(path).expect(401);
        assert!(answer.must("WWW-Authenticate").starts_with("Basic "), "{answer}");
    }
}
