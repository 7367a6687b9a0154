//! Pages rendered natively, from the same functions that the Worker calls, and read as text.

#![cfg(feature = "ssr")]

use roadstead_shared::api::contact::Contact;
use roadstead_shared::catalog::{
    Host, Kind, Platform, PlatformEntry, RepositoryDetail, RepositorySummary, TagCount, TagEntry,
    Tool,
};
use roadstead_shared::visitor::Visitor;
use roadstead_web::{
    Theme,
    app::Choice,
    pages::{
        home, method_not_allowed,
        not_found::{self, Missing},
        report, repository, taken_down,
        trouble::{self, Trouble},
    },
    source::{home::Listing, takedown::Takedown},
    visit::{SharedVisit, Visit},
};
use std::{collections::BTreeMap, sync::Arc};

const NOW_MS: i64 = 1_795_251_300_000;
const HOUR_MS: i64 = 3_600_000;

fn visit(theme: Theme, tool: Option<Tool>) -> SharedVisit {
    Arc::new(Visit {
        host: Host::parse("reg.example", false),
        origin: "https://reg.example".to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        theme,
        tool,
        request_id: "9f2c41aa-10ce".to_owned(),
        now_ms: NOW_MS,
        contact: Contact::parse("abuse@reg.example"),
        visitor: Visitor::default(),
    })
}

fn plain() -> SharedVisit {
    visit(Theme::Auto, None)
}

fn platform(architecture: &str, content_bytes: Option<u64>) -> PlatformEntry {
    PlatformEntry {
        platform: Platform {
            os: "linux".to_owned(),
            architecture: architecture.to_owned(),
            variant: String::new(),
        },
        digest: format!("sha256:{architecture}"),
        content_bytes,
    }
}

fn tag(name: &str, kind: Kind) -> TagEntry {
    TagEntry {
        name: name.to_owned(),
        digest: format!("sha256:{}", "9f2c41d07a".repeat(6)),
        kind,
        artifact_type: None,
        platforms: Vec::new(),
        content_bytes: Some(18_400),
        built_at_ms: None,
        pushed_at_ms: NOW_MS - 2 * HOUR_MS,
    }
}

fn image(name: &str) -> TagEntry {
    TagEntry {
        platforms: vec![platform("amd64", Some(71_000_000)), platform("arm64", Some(78_000_000))],
        content_bytes: None,
        ..tag(name, Kind::Image)
    }
}

fn listed(name: &str, featured: Option<TagEntry>) -> RepositorySummary {
    RepositorySummary {
        name: name.to_owned(),
        description: Some("A small reverse proxy".to_owned()),
        tag_count: TagCount::new(5, 100),
        recent_tags: vec!["latest".to_owned(), "1.4.2".to_owned()],
        featured,
        updated_at_ms: NOW_MS - 2 * HOUR_MS,
    }
}

fn detail(featured: TagEntry) -> RepositoryDetail {
    RepositoryDetail {
        name: "acme/edge-proxy".to_owned(),
        verified: false,
        description: None,
        tag_count: TagCount::new(1, 1000),
        tags: vec![featured.clone()],
        more_tags: false,
        featured: Some(featured),
        annotations: BTreeMap::new(),
        created_at_ms: NOW_MS - 48 * HOUR_MS,
        updated_at_ms: NOW_MS - 2 * HOUR_MS,
    }
}

fn listing(repositories: Vec<RepositorySummary>) -> Listing {
    Listing { repositories, more: false }
}

fn assert_holds(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part:?} is not in {html}");
    }
}

#[test]
fn the_home_page_lists_tags_platforms_size_age_and_command() {
    let html =
        home::page(&plain(), listing(vec![listed("acme/edge-proxy", Some(image("1.4.2")))]), 1);
    assert_holds(
        &html,
        &[
            "<!DOCTYPE html><html lang=\"en\">",
            "<a href=\"/r/acme/edge-proxy\">acme/edge-proxy</a>",
            "A small reverse proxy",
            "<code>1.4.2</code>",
            "<code>latest</code>",
            "+3",
            "title=\"linux/arm64\"",
            "71–78 MB",
            "datetime=\"2026-11-21T06:55:00Z\"",
            "title=\"21 Nov 2026, 06:55 UTC\"",
            "2 h ago",
            "docker pull reg.example/acme/edge-proxy:1.4.2",
        ],
    );
}

#[test]
fn the_command_follows_the_remembered_tool_where_it_fits() {
    let rows = vec![
        listed("a/image", Some(image("1.0"))),
        listed("a/chart", Some(tag("0.9.1", Kind::Chart))),
    ];
    let html = home::page(&visit(Theme::Auto, Some(Tool::Podman)), listing(rows), 1);
    assert_holds(
        &html,
        &[
            "podman pull reg.example/a/image:1.0",
            "helm pull oci://reg.example/a/chart --version 0.9.1",
        ],
    );
}

#[test]
fn an_empty_catalog_says_what_to_do_now() {
    let html = home::page(&plain(), listing(Vec::new()), 1);
    assert_holds(
        &html,
        &["Nothing is published here yet", "docker login reg.example", "docker push reg.example/"],
    );
    assert!(!html.contains("Published here<"));
}

#[test]
fn no_page_has_inline_script_or_style() {
    let pages = [
        home::page(&plain(), listing(vec![listed("acme/x", Some(image("1.0")))]), 1),
        repository::page(&plain(), detail(image("1.0")), Choice::default()),
        not_found::page(&plain(), Missing::Page),
        method_not_allowed::page(&plain()),
        trouble::page(&plain(), Trouble::Broken),
    ];
    for html in pages {
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        assert!(
            !html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick=")
        );
    }
}

