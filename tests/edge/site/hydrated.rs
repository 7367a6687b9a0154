//! The pages with JavaScript: the same, and a button that copies.

use libtest_mimic::Trial;
use roadstead_tests::browser::{PROGRAMS, Page};
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::demo::{demo, demos};
use roadstead_tests::stack::stack;
use std::time::Duration;

/// How long a page may take to come to life or to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The button beside a pull command.
const COPY: &str = "main button.copy";

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        the_home_page_lists_every_demo,
        a_repository_is_reached_from_the_home_page,
        the_button_copies_the_command_and_says_so,
        no_page_makes_the_browser_complain,
    ];
    with_programs(PROGRAMS, claims)
}

fn the_home_page_lists_every_demo() {
    let _ = demos();
    super::plain::lists_every_demo(&Page::open("/"));
}

fn a_repository_is_reached_from_the_home_page() {
    let demo = demo("busybox");
    let page = Page::open("/");
    page.press(&format!("{} a", super::plain::row(&page, &demo)));
    let there =
        Deadline::after(PATIENCE).wait(|| page.text("h1").contains("busybox").then_some(()));
    assert!(there.is_some(), "{}", page.text("h1"));
    super::plain::shows(&page.text("main"), &demo);
}

fn the_button_copies_the_command_and_says_so() {
    let demo = demo("busybox");
    for path in ["/", "/r/demo/busybox"] {
        let page = Page::open(path);
        page.allow_clipboard();
        // Until the page has come to life nothing happens: pressed again until it has.
        let copied = Deadline::after(PATIENCE).wait(|| {
            page.press(COPY);
            let text = page.evaluate("navigator.clipboard.readText()");
            text.as_str().filter(|text| text.contains("pull")).map(str::to_owned)
        });
        let copied = copied.unwrap_or_else(|| panic!("nothing was copied on {path}"));
        assert!(copied.starts_with("docker pull "), "{copied}");
        if path != "/" {
            let image = format!("{}/{}", stack().host(), demo.image());
            assert_eq!(copied, format!("docker pull {image}"));
        }
        let said = Deadline::after(PATIENCE).wait(|| {
            let text = page.evaluate("document.body.innerText.toLowerCase()");
            text.as_str().is_some_and(|text| text.contains("copied")).then_some(())
        });
        assert!(said.is_some(), "nothing says that it was copied on {path}");
    }
}

fn no_page_makes_the_browser_complain() {
    let _ = demos();
    let page = Page::open("/");
    for path in ["/", "/r/demo/busybox", "/r/demo/toolbox", "/r/demo/chart"] {
        page.go(path);
        let alive = Deadline::after(PATIENCE).wait(|| {
            page.evaluate("document.readyState === 'complete'").as_bool().filter(|ready| *ready)
        });
        assert!(alive.is_some(), "{path} is never complete");
        let complaints = page.complaints();
        assert!(complaints.is_empty(), "{path}: {complaints:#?}");
    }
}
