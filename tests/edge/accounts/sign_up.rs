//! How an account begins: its name, its password, and what it has then.

use super::{edge, fresh};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::Api;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::client::registry::Repository;
use serde_json::{Value, json};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        who_signs_up_is_signed_in_and_has_a_namespace,
        a_name_that_nobody_can_have_is_refused,
        a_name_is_had_once,
        of_two_at_once_one_gets_the_name,
        what_the_operator_publishes_under_is_not_to_be_had,
        a_password_is_long_enough_and_not_the_name,
        what_cannot_be_read_is_refused,
    ]
}

fn sign_up(document: &Value) -> (u16, String) {
    let answer = Person::stranger(edge(), "").post("accounts", document);
    let code = answer.json()["errors"][0]["code"].as_str().unwrap_or_default().to_owned();
    (answer.status, code)
}

fn who_signs_up_is_signed_in_and_has_a_namespace() {
    let name = fresh("begins");
    let person = Person::stranger(edge(), &name);
    let asked = json!({ "name": name, "password": PASSWORD, "mail": "a@b.example" });
    let answer = person.post("accounts", &asked).expect(201);
    assert_eq!(answer.json(), json!({ "name": name }));
    let cookie = answer.must("Set-Cookie");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let wanted = json!({
        "name": name, "mail": "a@b.example", "is_operator": false, "has_password": true, "tier": "account",
        "bytes_per_month": null, "namespaces": [{ "name": name, "role": "owner" }],
    });
    let account = person.get("account").expect(200);
    assert_eq!(account.json(), wanted);
    assert!(account.must("Cache-Control").contains("no-store"));
    assert_eq!(person.push_status(PASSWORD, &format!("{name}/first")), 202);
}

fn a_name_that_nobody_can_have_is_refused() {
    for name in ["library", "v2", "api", "admin", "token", "operator", "root", "docker"] {
        let asked = json!({ "name": name, "password": PASSWORD });
        assert_eq!(sign_up(&asked), (409, "DENIED".to_owned()), "{name}");
    }
    for name in ["", "a", "Acme", "a_b", "a.b", "-ab", "ab-", "a--b", "a/b", "é-é", &"a".repeat(40)]
    {
        let asked = json!({ "name": name, "password": PASSWORD });
        assert_eq!(sign_up(&asked), (400, "NAME_INVALID".to_owned()), "{name}");
    }
}

fn a_name_is_had_once() {
    let person = Person::new(edge(), &fresh("once"));
    let again = json!({ "name": person.name, "password": "another long password" });
    assert_eq!(sign_up(&again), (409, "DENIED".to_owned()));
    let _ = person.sign_in(PASSWORD).expect(200);
    let namespace = fresh("namespace");
    let _ = person.post("namespaces", &json!({ "name": namespace })).expect(201);
    let taken = json!({ "name": namespace, "password": PASSWORD });
    assert_eq!(sign_up(&taken), (409, "DENIED".to_owned()), "a namespace has the name");
}

fn of_two_at_once_one_gets_the_name() {
    let name = fresh("race");
    let asked = json!({ "name": name, "password": PASSWORD });
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| sign_up(&asked).0)).collect();
        all.into_iter().map(|one| one.join().unwrap_or_default()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
}

fn what_the_operator_publishes_under_is_not_to_be_had() {
    let name = fresh("official");
    let repository = Repository::as_operator(&format!("{name}/tool")).on(edge());
    let config = repository.push_blob(b"{}");
    let manifest = json!({
        "schemaVersion": 2, "mediaType": roadstead_tests::image::MANIFEST,
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 2,
        },
        "layers": [],
    });
    let manifest = manifest.to_string().into_bytes();
    let _ = repository.put_manifest("v1", roadstead_tests::image::MANIFEST, &manifest).expect(201);
    let asked = json!({ "name": name, "password": PASSWORD });
    assert_eq!(sign_up(&asked), (409, "DENIED".to_owned()));
    // The operator may give it to somebody.
    let owner = Person::new(edge(), &fresh("given"));
    let operator = Api::of(edge());
    let _ = operator.post("namespaces", &json!({ "name": name })).expect(201);
    let path = format!("namespaces/{name}/members/{}", owner.name);
    let _ = operator.put(&path, &json!({ "role": "owner" })).expect(200);
    assert_eq!(owner.push_status(PASSWORD, &format!("{name}/tool")), 202);
}

fn a_password_is_long_enough_and_not_the_name() {
    let name = fresh("password");
    for password in ["", "123456789", &name, &"a".repeat(201), &"𝄞".repeat(257)] {
        let asked = json!({ "name": name, "password": password });
        assert_eq!(sign_up(&asked), (400, "UNSUPPORTED".to_owned()), "{password}");
    }
    let long = "é".repeat(200);
    assert_eq!(sign_up(&json!({ "name": name, "password": long })).0, 201);
    let _ = Person::stranger(edge(), &name).sign_in(&long).expect(200);
}

fn what_cannot_be_read_is_refused() {
    for document in [
        json!([]),
        json!({}),
        json!({ "name": fresh("odd") }),
        json!({ "name": 7, "password": PASSWORD }),
        json!({ "name": fresh("odd"), "password": PASSWORD, "role": "operator" }),
        json!({ "name": fresh("odd"), "password": PASSWORD, "mail": "nowhere" }),
        json!({ "name": fresh("odd"), "password": PASSWORD, "mail": "a@b.c\r\nBcc: d@e.f" }),
    ] {
        assert_eq!(sign_up(&document), (400, "UNSUPPORTED".to_owned()), "{document}");
    }
}
