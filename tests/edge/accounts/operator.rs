//! What the operator decides about people, and the record of it.

use super::{edge, fresh};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::Api;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::client::registry::text;
use roadstead_tests::token::payload;
use serde_json::{Value, json};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_suspended_account_pulls_as_anybody_and_does_nothing_else,
        a_link_sets_a_new_password_once,
        a_new_password_by_a_link_ends_access_tokens,
        what_is_no_link_sets_no_password,
        asking_for_a_letter_says_nothing,
        accounts_are_found_by_name_and_address,
        what_is_not_named_stays,
        a_namespace_is_verified_and_has_a_quota,
        the_mark_does_not_go_to_strangers,
        every_change_is_in_the_record,
        only_the_operator_decides,
    ]
}

fn api() -> Api {
    Api::of(edge())
}

fn a_suspended_account_pulls_as_anybody_and_does_nothing_else() {
    let person = Person::new(edge(), &fresh("suspended"));
    let (_, token) = person.personal_token(&["pull"]);
    let path = format!("admin/accounts/{}", person.name);
    let _ = api().put(&path, &json!({ "suspended": "it sent spam" })).expect(200);
    for secret in [PASSWORD, &token] {
        for scopes in [&[][..], &["repository:a/b:pull,push"]] {
            let answer = person.ask_token(secret, scopes).expect(403);
            assert!(answer.text().contains("it sent spam"), "{answer}");
        }
        let pull = person.ask_token(secret, &["repository:a/b:pull"]).expect(200);
        assert_eq!(payload(&text(&pull.json(), "token"))["sub"], "");
    }
    let answer = person.get("account").expect(403);
    assert!(answer.text().contains("it sent spam"), "{answer}");
    assert!(Person::stranger(edge(), &person.name).sign_in(PASSWORD).status == 403);
    // Who does not have the password is not told about it.
    let wrong = Person::stranger(edge(), &person.name).sign_in("not the password").expect(401);
    assert!(!wrong.text().contains("spam"), "{wrong}");
    let _ = api().put(&path, &json!({ "suspended": null })).expect(200);
    let _ = person.get("account").expect(200);
    let _ = person.ask_token(&token, &[]).expect(200);
}

/// The token of a link that the operator makes.
fn link(person: &Person) -> String {
    let path = format!("admin/accounts/{}/recovery", person.name);
    let made = api().post(&path, &json!({})).expect(200).json();
    let url = text(&made, "url");
    let start = format!("http://{}/account/recover?token=", edge().host());
    let token = url.strip_prefix(&start).unwrap_or_else(|| panic!("{url}"));
    assert!(!text(&made, "expires_at").is_empty());
    token.to_owned()
}

fn recover(token: &str, password: &str) -> u16 {
    let asked = json!({ "token": token, "new_password": password });
    Person::stranger(edge(), "").post("account/recover", &asked).status
}

fn a_link_sets_a_new_password_once() {
    let person = Person::new(edge(), &fresh("lost"));
    let (first, second) = (link(&person), link(&person));
    assert_eq!(recover(&first, "short"), 400);
    assert_eq!(recover(&first, "another long password"), 200);
    assert_eq!(recover(&first, "a third long password"), 400, "it was used");
    assert_eq!(recover(&second, "a third long password"), 400, "so the other one is over as well");
    let _ = person.get("account").expect(401);
    let _ = person.sign_in(PASSWORD).expect(401);
    let _ = person.sign_in("another long password").expect(200);
    assert!(!edge().log().contains(&first), "it is in the log");
}

/// Whoever was in the account may have made himself one.
fn a_new_password_by_a_link_ends_access_tokens() {
    let person = Person::new(edge(), &fresh("taken"));
    let (_, token) = person.personal_token(&["pull"]);
    let _ = person.ask_token(&token, &[]).expect(200);
    assert_eq!(recover(&link(&person), "another long password"), 200);
    let _ = person.ask_token(&token, &[]).expect(401);
    let _ = person.sign_in("another long password").expect(200);
    assert_eq!(person.get("account/tokens").expect(200).json(), json!({ "tokens": [] }));
    let lines = api().get(&format!("admin/audit?target={}", person.name)).expect(200).json();
    let actions: Vec<&Value> =
        lines["audit"].as_array().into_iter().flatten().map(|line| &line["action"]).collect();
    assert_eq!(actions[..2], [&json!("token.revoked"), &json!("account.recovered")], "{lines}");
}

