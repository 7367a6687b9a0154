//! From signing up to the end of an account.

use super::person::{PASSWORD, Person, can_push};
use libtest_mimic::Trial;
use roadstead_tests::browser::PROGRAMS;
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::deadline::Deadline;
use std::time::Duration;

const NEW_PASSWORD: &str = "another sentence of one's own";

pub(super) fn claims() -> Vec<Trial> {
    let claims = claims![
        without_javascript_an_account_has_a_whole_life,
        with_javascript_an_account_has_a_whole_life,
        without_javascript_a_namespace_gets_a_member,
        with_javascript_a_namespace_gets_a_member,
        a_secret_is_copied_by_its_button,
        what_is_wrong_is_said_in_its_form,
    ];
    with_programs(PROGRAMS, claims)
}

fn without_javascript_an_account_has_a_whole_life() {
    lives(&Person::signed_up("plain", false));
}

fn with_javascript_an_account_has_a_whole_life() {
    let person = Person::signed_up("hydrated", true);
    lives(&person);
    let complaints = person.page.complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

fn lives(person: &Person) {
    let (page, name) = (&person.page, &person.name);
    person.reads("header .who", name);
    uses_a_token(person);
    page.go("/account/settings");
    page.fill("#mail-mail", "ada@example.org");
    page.fill("#mail-password", PASSWORD);
    person.send("[aria-labelledby=mail-title] button");
    assert_eq!(page.evaluate("document.querySelector('#mail-mail').value"), "ada@example.org");
    page.fill("#password-password", "not the password");
    page.fill("#password-new_password", NEW_PASSWORD);
    person.send("[aria-labelledby=password-title] button");
    person.reads("#password-problem", "wrong");
    page.fill("#password-password", PASSWORD);
    page.fill("#password-new_password", NEW_PASSWORD);
    person.send("[aria-labelledby=password-title] button");
    person.reads(".notice-done", "password");
    assert!(can_push(name, NEW_PASSWORD, &format!("{name}/x")) && !can_push(name, PASSWORD, "x/y"));

    person.send(".title .bare button");
    person.is_at("/");
    person.reads("header .who", "Sign in");
    person.sign_in(name, PASSWORD);
    person.is_at("/account/sign-in");
    person.reads("#sign-in-problem", "");
    person.sign_in(name, NEW_PASSWORD);
    person.is_at("/account");

    page.go("/account/settings");
    page.fill("#end-password", NEW_PASSWORD);
    person.send("[aria-labelledby=end-title] button");
    person.is_at("/");
    person.reads("header .who", "Sign in");
    assert!(!can_push(name, NEW_PASSWORD, &format!("{name}/x")));
}

/// Makes one, pushes with it, and revokes it.
fn uses_a_token(person: &Person) {
    let (page, name) = (&person.page, &person.name);
    let (mine, other) = (format!("{name}/x"), format!("{name}-other/x"));
    page.press(".tabs a[href='/account/tokens']");
    page.fill("#token-name", "laptop & <b>desk</b>");
    page.press(&format!("[value='push:{name}/*']"));
    person.send("[aria-labelledby=new-title] button");
    person.is_at("/account/tokens");
    let secret = person.secret();
    assert!(secret.starts_with("rst_"), "{secret}");
    person.reads(".notice", &format!("docker login --username {name}"));
    person.reads(".rows", "laptop & <b>desk</b>");
    assert!(can_push(name, &secret, &mine), "a new token cannot push");
    assert!(!can_push(name, &secret, &other), "a token pushes anywhere");
    page.go("/account/tokens");
    assert!(!page.source().contains(&secret), "a secret is shown twice");
    person.send(".rows .line button");
    assert!(!can_push(name, &secret, &mine), "a revoked token pushes");
}

fn without_javascript_a_namespace_gets_a_member() {
    gets_a_member(false);
}

fn with_javascript_a_namespace_gets_a_member() {
    gets_a_member(true);
}

fn gets_a_member(with_javascript: bool) {
    let owner = Person::signed_up("owner", with_javascript);
    let friend = Person::signed_up("friend", with_javascript);
    let team = format!("team-of-{}", owner.name);
    let repository = format!("{team}/x");
    owner.page.go("/account/namespaces");
    owner.page.fill("#namespace-name", &team);
    owner.send("[aria-labelledby=new-title] button");
    owner.page.press(&format!(".rows a[href='/namespaces/{team}']"));
    friend.page.go(&format!("/namespaces/{team}"));
    friend.reads(".state-code", "403");
    assert!(!can_push(&friend.name, PASSWORD, &repository));

    owner.page.fill("#member-member", &friend.name);
    owner.send(".form-row button");
    owner.send("[aria-labelledby=members-title] .form button");
    owner.is_at(&format!("/namespaces/{team}"));
    owner.reads("[aria-labelledby=members-title] .rows", &friend.name);
    assert!(can_push(&friend.name, PASSWORD, &repository));
    friend.page.go(&format!("/namespaces/{team}"));
    friend.reads("h1", &team);
    assert!(!friend.page.has("#member-member"), "a publisher adds members");

    let remove = format!("[aria-label='Remove {}']", friend.name);
    owner.send(&remove);
    assert!(!owner.page.has(&remove), "a member who was removed is there");
    assert!(!can_push(&friend.name, PASSWORD, &repository));
}

fn a_secret_is_copied_by_its_button() {
    let person = Person::signed_up("copy", true);
    person.page.go("/account/tokens");
    person.page.fill("#token-name", "copied");
    person.send("[aria-labelledby=new-title] button");
    let secret = person.secret();
    person.page.allow_clipboard();
    let copied = Deadline::after(Duration::from_secs(20)).wait(|| {
        person.page.press(".secret button.copy");
        let text = person.page.evaluate("navigator.clipboard.readText()");
        (text == secret.as_str()).then_some(())
    });
    assert!(copied.is_some(), "the token was not copied");
}

fn what_is_wrong_is_said_in_its_form() {
    let person = Person::new("wrong", false);
    let page = &person.page;
    page.go("/account/sign-up?next=%2Fusage");
    page.fill("[name=name]", "library");
    page.fill("[name=password]", PASSWORD);
    person.send(".entry button");
    person.is_at("/account/sign-up");
    person.reads("#sign-up-problem", "library");
    let focused = page.evaluate("document.activeElement.id");
    assert_eq!(focused, "sign-up-problem", "the problem has not the focus");
    assert!(page.evaluate("document.title").as_str().is_some_and(|t| t.starts_with("Not done")));
    page.fill("[name=name]", &person.name);
    page.fill("[name=password]", PASSWORD);
    person.send(".entry button");
    person.is_at("/usage");
}
