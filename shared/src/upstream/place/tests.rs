use super::*;
use crate::oci::path::{self, Path};
use serde_json::json;

const HOST: &str = "edge.example:8787";

fn rules() -> Rules {
    let (rules, wrong) = Rules::read(Some(&json!({
        "hub": { "preset": "docker-hub", "default": true, "hostname": "hub.example" },
        "quay.io": { "preset": "quay" },
        "team": { "url": "registry.example", "path": "team/images" },
    })));
    assert_eq!(wrong, []);
    rules
}

/// Where `GET path` at `host` is read, as `asked -> prefix name`, `here NAME` or `nowhere`.
fn at(host: &str, url: &str) -> String {
    let rules = rules();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let ns = query.strip_prefix("ns=");
    let place = rules.place(host, path, ns);
    let name = match path::split(&place.path) {
        Ok(Path::Manifest(name, _)) => name,
        other => return format!("{other:?}"),
    };
    match rules.locate(&place, &name) {
        Ok(Located::There { asked, target }) => {
            format!("{asked} -> {} {}", target.rule.prefix, target.name)
        }
        Ok(Located::Here) => match name.parse().ok().and_then(|n| rules.fall_back(&place, &n)) {
            Some(target) => format!("here {name}, else {} {}", target.rule.prefix, target.name),
            None => format!("here {name}"),
        },
        Ok(Located::Nowhere) => "nowhere".to_owned(),
        Err(Invalid) => "invalid".to_owned(),
    }
}

#[test]
fn names_reach_a_rule_in_every_way_that_clients_use() {
    for (url, expected) in [
        ("/v2/hub/library/alpine/manifests/1", "hub/library/alpine -> hub library/alpine"),
        ("/v2/hub/alpine/manifests/1", "hub/alpine -> hub library/alpine"),
        ("/v2/hub/acme/app/manifests/1", "hub/acme/app -> hub acme/app"),
        ("/v2/quay.io/a/b/manifests/1", "quay.io/a/b -> quay.io a/b"),
        ("/v2/team/app/manifests/1", "team/app -> team team/images/app"),
        // containerd, hosts.toml and its `_default`.
        ("/v2/library/alpine/manifests/1?ns=docker.io", "library/alpine -> hub library/alpine"),
        ("/v2/alpine/manifests/1?ns=index.docker.io", "alpine -> hub library/alpine"),
        ("/v2/a/b/manifests/1?ns=registry-1.docker.io", "a/b -> hub a/b"),
        ("/v2/a/b/manifests/1?ns=QUAY.io:443", "a/b -> quay.io a/b"),
        // The same with `override_path`, and with the prefix in front of it all.
        ("/v2/hub/library/alpine/manifests/1?ns=docker.io", "library/alpine -> hub library/alpine"),
        ("/v2/hub/acme/manifests/1?ns=docker.io", "hub/acme -> hub hub/acme"),
        ("/v2/quay.io/a/b/manifests/1?ns=quay.io", "a/b -> quay.io a/b"),
        ("/hub/v2/library/alpine/manifests/1", "library/alpine -> hub library/alpine"),
        ("/hub/v2/alpine/manifests/1?ns=docker.io", "alpine -> hub library/alpine"),
        // `ns` is the registry, whatever else the URL says.
        ("/v2/hub/a/b/manifests/1?ns=quay.io", "hub/a/b -> quay.io hub/a/b"),
        ("/hub/v2/a/b/manifests/1?ns=quay.io", "a/b -> quay.io a/b"),
        // The root, where nothing is published under the name.
        ("/v2/library/alpine/manifests/1", "here library/alpine, else hub library/alpine"),
        ("/v2/alpine/manifests/1", "here alpine, else hub library/alpine"),
        ("/v2/a/b/manifests/1?ns=edge.example:8787", "here a/b, else hub a/b"),
        ("/v2/a/b/manifests/1?ns=", "here a/b, else hub a/b"),
        // A prefix alone is no repository.
        ("/v2/hub/manifests/1", "here hub"),
    ] {
        assert_eq!(at(HOST, url), expected, "{url}");
    }
}

#[test]
fn a_registry_that_no_rule_knows_is_asked_by_nobody() {
    for (url, expected) in [
        ("/v2/a/b/manifests/1?ns=evil.example", "here a/b"),
        ("/v2/hub/library/alpine/manifests/1?ns=evil.example", "here hub/library/alpine"),
        ("/v2/a/b/manifests/1?ns=http://127.0.0.1", "here a/b"),
        ("/v2/a/b/manifests/1?ns=docker.io@evil.example", "here a/b"),
        ("/hub/v2/a/b/manifests/1?ns=evil.example", "nowhere"),
    ] {
        assert_eq!(at(HOST, url), expected, "{url}");
    }
    assert_eq!(at("hub.example", "/v2/a/b/manifests/1?ns=evil.example"), "nowhere");
}

#[test]
fn at_a_host_of_its_own_every_name_is_the_rules() {
    for (url, expected) in [
        ("/v2/alpine/manifests/1", "alpine -> hub library/alpine"),
        ("/v2/hub/x/manifests/1", "hub/x -> hub hub/x"),
        ("/v2/a/b/manifests/1?ns=quay.io", "a/b -> quay.io a/b"),
    ] {
        assert_eq!(at("hub.example", url), expected, "{url}");
        assert_eq!(at("HUB.example:443", url), expected, "{url}");
    }
}

