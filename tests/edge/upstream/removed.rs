//! A rule that is taken away, and one that has a mistake.

use super::pull::must_pull;
use libtest_mimic::Trial;
use roadstead_tests::bucket::Bucket;
use roadstead_tests::claims;
use roadstead_tests::client::api::Api;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack::Stack;
use roadstead_tests::upstream::{Day, Goods, Upstream, image};
use serde_json::{Value, json};
use std::sync::OnceLock;

static EDGE: OwnStack = OwnStack::made("removed", settings);

fn settings() -> String {
    format!("UPSTREAMS={}\n", rules())
}

fn rules() -> Value {
    let url = format!("http://{}", registry().host());
    json!({
        "old": { "url": url, "host": "old.example", "allow_private": true },
        "kept": { "url": format!("{url}/"), "host": "kept.example", "allow_private": true },
    })
}

fn registry() -> &'static Upstream {
    static REGISTRY: OnceLock<Upstream> = OnceLock::new();
    REGISTRY.get_or_init(Upstream::start)
}

pub(super) fn stop() {
    EDGE.stop();
}

pub(super) fn claims() -> Vec<Trial> {
    claims![a_rule_that_is_taken_away_takes_what_it_cached_along]
}

fn start_with(stack: &Stack, rules: &Value) {
    stack.set(&[("UPSTREAMS", &rules.to_string())]);
    stack.restart().unwrap_or_else(|error| panic!("it does not start again: {error}"));
}

fn is_unknown(name: &str) {
    let answer = Repository::as_anyone(name).on(EDGE.get()).get("manifests/1").send();
    let answer = answer.expect(404);
    assert_eq!(answer.json()["errors"][0]["code"], "NAME_UNKNOWN", "{name}: {answer}");
}

/// Sweeps, and says how many cached objects went.
fn swept(stack: &Stack) -> u64 {
    let answer = Api::of(stack).post("admin/sweep", &json!({})).expect(200).json();
    assert_eq!((&answer["failed"], &answer["more"]), (&json!(0), &json!(false)), "{answer}");
    answer["cached"].as_u64().unwrap_or_else(|| panic!("does not say: {answer}"))
}

/// How many keys lie below `cache/PREFIX/`.
fn resting(stack: &Stack, prefix: &str) -> usize {
    stack.stop();
    let bucket = Bucket::of(stack);
    assert!(bucket.below("repos/").is_empty(), "something looks published");
    bucket.below(&format!("cache/{prefix}/")).len()
}

fn a_rule_that_is_taken_away_takes_what_it_cached_along() {
    let stack = EDGE.get();
    let goods: Goods = image(950, 3_000_000);
    registry().sell("a/tool", &goods, Day::default());
    let (old, kept) = ("old/a/tool", "kept/a/tool");
    for name in [old, kept] {
        must_pull(&Repository::as_anyone(name).on(stack), &goods, "1");
    }
    assert_eq!(swept(stack), 0, "what is cached by a rule is no rubbish");
    assert!(resting(stack, "old") > 0);

    // A mistake takes nothing away, and gives nothing to anybody else.
    let mut wrong = rules();
    wrong["old"]["tag_ttl"] = json!(60);
    start_with(stack, &wrong);
    is_unknown(old);
    let log = stack.log();
    assert!(log.contains("UPSTREAMS.old.tag_ttl is not known; did you mean tag_ttl_s?"), "{log}");
    let push = Repository::as_operator(old).on(stack).request("POST", "blobs/uploads/");
    assert_eq!(push.body(b"").send().status, 403);
    assert_eq!(swept(stack), 0);
    let rested = resting(stack, "old");
    assert!(rested > 0);

    let mut less = rules();
    if let Some(table) = less.as_object_mut() {
        table.remove("old");
    }
    start_with(stack, &less);
    is_unknown(old);
    assert_eq!(swept(stack), rested as u64);
    assert_eq!(swept(stack), 0);
    must_pull(&Repository::as_anyone(kept).on(stack), &goods, "1");
    assert_eq!(resting(stack, "old"), 0);
    assert!(resting(stack, "kept") > 0);
    stack.restart().unwrap_or_else(|error| panic!("it does not start again: {error}"));
}
