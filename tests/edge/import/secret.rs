//! Who is shown a password: the registry's own token server, and nobody else, ever.

use super::{failure, import, order};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::stack::stack;
use roadstead_tests::upstream::{ACCOUNT, Day, Gate, SECRET, Seen, image, upstream};
use serde_json::Value;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_password_goes_to_the_token_server_only,
        a_wrong_password_is_said_at_once_and_not_repeated,
        a_private_image_without_a_password_says_what_to_do,
        a_source_that_never_lets_in_is_given_up_at_once,
        a_token_server_elsewhere_is_not_asked,
    ]
}

fn private() -> Day {
    Day { gate: Gate::Private, ..Day::default() }
}

fn with_password(name: &str, password: &str) -> Value {
    let mut order = order(&format!("{name}:1"), &Repository::fresh("import").name);
    order["username"] = ACCOUNT.into();
    order["password"] = password.into();
    order
}

fn shown(name: &str) -> Vec<Seen> {
    let basic = |seen: &Seen| seen.authorization.as_deref().is_some_and(|a| a.starts_with("Basic"));
    upstream().seen(name).into_iter().filter(basic).collect()
}

fn a_password_goes_to_the_token_server_only() {
    upstream().sell("shop/private", &image(41, 100_000), private());
    let state = import(&with_password("shop/private", SECRET));
    assert!(!state.to_string().contains(SECRET) && !state.to_string().contains(ACCOUNT));
    let shown = shown("shop/private");
    assert!(!shown.is_empty() && shown.iter().all(|seen| seen.at == "token"), "{shown:?}");
}

fn a_wrong_password_is_said_at_once_and_not_repeated() {
    upstream().sell("shop/wrong", &image(42, 1000), private());
    let why = failure(&with_password("shop/wrong", "wrong-words-77ab"));
    assert!(why.contains("password") && !why.contains("wrong-words"), "{why}");
    assert_eq!(shown("shop/wrong").len(), 1);
    assert!(!stack().log().contains("wrong-words"));
}

fn a_private_image_without_a_password_says_what_to_do() {
    upstream().sell("shop/closed", &image(43, 1000), private());
    let why = failure(&order("shop/closed:1", &Repository::fresh("import").name));
    assert!(why.contains("give the user name and the password"), "{why}");
}

fn a_source_that_never_lets_in_is_given_up_at_once() {
    upstream().sell("shop/shut", &image(44, 1000), Day { gate: Gate::Shut, ..Day::default() });
    let why = failure(&order("shop/shut:1", &Repository::fresh("import").name));
    assert!(why.contains("does not let"), "{why}");
    assert!(upstream().seen("shop/shut").len() <= 4, "{:?}", upstream().seen("shop/shut"));
}

fn a_token_server_elsewhere_is_not_asked() {
    let day = Day { gate: Gate::Foreign, ..Day::default() };
    upstream().sell("shop/phishing", &image(45, 1000), day);
    let why = failure(&with_password("shop/phishing", SECRET));
    assert!(why.contains("not its own site"), "{why}");
    let seen = upstream().seen("shop/phishing");
    assert!(seen.iter().all(|seen| seen.at == "registry"), "{seen:?}");
    assert!(seen.iter().all(|seen| seen.authorization.is_none()), "{seen:?}");
}
