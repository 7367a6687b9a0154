//! The edge's own call that collects what nobody names any more.

use crate::client::api::Api;
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

fn sweep_with(stack: &Stack, asked: &Value) {
    for _ in 0..ROUNDS {
        let answer = Api::of(stack).post("admin/sweep", asked).expect(200);
        let more = answer.json()["more"].as_bool();
        if !more.unwrap_or_else(|| panic!("does not say whether there is more: {answer}")) {
            return;
        }
    }
    panic!("the sweep does not come to an end");
}