fn what_is_no_link_sets_no_password() {
    let person = Person::new(edge(), &fresh("found"));
    let good = link(&person);
    let session = person.session().unwrap_or_default().replace("session=", "");
    for token in ["", "nonsense", &session, &good[..good.len() - 1]] {
        assert_eq!(recover(token, "another long password"), 400, "{token}");
    }
    let _ = person.sign_in(PASSWORD).expect(200);
}

fn asking_for_a_letter_says_nothing() {
    let person = Person::new(edge(), &fresh("letter"));
    let ask = |name: &str| {
        Person::stranger(edge(), "").post("account/recovery", &json!({ "name": name })).expect(202)
    };
    let (there, none) = (ask(&person.name), ask(&fresh("nobody")));
    assert_eq!(there.body, none.body);
}

fn accounts_are_found_by_name_and_address() {
    let person = Person::new(edge(), &fresh("needle"));
    let mail = json!({ "mail": "Hay@Stack.example", "password": PASSWORD });
    let _ = person.put("account", &mail).expect(200);
    for query in [&*person.name, "hay@stack", "NEEDLE"] {
        let found = api().get(&format!("admin/accounts?q={query}")).expect(200).json();
        let names = found["accounts"].as_array().cloned().unwrap_or_default();
        assert!(names.iter().any(|entry| entry["name"] == person.name), "{query}: {found}");
    }
    let none = api().get("admin/accounts?q=no%25such%27thing").expect(200).json();
    assert_eq!(none, json!({ "accounts": [], "after": null }));
    let all = api().get("admin/accounts").expect(200);
    assert!(!all.text().contains("argon2"), "{all}");
}

fn what_is_not_named_stays() {
    let person = Person::new(edge(), &fresh("judged"));
    let path = format!("admin/accounts/{}", person.name);
    let read = |key: &str| person.get("account").expect(200).json()[key].clone();
    let _ = api().put(&path, &json!({ "tier": "network" })).expect(200);
    let _ = api().put(&path, &json!({ "bytes_per_month": 7_000 })).expect(200);
    assert_eq!((read("tier"), read("bytes_per_month")), (json!("network"), json!(7_000)));
    let _ = api().put(&path, &json!({})).expect(200);
    let _ = api().put(&path, &json!({ "tier": null })).expect(200);
    assert_eq!((read("tier"), read("bytes_per_month")), (json!("account"), json!(7_000)));
    for wrong in [
        json!({ "tier": "king" }),
        json!({ "tier": "anonymous" }),
        json!({ "name": "x" }),
        json!({ "bytes_per_month": -1 }),
        json!({ "suspended": "x".repeat(501) }),
    ] {
        let _ = api().put(&path, &wrong).expect(400);
    }
    let _ = api().put("admin/accounts/nobody-has-it", &json!({ "tier": null })).expect(404);
}

fn a_namespace_is_verified_and_has_a_quota() {
    let person = Person::new(edge(), &fresh("known"));
    let path = format!("admin/namespaces/{}", person.name);
    let read = || person.get(&format!("namespaces/{}", person.name)).expect(200).json();
    let before = read()["quota_bytes"].clone();
    let _ = api().put(&path, &json!({ "verified": true })).expect(200);
    let _ = api().put(&path, &json!({ "quota_bytes": 5_000_000 })).expect(200);
    assert_eq!((&read()["verified"], &read()["quota_bytes"]), (&json!(true), &json!(5_000_000)));
    let _ = api().put(&path, &json!({ "verified": false, "quota_bytes": null })).expect(200);
    assert_eq!((&read()["verified"], &read()["quota_bytes"]), (&json!(false), &before));
    let _ = api().put("admin/namespaces/nobody-has-it", &json!({ "verified": true })).expect(404);
}

