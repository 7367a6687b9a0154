//! The pages as the server sends them, and in a browser whose owner has turned JavaScript off.

use libtest_mimic::Trial;
use roadstead_tests::browser::{PROGRAMS, Page};
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::deadline::Deadline;
use roadstead_tests::demo::{Demo, demo, demos};
use roadstead_tests::stack::stack;
use std::time::Duration;

/// More pages than all claims together can fill.
const PAGES: usize = 50;

pub(super) fn claims() -> Vec<Trial> {
    let mut claims = claims![
        every_page_is_a_document,
        a_page_that_is_not_there_has_status_404,
        a_page_gives_nothing_away,
    ];
    let seen = claims![
        without_javascript_the_home_page_lists_every_demo,
        without_javascript_a_repository_has_its_page,
        without_javascript_the_home_page_leads_to_a_repository,
        without_javascript_nothing_offers_to_copy,
    ];
    claims.extend(with_programs(PROGRAMS, seen));
    claims
}

fn page(path: &str) -> Answer {
    let answer = Request::get(path).header("Accept", "text/html").send();
    assert!(answer.must("Content-Type").starts_with("text/html"), "{answer}");
    answer
}

fn every_page_is_a_document() {
    let _ = demos();
    for path in ["/", "/r/demo/busybox", "/r/demo/toolbox", "/r/demo/chart"] {
        // The index follows a push; this claim may be the first that asks after the last demo.
        let indexed = Deadline::after(Duration::from_secs(20))
            .wait(|| Some(page(path)).filter(|answer| answer.status == 200));
        let answer = indexed.unwrap_or_else(|| panic!("{path} is never there"));
        let html = answer.text();
        assert!(html.starts_with("<!DOCTYPE html>"), "{answer}");
        for part in ["<html lang=", "<title>", "name=\"viewport\"", "<main", "<h1"] {
            assert!(html.contains(part), "{path} has no {part}");
        }
        assert!(!answer.must("X-Request-Id").is_empty());
    }
}

fn a_page_that_is_not_there_has_status_404() {
    for path in ["/nothing", "/r/demo/nothing", "/r/", "/r/Upper/Case", "/r/demo/busybox/nothing"] {
        let answer = page(path).expect(404);
        assert!(answer.text().contains("<h1"), "{path}: {answer}");
    }
}

fn a_page_gives_nothing_away() {
    for path in
        ["/r/%ff", "/r/%00", "/r/..%2f..%2fetc", "/%3Cscript%3Ealert(1)%3C/script%3E", "/?q=%ff"]
    {
        let answer = Request::get(path).send();
        assert!(matches!(answer.status, 200 | 400 | 404), "{path}: {answer}");
        let text = answer.text();
        for inner in ["panicked", "RuntimeError", ".rs:", "<script>alert"] {
            assert!(!text.contains(inner), "{path}: {answer}");
        }
    }
}

/// Whether a text shows what somebody needs who wants to pull a demo.
pub(super) fn shows(text: &str, demo: &Demo) {
    assert!(text.contains(&demo.tag), "{} is not in {text}", demo.tag);
    let has_size = text.lines().any(|line| {
        let (number, unit) = line.rsplit_once(' ').unwrap_or_default();
        number.ends_with(|c: char| c.is_ascii_digit()) && matches!(unit, "B" | "kB" | "MB" | "GB")
    });
    assert!(has_size, "no size in {text}");
    let command = format!("{}/{}", stack().host(), demo.repository);
    assert!(text.contains(&command), "no command with {command} in {text}");
}

/// The row of a demo in the list, wherever the list has it: other claims publish, too, and what
/// is newest comes first.
pub(super) fn row(page: &Page, demo: &Demo) -> String {
    let link = format!("main .row a[href='/r/{}']", demo.repository);
    page.go("/");
    for _ in 0..PAGES {
        if page.has(&link) {
            return format!("main .row:has(a[href='/r/{}'])", demo.repository);
        }
        page.press("main a[rel=next]");
    }
    panic!("{} is on none of {PAGES} pages", demo.repository);
}

pub(super) fn lists_every_demo(page: &Page) {
    for demo in demos() {
        let text = page.text(&row(page, &demo));
        assert!(text.contains(&demo.repository), "{text}");
        shows(&text, &demo);
    }
    let row = row(page, &demo("busybox"));
    for platform in ["linux/amd64", "linux/arm64"] {
        assert!(page.has(&format!("{row} [title='{platform}']")), "no {platform}");
    }
}

fn without_javascript_the_home_page_lists_every_demo() {
    let _ = demos();
    lists_every_demo(&Page::open_without_javascript("/"));
}

fn without_javascript_a_repository_has_its_page() {
    for demo in demos() {
        let page = Page::open_without_javascript(&format!("/r/{}", demo.repository));
        shows(&page.text("main"), &demo);
    }
}

fn without_javascript_the_home_page_leads_to_a_repository() {
    let _ = demos();
    let page = Page::open_without_javascript("/");
    page.press(&format!("{} a", row(&page, &demo("busybox"))));
    assert_eq!(page.text("h1"), "busybox");
}

fn without_javascript_nothing_offers_to_copy() {
    let _ = demos();
    let page = Page::open_without_javascript("/r/demo/busybox");
    assert!(!page.shows("main button.copy"), "a button that could do nothing");
}
