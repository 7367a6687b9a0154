//! What the operator does, and sees to have been done.

use super::edge;
use super::person::{PASSWORD, PATIENCE, Person, can_push};
use libtest_mimic::Trial;
use roadstead_tests::browser::PROGRAMS;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::{MANIFEST, publish};
use roadstead_tests::stack;

pub(super) fn claims() -> Vec<Trial> {
    with_programs(PROGRAMS, claims![the_operator_suspends_marks_and_recovers])
}

#[expect(clippy::too_many_lines, reason = "one story, told from its beginning to its end")]
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

    let repository = Repository::as_operator(&format!("{name}/x")).on(edge()).with("pull,push");
    let image = publish(&repository, "amd64", b"marked");
    let _ = repository.put_manifest("1.0", MANIFEST, &image).expect(201);
    person.page.go(&format!("/r/{name}/x"));
    let indexed = Deadline::after(PATIENCE).wait(|| {
        person.page.go(&format!("/r/{name}/x"));
        person.page.has(".pull").then_some(())
    });
    assert!(indexed.is_some() && !person.page.has(".mark"), "a mark that nobody gave");
    page.go(&format!("/namespaces/{name}"));
    operator.send("[aria-labelledby=judge-title] .bare button");
    operator.reads(".title", "verified");
    person.page.go(&format!("/r/{name}/x"));
    person.reads(".mark", "verified publisher");
    page.fill("#quota-quota_bytes", "1000000");
    operator.send("[aria-labelledby=judge-title] .form button");
    operator.reads(".side", "of 1.0 MB");

    page.go("/operator/takedowns");
    page.fill("#takedown-repository", &format!("{name}/x"));
    operator.send(".form-row button");
    page.fill("#takedown-reason", "a court <b>says so</b>");
    operator.send("[aria-labelledby=new-title] .form button");
    operator.reads(".rows", "a court <b>says so</b>");
    person.page.go(&format!("/r/{name}/x"));
    person.reads(".state-code", "451");
    operator.send(".rows .line button");
    person.page.go(&format!("/r/{name}/x"));
    person.reads(".mark", "verified publisher");

    page.go("/operator/networks");
    page.fill("#networks-ranges", "192.0.2.0/24\n2001:db8::/32");
    page.fill("#networks-asns", "64496");
    operator.send("main .form button");
    assert_eq!(
        page.evaluate("document.querySelector('#networks-ranges').value"),
        "192.0.2.0/24\n2001:db8::/32"
    );
    page.fill("#networks-ranges", "not a network");
    operator.send("main .form button");
    operator.reads("#networks-problem", "not a network");

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
