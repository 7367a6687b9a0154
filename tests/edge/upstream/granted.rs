//! Whose names the root's are, where a rule answers for it: the operator decides.

use super::names;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::Api;
use roadstead_tests::client::person::{PASSWORD, Person};
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![namespaces_exist_by_the_operators_grant_only]
}

fn namespaces_exist_by_the_operators_grant_only() {
    let person = Person::new(names::edge(), "somebody");
    let account = person.get("account").expect(200).json();
    assert_eq!(account["namespaces"], json!([]), "{account}");
    for name in ["somebody/tool", "popular/tool", "tool"] {
        assert_eq!(person.push_status(PASSWORD, name), 401, "{name}");
    }
    let answer = person.post("namespaces", &json!({ "name": "popular" })).expect(403);
    assert!(answer.text().contains("given by whoever runs this registry"), "{answer}");
    // The operator gives one, also that of the account's own name.
    let operator = Api::of(names::edge());
    let _ = operator.post("namespaces", &json!({ "name": "somebody" })).expect(201);
    let _ = operator.post("namespaces", &json!({ "name": "somebody" })).expect(409);
    let seat = "namespaces/somebody/members/somebody";
    let _ = operator.put(seat, &json!({ "role": "owner" })).expect(200);
    assert_eq!(person.push_status(PASSWORD, "somebody/tool"), 202);
}
