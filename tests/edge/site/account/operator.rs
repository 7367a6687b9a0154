//! What the operator does, and sees to have been done.

use super::person::{PASSWORD, Person, can_push};
use libtest_mimic::Trial;
use roadstead_tests::browser::PROGRAMS;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::stack;

pub(super) fn claims() -> Vec<Trial> {
    with_programs(PROGRAMS, claims![the_operator_suspends_marks_and_recovers])
}

fn the_operator_suspends_marks_and_recovers() {
    let person = Person::signed_up("judged", false);
    let operator = Person::new("operator", false);
    let (name, page) = (&person.name, &operator.page);
    operator.sign_in(stack::OPERATOR, stack::PASSWORD);
    operator.is_at("/account");
    page.press(".tabs a[href='/operator']");
    page.fill("[name=q]", name);
    operator.send(".search button");
    page.press(&format!(".rows a[href='/operator/accounts/{name}']"));
    page.fill("#suspend-suspended", "it sends <b>spam</b>");
    operator.send("[aria-labelledby=suspend-title] button");
    operator.reads("[aria-labelledby=suspend-title]", "it sends <b>spam</b>");
    assert!(!can_push(name, PASSWORD, &format!("{name}/x")), "a suspended account pushes");
    person.page.go("/account");
    person.is_at("/account/sign-in");
    person.reads(".notice-warns", "it sends <b>spam</b>");

    operator.send("[aria-labelledby=suspend-title] button");
    assert!(can_push(name, PASSWORD, &format!("{name}/x")), "a suspension is not lifted");
    page.fill("#allow-bytes_per_month", "9000000000000");
    operator.send("[aria-labelledby=allow-title] button");
    operator.reads(".about-account", "9.0 TB a month");

    page.go(&format!("/namespaces/{name}"));
    operator.send("[aria-labelledby=judge-title] .bare button");
    operator.reads(".title", "verified");
    page.fill("#quota-quota_bytes", "1000000");
    operator.send("[aria-labelledby=judge-title] .form button");
    operator.reads(".side", "of 1.0 MB");

    page.go(&format!("/operator/audit?target={name}"));
    operator.reads(".rows", "suspended");

    page.go(&format!("/operator/accounts/{name}"));
    operator.send("[aria-labelledby=link-title] button");
    let link = operator.secret();
    let path = link.find("/account/recover").and_then(|at| link.get(at..)).unwrap_or_default();
    person.page.go(path);
    person.page.fill("#recover-new_password", "a third sentence of one's own");
    person.send(".entry button");
    person.is_at("/account");
    person.reads("header .who", name);
    person.page.go(path);
    person.page.fill("#recover-new_password", "a fourth sentence of one's own");
    person.send(".entry button");
    person.reads("#recover-problem", "no longer good");
}