#[test]
fn what_a_publisher_wrote_stays_text() {
    let mut hostile = detail(image("1.0"));
    hostile.description = Some("<script>alert(1)</script>\u{202e}gnp\u{0}".to_owned());
    hostile.annotations = BTreeMap::from([
        ("org.opencontainers.image.source".to_owned(), "javascript:alert(1)".to_owned()),
        ("org.opencontainers.image.url".to_owned(), "https://acme.example/\"><script>".to_owned()),
        ("org.opencontainers.image.licenses".to_owned(), "<img src=x onerror=alert(1)>".to_owned()),
        (
            "org.opencontainers.image.documentation".to_owned(),
            "https://acme.example/docs?a=1&b".to_owned(),
        ),
    ]);
    hostile.name = "acme/\"><b>".to_owned();
    hostile.tags = vec![image("\"><i>")];
    let html = repository::page(&plain(), hostile, Choice::default());
    for forbidden in ["<script>", "<img", "<b>", "<i>", "href=\"javascript", "\u{202e}", "\u{0}"] {
        assert!(!html.contains(forbidden), "{forbidden:?} is in {html}");
    }
    assert_holds(
        &html,
        &[
            "&lt;script&gt;alert(1)",
            "href=\"https://acme.example/docs?a=1&amp;b\"",
            "rel=\"nofollow noopener noreferrer\"",
        ],
    );
}

#[test]
fn a_name_that_a_shell_would_run_gives_no_command() {
    let mut hostile = detail(image("1.0"));
    hostile.name = "acme/$(reboot)".to_owned();
    let html = repository::page(&plain(), hostile, Choice::default());
    assert_holds(&html, &["No command can be shown"]);
    assert!(!html.contains("docker pull"));
}

#[test]
fn tool_and_pin_are_links_that_keep_each_other() {
    let choice = Choice { tool: Some(Tool::Skopeo), pinned: true, ..Choice::default() };
    let html = repository::page(&plain(), detail(image("1.0")), choice);
    assert_holds(
        &html,
        &[
            "skopeo copy docker://reg.example/acme/edge-proxy@sha256:9f2c41",
            "href=\"/r/acme/edge-proxy?tool=crane&amp;pin=digest\"",
            "href=\"/r/acme/edge-proxy?tool=skopeo\"",
        ],
    );
}

#[test]
fn charts_and_artifacts_have_their_own_tools() {
    let chart = repository::page(&plain(), detail(tag("0.9.1", Kind::Chart)), Choice::default());
    assert_holds(&chart, &["helm pull oci://", ">ORAS<", "Helm chart", "18 kB"]);
    assert!(!chart.contains(">Docker<"));
    let artifact =
        repository::page(&plain(), detail(tag("1.2", Kind::Artifact)), Choice::default());
    assert_holds(&artifact, &["oras pull reg.example/", "OCI artifact"]);
}

#[test]
fn a_repository_without_tags_is_a_page_all_the_same() {
    let bare = RepositoryDetail { tags: Vec::new(), featured: None, ..detail(image("1.0")) };
    assert_holds(
        &repository::page(&plain(), bare, Choice::default()),
        &["Nothing in this repository has a tag"],
    );
    let row = listed("acme/bare", None);
    assert_holds(&home::page(&plain(), listing(vec![row]), 1), &["acme/bare"]);
}

#[test]
fn the_theme_of_the_cookie_is_in_the_first_byte() {
    let html = not_found::page(&visit(Theme::Dark, None), Missing::Page);
    assert_holds(&html, &["<html lang=\"en\" data-theme=\"dark\">"]);
    assert!(!not_found::page(&plain(), Missing::Page).contains("data-theme"));
}

#[test]
fn trouble_says_what_to_quote_and_nothing_of_the_inside() {
    let html = trouble::page(&plain(), Trouble::Unavailable);
    assert_holds(&html, &["9f2c41aa-10ce", "Try again", "noindex"]);
    assert_eq!((Trouble::Unavailable.status(), Trouble::Broken.status()), (503, 500));
}

#[test]
fn what_is_missing_is_named_and_leads_on() {
    let html = not_found::page(&plain(), Missing::Tag("acme/x".to_owned(), "<9>".to_owned()));
    assert_holds(&html, &["href=\"/r/acme/x\"", "&lt;9&gt;"]);
}

#[test]
fn a_page_that_is_taken_down_says_why_and_where_to_ask() {
    let takedown = Takedown { reason: "<b>no</b>".to_owned(), at_ms: 1_795_000_000_000.0 };
    let html = taken_down::page(&plain(), "acme/\u{202e}x", &takedown);
    assert!(html.contains("451") && html.contains("&lt;b&gt;no&lt;/b&gt;"), "{html}");
    assert!(html.contains("mailto:abuse@reg.example") && html.contains("2026-11-18"), "{html}");
    assert!(html.contains("noindex") && !html.contains('\u{202e}'), "{html}");
    assert_eq!(taken_down::link(&plain()), "<mailto:abuse@reg.example>; rel=\"blocked-by\"");
}

#[test]
fn the_page_about_reports_says_where_to_write_or_that_nobody_said() {
    let html = report::page(&plain());
    assert!(html.contains("href=\"mailto:abuse@reg.example\""), "{html}");
    let mut nobody = Visit::clone(&plain());
    nobody.contact = None;
    let html = report::page(&Arc::new(nobody));
    assert!(!html.contains("mailto:") && html.contains("operator"), "{html}");
}
