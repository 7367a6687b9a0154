//! Copying images from other registries: what arrives, what goes wrong on the way, what is refused,
//! and who is shown a password.

mod copy;
mod crash;
mod fault;
mod refusal;
mod secret;

use libtest_mimic::Trial;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::{Repository, text};
use roadstead_tests::deadline::Deadline;
use roadstead_tests::upstream::upstream;
use serde_json::{Value, json};
use std::time::Duration;

/// Longer than any import of these claims takes, pauses between its tries included.
const PATIENCE: Duration = Duration::from_mins(4);

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let rooms =
        [copy::claims(), fault::claims(), refusal::claims(), secret::claims(), crash::claims()];
    rooms.into_iter().flatten().collect()
}

/// What is asked for, from `name` of the other registry.
fn order(name: &str, target: &str) -> Value {
    json!({ "source": format!("{}/{name}", upstream().host()), "target": target })
}

fn ask(order: &Value) -> Answer {
    Request::new("POST", "/api/v1/import").as_operator().body(order.to_string()).send()
}

/// Begins an import; the path of its state.
fn begin(order: &Value) -> String {
    let answer = ask(order).expect(202);
    let state = answer.json();
    assert_eq!(state["state"], "running", "{state}");
    let location = answer.must("Location").to_owned();
    assert_eq!(location, format!("/api/v1/import/{}", text(&state, "id")));
    location
}

fn state(location: &str) -> Value {
    Request::get(location).as_operator().send().expect(200).json()
}

/// The state of an import once it is over.
fn end(location: &str) -> Value {
    let over = || Some(state(location)).filter(|state| state["state"] != "running");
    let state = Deadline::after(PATIENCE).wait(over);
    state.unwrap_or_else(|| panic!("it never ends: {}", self::state(location)))
}

/// Runs an import that must go well; its last state.
fn import(order: &Value) -> Value {
    let state = end(&begin(order));
    assert_eq!(state["state"], "done", "{state}");
    assert_eq!(state["error"], Value::Null, "{state}");
    for what in ["blobs", "manifests", "bytes"] {
        assert_eq!(state[what]["done"], state[what]["total"], "{state}");
    }
    state
}

/// Runs an import that must fail; what it says.
fn failure(order: &Value) -> String {
    let state = end(&begin(order));
    assert_eq!(state["state"], "failed", "{state}");
    text(&state, "error")
}

fn reader(name: &str) -> Repository {
    Repository::as_anyone(name)
}
