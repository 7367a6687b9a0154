#![expect(clippy::needless_pass_by_value, reason = "a table reads better without a reference")]

use super::*;
use crate::upstream::rule::{FOR_EVER_S, MISSES_PER_HOUR, TAG_TTL_S};
use crate::upstream::setting::FIELDS;
use crate::upstream::{Pattern, Pull};
use serde_json::json;

fn read(setting: Value) -> (Rules, Vec<String>) {
    let (rules, wrong) = Rules::read(Some(&setting));
    (rules, wrong.iter().map(ToString::to_string).collect())
}

/// The one rule of a setting in which nothing is wrong.
fn only(table: Value) -> Rc<Rule> {
    let (rules, wrong) = read(json!({ "p": table }));
    assert_eq!(wrong, [""; 0]);
    rules.by_prefix("p").unwrap().clone()
}

/// The places that are wrong in the one table of a setting, after which there is no rule.
fn faults(table: Value) -> Vec<String> {
    let (rules, wrong) = Rules::read(Some(&json!({ "p": table })));
    assert!(rules.all().is_empty(), "{rules:?}");
    let place = |wrong: &Wrong| wrong.place.trim_start_matches("UPSTREAMS.").to_owned();
    wrong.iter().map(place).collect()
}

#[test]
fn a_preset_is_enough() {
    let hub = only(json!({ "preset": "docker-hub" }));
    assert_eq!(hub.host, "docker.io");
    assert_eq!(hub.origin.to_string(), "https://registry-1.docker.io");
    assert_eq!(
        (hub.tag_ttl_s, hub.misses_per_hour, hub.budget_bytes, hub.stale_s),
        (TAG_TTL_S, Some(MISSES_PER_HOUR), None, None)
    );
    assert_eq!((hub.pull, hub.is_listed, hub.is_default), (Pull::Anonymous, true, false));
    for (preset, host) in [
        ("ecr-public", "public.ecr.aws"),
        ("quay", "quay.io"),
        ("k8s", "registry.k8s.io"),
        ("github", "ghcr.io"),
        ("github-container-registry", "ghcr.io"),
        ("gitlab", "registry.gitlab.com"),
        ("google", "gcr.io"),
        ("microsoft", "mcr.microsoft.com"),
        ("elastic", "docker.elastic.co"),
    ] {
        let rule = only(json!({ "preset": preset }));
        assert_eq!((rule.host.as_str(), rule.origin.host.as_str()), (host, host), "{preset}");
    }
}

#[test]
fn every_field_is_read() {
    let rule = only(json!({
        "url": "https://registry.example:5000",
        "host": "Registry.Example",
        "hostname": "mirror.example",
        "path": "team/images",
        "username": "robot$team",
        "password_secret": "TEAM_PASSWORD",
        "tag_ttl_s": { "*": 60, "v*": 600, "v1.*": 6000 },
        "immutable_tags": ["sha-*"],
        "budget_bytes": 1_000_000,
        "allow": ["team/*"],
        "deny": "team/secret",
        "platforms": ["linux/amd64", "linux/arm/v7"],
        "allow_private": false,
        "pull": "network",
        "default": true,
        "listed": false,
        "stale_s": 0,
        "misses_per_hour": "none",
    }));
    assert_eq!(
        (rule.host.as_str(), rule.hostname.as_deref()),
        ("registry.example", Some("mirror.example"))
    );
    assert_eq!(rule.origin.to_string(), "https://registry.example:5000");
    assert_eq!(
        (rule.username.as_deref(), rule.password_secret.as_deref()),
        (Some("robot$team"), Some("TEAM_PASSWORD"))
    );
    assert_eq!(
        ["v1.2", "v2", "x", "sha-1"].map(|tag| rule.ttl_s(tag)),
        [6000, 600, 60, FOR_EVER_S]
    );
    assert_eq!(
        (rule.budget_bytes, rule.stale_s, rule.misses_per_hour),
        (Some(1_000_000), Some(0), None)
    );
    assert_eq!(rule.allow, [Pattern::parse("team/*").unwrap()]);
    assert_eq!(rule.platforms, ["linux/amd64", "linux/arm/v7"]);
    assert_eq!((rule.pull, rule.is_default, rule.is_listed), (Pull::Network, true, false));
    let allows = |name: &str| rule.allows(&name.parse().unwrap());
    assert_eq!(["team/a", "team/secret", "other/a"].map(allows), [true, false, false]);
    assert_eq!(rule.target("a/b").unwrap().name.as_str(), "team/images/a/b");
}

