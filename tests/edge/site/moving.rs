//! The page that helps people to move here: whole without a script, and with one a field that
//! rewrites files without sending them anywhere.

use libtest_mimic::Trial;
use roadstead_tests::browser::{PROGRAMS, Page, Scheme, View};
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::own_stack::OwnStack;
use std::time::Duration;

/// How long a page may take to come to life or to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Two rules for everybody, one for those who have an account.
static WITH_RULES: OwnStack = OwnStack::with(
    "moving",
    "UPSTREAMS={\"hub\":{\"preset\":\"docker-hub\",\"default\":true},\
     \"git\":{\"preset\":\"github\"},\
     \"corp\":{\"url\":\"https://registry.corp.example\",\"host\":\"registry.corp.example\",\
     \"pull\":\"account\"}}\n",
);

const FILE: &str = "# a comment\nFROM golang:1.23 AS build\nFROM alpine\nCOPY --from=build /a /a\n\
                    COPY --from=ghcr.io/acme/certs:1.0 / /\n";

pub(super) fn claims() -> Vec<Trial> {
    let mut claims = claims![the_page_knows_the_rules_that_a_visitor_may_know];
    let seen = claims![
        without_javascript_the_configuration_is_there_and_no_field,
        a_file_is_rewritten_as_it_is_typed_and_nothing_is_sent,
        the_rewritten_file_is_copied,
        the_page_fits_and_is_photographed,
    ];
    claims.extend(with_programs(PROGRAMS, seen));
    claims
}

/// Ends the stack with rules, if any claim had asked for it.
pub(crate) fn stop() {
    WITH_RULES.stop();
}

fn the_page_knows_the_rules_that_a_visitor_may_know() {
    let answer = Request::get("/move").at(WITH_RULES.get().host()).send().expect(200);
    let html = answer.text();
    let host = WITH_RULES.get().host();
    assert!(html.contains(&format!("{host}/git/…")), "{html}");
    assert!(html.contains("registry-mirrors"), "the rule of the root");
    assert!(!html.contains("registry.corp.example"), "a rule that is for accounts");
    assert!(!html.contains("quay.io"), "a registry without a rule");
    assert!(html.contains("--rule git=ghcr.io --rule hub=docker.io"), "rules of one's own");
}

fn without_javascript_the_configuration_is_there_and_no_field() {
    let page = Page::open_on(WITH_RULES.get(), "/move", false);
    assert_eq!(page.text("h1"), "Move here");
    assert!(!page.shows("#paste"), "a field that could do nothing");
    page.press("main details summary");
    let source = page.source();
    for text in
        ["hosts.toml", "[[registry.mirror]]", "kind: ClusterPolicy", WITH_RULES.get().host()]
    {
        assert!(source.contains(text), "{text}");
    }
}

/// Types the file, and waits until it is rewritten.
fn typed(page: &Page) -> String {
    let written = Deadline::after(PATIENCE).wait(|| {
        // Until the page has come to life nothing happens: typed again until it has.
        page.fill("#paste", FILE);
        let value = page.evaluate("document.querySelector('#rewritten').value");
        value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    });
    written.unwrap_or_else(|| panic!("nothing was rewritten"))
}

fn expected() -> String {
    let host = WITH_RULES.get().host();
    FILE.replace("golang", &format!("{host}/hub/library/golang"))
        .replace("FROM alpine", &format!("FROM {host}/hub/library/alpine"))
        .replace("ghcr.io", &format!("{host}/git"))
}

fn a_file_is_rewritten_as_it_is_typed_and_nothing_is_sent() {
    let page = Page::open_on(WITH_RULES.get(), "/move", true);
    let _ = typed(&page);
    let requests = "performance.getEntriesByType('resource').length";
    let before = page.evaluate(requests);
    assert_eq!(typed(&page), expected());
    assert_eq!(page.evaluate(requests), before, "something was asked for");
    let list = page.text(".found");
    for text in ["line 2", "golang:1.23", "docker.io · tag 1.23", "a build stage", "Floats: no tag"]
    {
        assert!(list.contains(text), "{text} is not in {list}");
    }
    let sum = page.text(".rewriter-sum");
    assert!(sum.contains("Dockerfile: 4 images, 3 rewritten. 1 has a tag that moves."), "{sum}");
    let complaints = page.complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

fn the_rewritten_file_is_copied() {
    let page = Page::open_on(WITH_RULES.get(), "/move", true);
    page.allow_clipboard();
    let _ = typed(&page);
    page.press(".over-field button.copy");
    let copied = Deadline::after(PATIENCE).wait(|| {
        let text = page.evaluate("navigator.clipboard.readText()");
        text.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    });
    assert_eq!(copied, Some(expected()));
}

fn the_page_fits_and_is_photographed() {
    let page = Page::open_on(WITH_RULES.get(), "/move", true);
    let _ = typed(&page);
    let _ =
        page.evaluate("document.querySelectorAll('main details').forEach((it) => it.open = true)");
    for width in [360, 768, 1280] {
        page.look(View { width, scheme: Scheme::Light });
        assert_eq!(page.overflow(), 0, "at {width} px");
    }
    let close = "document.querySelectorAll('main details:not(:first-child)').forEach((it) => it.open = false)";
    let _ = page.evaluate(close);
    for (scheme, word) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
        for width in [1280, 360] {
            page.look(View { width, scheme });
            page.photograph(&format!("move-{word}-{width}"));
        }
    }
}
