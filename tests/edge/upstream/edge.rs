//! The edge with the rules, and the registries behind them.

use roadstead_tests::client::api::Api;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::client::{containerd, mirrored};
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack::Stack;
use roadstead_tests::upstream::Upstream;
use roadstead_tests::upstream::real::Real;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

/// What may rest of the registry `little`, in bytes.
pub(super) const BUDGET: u64 = 64 * 1024 * 1024;
/// How long a tag is trusted whose name begins with `short`.
pub(super) const SHORT: Duration = Duration::from_secs(2);
/// A tag that is trusted for so long; any other is for an hour.
pub(super) const SHORT_TAG: &str = "short";

/// The registries of our own, by the prefix of their rules: each that fails or is closed is one
/// claim's. `hub` answers for the root, and what `stub` is asked harms nobody else.
const STUBS: [&str; 29] = [
    "stub",
    "hub",
    "ctr",
    "podman",
    "skopeo",
    "plain",
    "crowd",
    "leaver",
    "moving",
    "little",
    "well",
    "slow",
    "many",
    "failing",
    "garbage",
    "half",
    "forged",
    "lying",
    "gone",
    "stalling",
    "cutting",
    "lengths",
    "ring",
    "alone",
    "misnaming",
    "shut",
    "listing",
    "limits",
    "counting",
];
/// A registry that no rule is about.
const UNRULED: &str = "unruled";

static EDGE: OwnStack = OwnStack::made("upstream", settings);
static REGISTRIES: OnceLock<BTreeMap<&'static str, Upstream>> = OnceLock::new();
static REAL: OnceLock<Real> = OnceLock::new();

/// The edge, running.
pub(super) fn edge() -> &'static Stack {
    EDGE.get()
}

/// Whether any claim has asked for it and got it.
pub(crate) fn is_running() -> bool {
    EDGE.is_running()
}

/// Ends it and what stands behind it, if any claim had asked for it.
pub(super) fn stop() {
    mirrored::stop();
    containerd::stop();
    EDGE.stop();
    if let Some(real) = REAL.get() {
        real.close();
    }
}

/// The registry behind the rule of this prefix.
pub(super) fn registry(prefix: &str) -> &'static Upstream {
    let registries =
        REGISTRIES.get_or_init(|| all_stubs().map(|prefix| (prefix, Upstream::start())).collect());
    registries.get(prefix).unwrap_or_else(|| panic!("no registry {prefix}"))
}

fn all_stubs() -> impl Iterator<Item = &'static str> {
    STUBS.into_iter().chain([UNRULED])
}

/// distribution, behind the rule `real`. Only for claims that need it: not every machine has it.
pub(super) fn real() -> &'static Real {
    REAL.get_or_init(|| Real::start("real", &real_host()))
}

/// What the registry of a rule is called in references.
pub(super) fn called(prefix: &str) -> String {
    format!("{prefix}.example")
}

/// A repository of another registry, as anybody sees it here.
pub(super) fn cached(prefix: &str, name: &str) -> Repository {
    Repository::as_anyone(&format!("{prefix}/{name}")).on(edge())
}

/// How a rule stands, as the operator is told.
pub(super) fn report(prefix: &str) -> Value {
    let all = Api::of(edge()).get("upstreams").expect(200).json();
    let rules = all["upstreams"].as_array().cloned().unwrap_or_default();
    let found = rules.into_iter().find(|rule| rule["prefix"] == prefix);
    found.unwrap_or_else(|| panic!("no {prefix} in {all}"))
}

/// A number of that.
pub(super) fn reported(prefix: &str, key: &str) -> u64 {
    let report = report(prefix);
    report[key].as_u64().unwrap_or_else(|| panic!("no number {key}: {report}"))
}

fn real_host() -> String {
    static HOST: OnceLock<String> = OnceLock::new();
    HOST.get_or_init(roadstead_tests::upstream::real::free_address).clone()
}

fn settings() -> String {
    let rule = |prefix: &str, host: &str| {
        json!({
            "url": format!("http://{host}"), "host": called(prefix), "allow_private": true,
            "tag_ttl_s": { "*": 3600, "short*": SHORT.as_secs() },
        })
    };
    let mut rules = Map::new();
    for prefix in STUBS {
        rules.insert(prefix.to_owned(), rule(prefix, registry(prefix).host()));
    }
    rules.insert("real".to_owned(), rule("real", &real_host()));
    rules["hub"]["default"] = json!(true);
    rules["little"]["budget_bytes"] = json!(BUDGET);
    let tiers = json!({ "anonymous": { "bytes_per_month": null } });
    format!("UPSTREAMS={}\nTIERS={tiers}\n", Value::Object(rules))
}
