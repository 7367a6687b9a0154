//! The edge's own call that collects what nobody names any more.

use crate::client::http::{Answer, Request};
use crate::stack::Stack;
use serde_json::{Value, json};

/// A sweep does a bounded part of the work at a time.
const ROUNDS: usize = 1_000;

/// Sweeps until nothing is left to do, without any grace; what restoring needs stays.
pub fn sweep(stack: &Stack) {
    sweep_with(stack, &json!({ "grace_s": 0 }));
}

/// Sweeps until nothing is left to do, also of what could have been restored.
pub fn purge(stack: &Stack) {
    sweep_with(stack, &json!({ "grace_s": 0, "restorable_s": 0 }));
}

/// One call; the answer may be a refusal.
pub fn ask(stack: &Stack, body: &Value) -> Answer {
    let request = Request::new("POST", "/api/v1/admin/sweep").at(stack.host()).as_operator();
    request.header("Content-Type", "application/json").body(body.to_string()).send()
}

fn sweep_with(stack: &Stack, body: &Value) {
    for _ in 0..ROUNDS {
        let answer = ask(stack, body).expect(200);
        let more = answer.json()["more"].as_bool();
        if !more.unwrap_or_else(|| panic!("does not say whether there is more: {answer}")) {
            return;
        }
    }
    panic!("the sweep does not come to an end");
}
