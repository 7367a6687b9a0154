//! Another name for the operator: nobody inherits what the old one had, and the new one nothing that
//! somebody else had.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::with_json;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack;
use serde_json::json;

static RENAMED: OwnStack = OwnStack::new("renamed");

pub(super) fn claims() -> Vec<Trial> {
    claims![nobody_inherits_from_another_name_of_the_operator]
}

pub(super) fn stop() {
    RENAMED.stop();
}

fn rename(name: &str) {
    RENAMED.get().set(&[("OPERATOR_NAME", name)]);
    RENAMED.get().restart().unwrap_or_else(|error| panic!("{error}"));
}

fn nobody_inherits_from_another_name_of_the_operator() {
    let edge = RENAMED.get();
    rename("harbour");
    let harbour = Person::stranger(edge, "harbour");
    let _ = harbour.sign_in(stack::PASSWORD).expect(200);
    let (_, token) = harbour.personal_token(&["pull", "push:team/*"]);
    let _ = harbour.post("namespaces", &json!({ "name": "team" })).expect(201);
    // Its own name it may have as well.
    let _ = harbour.post("namespaces", &json!({ "name": "harbour" })).expect(201);
    let _ = harbour.post("namespaces", &json!({ "name": "harbour" })).expect(409);
    assert_eq!(harbour.push_status(&token, "team/tool"), 202);
    // One that has only memberships, and one that has only tokens.
    for name in ["member", "bearer"] {
        rename(name);
        let person = Person::stranger(edge, name);
        let _ = person.sign_in(stack::PASSWORD).expect(200);
        if name == "member" {
            let _ = person.post("namespaces", &json!({ "name": "crew" })).expect(201);
        } else {
            let _ = person.personal_token(&["pull"]);
        }
    }
    rename("keeper");
    for name in ["harbour", "member", "bearer"] {
        let asked = json!({ "name": name, "password": PASSWORD });
        let request = with_json(Request::new("POST", "/api/v1/accounts"), &asked);
        let _ = request.send_to(edge.host()).expect(409);
    }
    let _ = harbour.get("account").expect(401);
    let _ = harbour.ask_token(&token, &[]).expect(401);
    // Nor does the operator's new name make an operator of who had it.
    let person = Person::new(edge, "person");
    let (_, own) = person.personal_token(&["pull", "push:person/*", "push:library/*"]);
    assert_eq!(person.push_status(&own, "person/tool"), 202);
    rename("person");
    let _ = person.ask_token(&own, &[]).expect(401);
    let _ = person.get("account").expect(401);
}