#[test]
fn what_becomes_too_long_or_no_name_is_refused() {
    let long = "a".repeat(250);
    assert_eq!(at(HOST, &format!("/v2/team/{long}/manifests/1")), "invalid");
    assert_eq!(at(HOST, "/v2/hub//a/manifests/1"), "invalid");
    assert_eq!(at(HOST, "/v2/hub/A/manifests/1"), "invalid");
    assert_eq!(at(HOST, "/v2/A/b/manifests/1?ns=quay.io"), "invalid");
}

#[test]
fn nothing_is_written_where_names_are_a_rules() {
    let rules = rules();
    let kept = |host: &str, path: &str, ns: Option<&str>, name: &str| {
        rules.keeps(&rules.place(host, path, ns), name).err().map(|kept| kept.prefix)
    };
    assert_eq!(kept(HOST, "/v2/", None, "hub/a").as_deref(), Some("hub"));
    assert_eq!(kept(HOST, "/v2/", None, "hub").as_deref(), Some("hub"));
    assert_eq!(kept(HOST, "/hub/v2/", None, "a/b").as_deref(), Some("hub"));
    assert_eq!(kept("hub.example", "/v2/", None, "a/b").as_deref(), Some("hub"));
    // `ns` says nothing there.
    assert_eq!(kept(HOST, "/v2/", Some("docker.io"), "a/b"), None);
    assert_eq!(kept(HOST, "/v2/", Some("docker.io"), "hub/b").as_deref(), Some("hub"));
    assert_eq!(kept(HOST, "/v2/", Some("evil.example"), "hub/b").as_deref(), Some("hub"));
    assert_eq!(kept(HOST, "/v2/", None, "hubx/b"), None);
}

/// Numbers that are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "two tables of words and what follows from them")]
fn whatever_is_asked_no_name_is_answered_by_a_registry_that_it_does_not_name() {
    const WORDS: [&str; 16] = [
        "hub",
        "quay.io",
        "team",
        "v2",
        "library",
        "a",
        "b",
        "manifests",
        "blobs",
        "..",
        "",
        "A",
        "%2F",
        "é",
        "hub.example",
        "docker.io",
    ];
    const SPACES: [&str; 12] = [
        "",
        "docker.io",
        "index.docker.io",
        "quay.io",
        "QUAY.IO",
        "registry.example",
        "evil.example",
        "edge.example:8787",
        "quay.io.evil.example",
        "http://quay.io",
        "[::1]:5000",
        "\u{0}",
    ];
    let (rules, mut chance) = (rules(), Chance(7));
    for _ in 0..20_000 {
        let name: Vec<&str> = (0..=chance.below(4)).map(|_| chance.one_of(&WORDS)).collect();
        let name = name.join("/");
        let front = chance.one_of(&["", "/hub", "/quay.io", "/none", "/v2"]);
        let host = chance.one_of(&[HOST, "hub.example", ""]);
        let ns = Some(chance.one_of(&SPACES)).filter(|_| chance.below(2) == 0);
        let place = rules.place(host, &format!("{front}/v2/{name}/manifests/1"), ns);
        let said = format!("{host} {front} {name} {ns:?}");
        let named = ns.filter(|ns| !ns.is_empty() && *ns != host);
        let by_ns = named.and_then(|ns| rules.by_host(ns));
        let first = name.split('/').next().unwrap_or_default();
        match rules.locate(&place, &name) {
            Ok(Located::There { target, asked }) => {
                let rule = &target.rule;
                let is_named = match named {
                    Some(_) => by_ns.is_some_and(|by_ns| by_ns == rule),
                    None => {
                        front.strip_prefix('/') == Some(&rule.prefix)
                            || rule.hostname.as_deref() == Some(host)
                            || first == rule.prefix
                    }
                };
                assert!(is_named, "{said}: {}", rule.prefix);
                assert!(name.ends_with(asked.as_str()), "{said}: {asked}");
                assert!(target.name.as_str().starts_with(&rule.path), "{said}");
                assert!(target.name.as_str().ends_with(name.rsplit('/').next().unwrap()), "{said}");
            }
            Ok(Located::Here) => {
                let rest = name.parse().ok().and_then(|name| rules.fall_back(&place, &name));
                assert!(rest.is_none() || named.is_none(), "{said}");
                assert!(rest.is_none() || rules.by_prefix(first).is_none(), "{said}");
            }
            Ok(Located::Nowhere) => assert!(named.is_some() && by_ns.is_none(), "{said}"),
            Err(Invalid) => {}
        }
        // Under a prefix nothing is ever written, however it is called.
        let kept = rules.keeps(&place, &name).is_err();
        assert!(kept || rules.by_prefix(first).is_none(), "{said}");
    }
}

#[test]
fn a_repository_has_one_name_here() {
    for (name, one) in [
        ("hub/alpine", "hub/library/alpine"),
        ("hub/library/alpine", "hub/library/alpine"),
        ("team/tool", "team/tool"),
        ("quay.io/a/b", "quay.io/a/b"),
        ("acme/app", "acme/app"),
        ("hub", "hub"),
    ] {
        let name: Name = name.parse().unwrap();
        assert_eq!(rules().called_here(&name).as_str(), one);
    }
}
