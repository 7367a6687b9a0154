//! Where the operator lets nobody make an account.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::person::{PASSWORD, Person};
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack;
use serde_json::json;

static CLOSED: OwnStack = OwnStack::with("closed", "SIGN_UP=closed\n");

pub(super) fn claims() -> Vec<Trial> {
    claims![nobody_makes_an_account_where_that_is_closed]
}

pub(super) fn stop() {
    CLOSED.stop();
}

fn nobody_makes_an_account_where_that_is_closed() {
    let person = Person::stranger(CLOSED.get(), "somebody");
    let asked = json!({ "name": "somebody", "password": PASSWORD });
    let answer = person.post("accounts", &asked).expect(403);
    assert!(answer.text().contains("not to be had here"), "{answer}");
    let _ = person.sign_in(PASSWORD).expect(401);
    let operator = Person::stranger(CLOSED.get(), stack::OPERATOR);
    let _ = operator.sign_in(stack::PASSWORD).expect(200);
}