#[test]
fn with_credentials_and_nothing_said_it_is_for_accounts_and_in_no_catalog() {
    let account = json!({ "preset": "github", "username": "u", "password_secret": "P" });
    let rule = only(account.clone());
    assert_eq!((rule.pull, rule.is_listed), (Pull::Account, false));
    let mut open = account.clone();
    open["pull"] = json!("anonymous");
    assert_eq!((only(open.clone()).pull, only(open).is_listed), (Pull::Anonymous, true));
    let mut listed = account;
    listed["listed"] = json!(true);
    assert_eq!(faults(listed), ["p.listed"]);
}

#[test]
fn every_fault_is_said_at_once_and_by_its_place() {
    let (rules, wrong) = Rules::read(Some(&json!({
        "hub": {
            "presett": "docker-hub",
            "url": "ftp://x",
            "path": "A",
            "username": "u",
            "tag_ttl_s": -1,
            "budget_bytes": 1.5,
            "platforms": ["linux"],
            "misses_per_hour": 0,
            "pull": "all",
            "default": "yes",
        },
        "v2": { "preset": "quay" },
        "a/b": { "preset": "k8s" },
        "good": { "preset": "google" },
        "bare": 1,
    })));
    let places: Vec<&str> = wrong.iter().map(|wrong| wrong.place.as_str()).collect();
    for place in [
        "UPSTREAMS.hub.presett",
        "UPSTREAMS.hub.url",
        "UPSTREAMS.hub.path",
        "UPSTREAMS.hub.password_secret",
        "UPSTREAMS.hub.tag_ttl_s",
        "UPSTREAMS.hub.budget_bytes",
        "UPSTREAMS.hub.platforms",
        "UPSTREAMS.hub.misses_per_hour",
        "UPSTREAMS.hub.pull",
        "UPSTREAMS.hub.default",
        "UPSTREAMS.v2",
        "UPSTREAMS.a/b",
        "UPSTREAMS.bare",
    ] {
        assert!(places.contains(&place), "{place}: {places:#?}");
    }
    assert_eq!(wrong.len(), 13, "{wrong:#?}");
    let said = wrong.iter().find(|wrong| wrong.place.ends_with("presett")).unwrap();
    assert_eq!(said.why, "is not known; did you mean preset?");
    assert_eq!(rules.all().iter().map(|rule| rule.prefix.as_str()).collect::<Vec<_>>(), ["good"]);
}

#[test]
fn what_is_not_public_is_asked_only_where_that_is_said() {
    for url in [
        "http://registry.example",
        "https://10.0.0.1",
        "http://127.0.0.1:5000",
        "https://registry.internal",
    ] {
        let places = faults(json!({ "url": url }));
        assert!(places.iter().all(|place| place == "p.url") && !places.is_empty(), "{url}");
        assert!(only(json!({ "url": url, "allow_private": true })).allow_private, "{url}");
    }
}

#[test]
fn the_names_of_docker_hub_lead_to_where_it_answers() {
    for url in ["docker.io", "https://index.docker.io", "https://registry-1.docker.io/"] {
        let rule = only(json!({ "url": url }));
        assert_eq!(
            (rule.host.as_str(), rule.origin.host.as_str()),
            ("docker.io", "registry-1.docker.io")
        );
        assert_eq!(rule.target("alpine").unwrap().name.as_str(), "library/alpine");
        assert_eq!(rule.target("acme/app").unwrap().name.as_str(), "acme/app");
    }
    let other = only(json!({ "preset": "quay" }));
    assert_eq!(other.target("alpine").unwrap().name.as_str(), "alpine");
}

#[test]
fn a_registry_of_ones_own_needs_its_address() {
    for (preset, url) in [
        ("azure", "acme.azurecr.io"),
        ("ecr", "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com"),
    ] {
        assert_eq!(faults(json!({ "preset": preset })), ["p.url"]);
        assert_eq!(faults(json!({ "preset": preset, "url": "evil.example" })), ["p.url"]);
        assert_eq!(
            only(json!({ "preset": preset, "url": url })).host,
            url.trim_start_matches("https://")
        );
    }
    assert_eq!(faults(json!({})), ["p.url"]);
    assert_eq!(faults(json!({ "preset": "dockerhub" })), ["p.preset"]);
}

