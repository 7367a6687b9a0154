//! The page that helps people to move here, rendered natively.

#![cfg(feature = "ssr")]

use roadstead_shared::catalog::Host;
use roadstead_shared::moving::destination::Upstream;
use roadstead_shared::visitor::{Terms, Visitor};
use roadstead_web::{Theme, pages::moving, visit::Visit};
use std::sync::Arc;

fn page(host: &str, is_plain: bool, upstreams: Vec<Upstream>) -> String {
    moving::page(&Arc::new(Visit {
        host: Host::parse(host, is_plain),
        origin: format!("https://{host}"),
        path: "/move".to_owned(),
        query: String::new(),
        theme: Theme::Auto,
        tool: None,
        request_id: "9f2c41aa-10ce".to_owned(),
        now_ms: 0,
        contact: None,
        visitor: Visitor { terms: Terms { upstreams, ..Terms::default() }, ..Visitor::default() },
    }))
}

fn hub() -> Vec<Upstream> {
    let hub =
        Upstream { registry: "docker.io".into(), prefix: "dockerhub".into(), is_default: true };
    vec![hub]
}

#[test]
fn the_page_shows_the_configuration_of_this_host() {
    let html = page("reg.example", false, hub());
    for text in [
        "<title>Move here · Roadstead</title>",
        "<code>docker.io/…</code>",
        "<code>reg.example/dockerhub/…</code>",
        "https://reg.example/v2/dockerhub",
        "registry-mirrors",
        "[[registry.mirror]]",
        "kind: ClusterPolicy",
        "proxyCache",
        "roadstead scan --host reg.example --rule dockerhub=docker.io --write .",
    ] {
        assert!(html.contains(text) || html.contains(&text.replace('"', "&quot;")), "{text}");
    }
    assert!(!html.contains("quay.io"), "a registry that no rule leads to");
    assert!(!html.contains("answers for no other one yet"));
}

#[test]
fn without_rules_the_page_says_that_there_are_none() {
    let html = page("127.0.0.1:8787", true, Vec::new());
    assert!(html.contains("answers for no other one yet"));
    assert!(html.contains("http://127.0.0.1:8787/v2/hub"));
    assert!(html.contains("127.0.0.1:8787/quay/…"));
    // dockerd asks at the root, which leads nowhere here.
    assert!(!html.contains("registry-mirrors&quot;") && !html.contains("\"registry-mirrors\":"));
}

#[test]
fn the_field_is_whole_before_a_script_has_run() {
    let html = page("reg.example", false, hub());
    for text in
        ["for=\"paste\"", "id=\"paste\"", "for=\"rewritten\"", "id=\"rewritten\"", "readonly"]
    {
        assert!(html.contains(text), "{text}");
    }
    assert!(html.contains("Without JavaScript"), "what to do else");
}

#[test]
fn under_an_address_that_no_name_begins_with_the_page_says_so() {
    for html in [page("registry", false, hub()), page("[::1]:80", false, hub())] {
        assert!(html.contains("no image’s name can begin with"), "{html}");
        assert!(!html.contains("hosts.toml"));
    }
}

#[test]
fn every_page_leads_there() {
    assert!(page("reg.example", false, hub()).contains("<a href=\"/move\">Move here</a>"));
}
