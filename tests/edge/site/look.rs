//! How the pages look: nothing scrolls sideways on a telephone, and pictures of each for people.

use libtest_mimic::Trial;
use roadstead_tests::browser::{PROGRAMS, Page, Scheme, View};
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::demo::demos;

const PAGES: [(&str, &str); 5] = [
    ("home", "/"),
    ("busybox", "/r/demo/busybox"),
    ("toolbox", "/r/demo/toolbox"),
    ("chart", "/r/demo/chart"),
    ("not-found", "/r/demo/nothing"),
];

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        no_page_scrolls_sideways,
        dark_is_another_paper_than_light,
        every_page_is_photographed,
    ];
    with_programs(PROGRAMS, claims)
}

fn no_page_scrolls_sideways() {
    let _ = demos();
    let page = Page::open("/");
    for (name, path) in PAGES {
        page.go(path);
        for width in [360, 768, 1280] {
            page.look(View { width, scheme: Scheme::Light });
            assert_eq!(page.overflow(), 0, "{name} at {width} px");
        }
    }
}

fn dark_is_another_paper_than_light() {
    let _ = demos();
    let page = Page::open("/");
    let paper = |scheme| {
        page.look(View { width: 1280, scheme });
        page.evaluate("getComputedStyle(document.body).backgroundColor").to_string()
    };
    assert_ne!(paper(Scheme::Light), paper(Scheme::Dark));
}

fn every_page_is_photographed() {
    let _ = demos();
    let page = Page::open("/");
    for (name, path) in PAGES {
        page.go(path);
        for (scheme, word) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            for width in [1280, 360] {
                page.look(View { width, scheme });
                page.photograph(&format!("{name}-{word}-{width}"));
            }
        }
    }
}
