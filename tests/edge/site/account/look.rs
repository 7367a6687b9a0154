//! How the pages look that are about somebody, and that none scrolls sideways.

use super::person::Person;
use libtest_mimic::Trial;
use roadstead_tests::browser::{PROGRAMS, Scheme, View};
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::stack;

const PAGES: [(&str, &str); 9] = [
    ("usage", "/account"),
    ("tokens", "/account/tokens"),
    ("settings", "/account/settings"),
    ("namespaces", "/account/namespaces"),
    ("operator", "/operator"),
    ("operator-namespaces", "/operator/namespaces"),
    ("takedowns", "/operator/takedowns"),
    ("networks", "/operator/networks"),
    ("audit", "/operator/audit"),
];

pub(super) fn claims() -> Vec<Trial> {
    with_programs(PROGRAMS, claims![every_page_about_somebody_fits_and_is_photographed])
}

fn every_page_about_somebody_fits_and_is_photographed() {
    let operator = Person::new("look", true);
    let page = &operator.page;
    for (name, path) in [("sign-in", "/account/sign-in"), ("sign-up", "/account/sign-up")] {
        page.go(path);
        photograph(&operator, name);
    }
    operator.sign_in(stack::OPERATOR, stack::PASSWORD);
    operator.is_at("/account");
    for (name, path) in PAGES {
        page.go(path);
        assert!(!page.has(".state-code"), "{path}: {}", page.text("main"));
        photograph(&operator, name);
    }
    let complaints = page.complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
    page.go("/operator/accounts/nobody-has-this");
    operator.reads(".state-code", "404");
    photograph(&operator, "missing-account");
}

fn photograph(person: &Person, name: &str) {
    for (scheme, word) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
        for width in [1280, 360] {
            person.page.look(View { width, scheme });
            assert_eq!(person.page.overflow(), 0, "{name} at {width} px");
            person.page.photograph(&format!("{name}-{word}-{width}"));
        }
    }
}