#[test]
fn a_secret_is_named_and_never_written_down() {
    for secret in ["hunter2", "dckr_pat_x", "A-B", "1A", "TOKEN_KEY", "OPERATOR_PASSWORD"] {
        let table = json!({ "preset": "quay", "username": "u", "password_secret": secret });
        assert_eq!(faults(table), ["p.password_secret"], "{secret}");
    }
    assert_eq!(faults(json!({ "preset": "quay", "password_secret": "A" })), ["p.username"]);
}

#[test]
fn two_that_want_the_same_are_both_no_rules() {
    let (rules, wrong) = read(json!({
        "a": { "preset": "quay", "default": true },
        "b": { "url": "quay.io" },
        "c": { "preset": "k8s", "default": true },
        "d": { "preset": "github", "hostname": "m.example" },
        "e": { "preset": "google", "hostname": "M.example" },
        "f": { "preset": "elastic" },
    }));
    assert_eq!(wrong.len(), 6, "{wrong:#?}");
    assert_eq!(rules.all().iter().map(|rule| rule.prefix.as_str()).collect::<Vec<_>>(), ["f"]);
}

#[test]
fn the_setting_is_a_table_or_its_text() {
    let text = json!({ "hub": { "preset": "docker-hub" } }).to_string();
    assert_eq!(read(Value::String(text)).0.all().len(), 1);
    for none in [json!(null), json!(""), json!("  "), json!({})] {
        assert_eq!(read(none), (Rules::default(), Vec::new()));
    }
    for bad in [json!("{"), json!("[]"), json!([]), json!(1)] {
        let (rules, wrong) = read(bad);
        assert_eq!((wrong.len(), rules.all().len()), (1, 0));
        // What cannot be read takes nothing away, and gives nothing to strangers.
        assert!(rules.take_root() && !rules.was_removed("hub"));
    }
    assert_eq!(Rules::read(None), (Rules::default(), Vec::new()));
    assert!(FIELDS.is_sorted());
}

#[test]
fn a_table_with_a_fault_is_no_rule_and_its_prefix_nobody_elses() {
    let (rules, wrong) =
        read(json!({ "hub": { "preset": "typo", "default": true }, "k8s": { "preset": "k8s" } }));
    assert_eq!((wrong.len(), rules.all().len()), (1, 1));
    assert!(rules.is_ours("hub/x").is_err() && rules.is_ours("hubx/x").is_ok());
    assert!(rules.default_rule().is_none() && rules.take_root());
    assert_eq!(["hub", "k8s", "old"].map(|prefix| rules.was_removed(prefix)), [false, false, true]);
    assert!(!read(json!({ "k8s": { "preset": "k8s" } })).0.take_root());
}

#[test]
fn whatever_a_table_says_it_is_a_rule_or_a_fault_never_both() {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("none"),
        json!("docker-hub"),
        json!("https://a.example"),
        json!("a/b"),
        json!("http://[::1]"),
        json!("é"),
        json!("A".repeat(10_000)),
        json!([]),
        json!([""]),
        json!([1]),
        json!(["*", "a?"]),
        json!({}),
        json!({ "*": 1 }),
        json!({ "": 1 }),
        json!({ "v*": "x" }),
        json!("linux/amd64"),
        json!("account"),
        json!("S3"),
    ];
    for field in FIELDS {
        for other in FIELDS {
            for (number, value) in values.iter().enumerate() {
                let twin = values[(number * 7 + 3) % values.len()].clone();
                let mut table = json!({ "url": "a.example" });
                table[field] = value.clone();
                table[other] = twin;
                let (rules, wrong) = Rules::read(Some(&json!({ "p": table })));
                assert_eq!(rules.all().is_empty(), !wrong.is_empty(), "{table}: {wrong:?}");
                assert!(wrong.iter().all(|it| it.place.starts_with("UPSTREAMS.p")), "{wrong:?}");
                let Some(rule) = rules.by_prefix("p") else { continue };
                assert!(rule.allow_private || rule.origin.secure, "{table}");
                assert!(rule.pull == Pull::Anonymous || !rule.is_listed, "{table}");
                assert_eq!(rule.username.is_some(), rule.password_secret.is_some(), "{table}");
            }
        }
    }
}