fn the_mark_does_not_go_to_strangers() {
    let person = Person::new(edge(), &fresh("marked"));
    let (friend, other) =
        (Person::new(edge(), &fresh("friend")), Person::new(edge(), &fresh("other")));
    let path = |account: &str| format!("namespaces/{}/members/{account}", person.name);
    let admin = format!("admin/namespaces/{}", person.name);
    let mark = || api().put(&admin, &json!({ "verified": true })).expect(200);
    let record = || {
        let lines = api().get(&format!("admin/audit?target={}", person.name)).expect(200).json();
        lines["audit"].as_array().cloned().unwrap_or_default()
    };
    let is_marked = || {
        let shown = api().get(&format!("namespaces/{}", person.name)).expect(200).json();
        let is_marked = shown["verified"] == true;
        // What took it away is the last line, or the last but one where rules may end as well.
        if !is_marked {
            let line = record().into_iter().find(|line| line["action"] == "namespace.judged");
            let line = line.unwrap_or_default();
            assert_eq!(line["detail"], json!({ "verified": false }), "{line}");
            assert_ne!(line["actor"], "operator", "{line}");
        }
        is_marked
    };
    let (owner, publisher) = (json!({ "role": "owner" }), json!({ "role": "publisher" }));
    let _ = mark();
    // Who only publishes changes nothing about whose it is, nor does what is refused.
    let _ = person.put(&path(&friend.name), &publisher).expect(200);
    let _ = person.put(&path(&person.name), &publisher).expect(409);
    let _ = person.put(&path(&person.name), &owner).expect(200);
    let _ = person.delete(&path(&friend.name), &json!({})).expect(204);
    assert!(is_marked());
    // An owner more; one that is none any more; one that leaves.
    let _ = person.put(&path(&friend.name), &owner).expect(200);
    assert!(!is_marked());
    let _ = mark();
    let _ = person.put(&path(&friend.name), &publisher).expect(200);
    assert!(!is_marked());
    // The operator's own choice keeps it.
    let _ = mark();
    let _ = api().put(&path(&friend.name), &owner).expect(200);
    assert!(is_marked());
    let _ = friend.delete(&path(&friend.name), &json!({})).expect(204);
    assert!(!is_marked());
    // With the last account it is nobody's, and so it is for whoever is given it.
    let _ = mark();
    let end = json!({ "password": PASSWORD, "repositories": "keep" });
    let _ = person.delete("account", &end).expect(204);
    assert!(!is_marked());
    let _ = api().put(&path(&other.name), &owner).expect(200);
    assert!(!is_marked());
}

fn every_change_is_in_the_record() {
    let person = Person::new(edge(), &fresh("record"));
    let (id, token) = person.personal_token(&["pull"]);
    let _ = person.delete(&format!("account/tokens/{id}"), &json!({})).expect(204);
    let mail = json!({ "mail": "a@b.example", "password": PASSWORD });
    let _ = person.put("account", &mail).expect(200);
    let new = "another long password";
    let change = json!({ "password": PASSWORD, "new_password": new });
    let _ = person.put("account/password", &change).expect(200);
    let path = format!("admin/accounts/{}", person.name);
    let _ = api().put(&path, &json!({ "bytes_per_month": 5 })).expect(200);
    let end = json!({ "password": new, "repositories": "keep" });
    let _ = person.delete("account", &end).expect(204);
    let answer = api().get(&format!("admin/audit?target={}", person.name)).expect(200);
    let lines = answer.json()["audit"].as_array().cloned().unwrap_or_default();
    let said = |line: &Value| format!("{} {}", line["actor"], line["action"]).replace('"', "");
    let said: Vec<String> = lines.iter().rev().map(said).collect();
    let own = |action: &str| format!("{} {action}", person.name);
    let wanted = [
        own("account.created"),
        own("token.created"),
        own("token.revoked"),
        own("account.mail-changed"),
        own("account.password-changed"),
        "operator account.judged".to_owned(),
        own("account.deleted"),
    ];
    assert_eq!(said, wanted);
    for secret in [&*token, PASSWORD, new, "argon2"] {
        assert!(!answer.text().contains(secret), "{answer}");
    }
    let before = lines[0]["id"].as_u64().unwrap_or_default();
    let older = api().get(&format!("admin/audit?before={before}&target={}", person.name));
    assert_eq!(older.json()["audit"].as_array().map(Vec::len), Some(wanted.len() - 1));
}

fn only_the_operator_decides() {
    let person = Person::new(edge(), &fresh("nosy"));
    let own = format!("admin/accounts/{}", person.name);
    for (method, path) in [
        ("GET", "admin/accounts"),
        ("GET", "admin/audit"),
        ("PUT", &*own),
        ("POST", &format!("{own}/recovery")),
        ("PUT", &format!("admin/namespaces/{}", person.name)),
        ("POST", "admin/sweep"),
    ] {
        let _ = person.request(method, path).body(b"{}").send().expect(403);
        let basic = Request::new(method, format!("/api/v1/{path}")).at(edge().host());
        let _ = basic.basic(&person.name, PASSWORD).body(b"{}").send().expect(403);
    }
}
