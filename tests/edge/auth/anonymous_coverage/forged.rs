//! Every call of the API tried with a token that is not good for it: the same list as of those who
//! show nothing, so that a new call is tried with these as well, or does not compile.

use super::{Due, every_call, request};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::{Repository, parameter};
use roadstead_tests::fixture::NAME;
use roadstead_tests::stack::stack;
use roadstead_tests::token::{fresh_key, payload, sign, unsigned};
use serde_json::{Value, json};

pub(in super::super) fn claims() -> Vec<Trial> {
    claims![
        no_call_takes_a_token_that_is_expired,
        no_call_takes_a_token_of_another_key,
        no_call_takes_a_token_without_a_signature,
        no_call_takes_a_token_that_was_changed,
        no_call_takes_a_token_of_another_repository,
        no_call_that_writes_takes_a_token_to_pull,
    ]
}

/// What a token says that lets everything be done with the repository of the list.
fn everything() -> Value {
    payload(&Repository::as_operator(NAME).with("pull,push,delete").token())
}

/// Whether every call tells who holds `token` to drop it.
fn is_refused_everywhere(token: &str) {
    for call in every_call() {
        let (request, due) = request(&call);
        let answer = request.bearer(token).send();
        assert_eq!(answer.status, 401, "{call:?}: {answer}");
        let challenge = answer.must("WWW-Authenticate");
        let error = parameter(challenge, "error");
        assert_eq!(error.as_deref(), Some("invalid_token"), "{call:?}: {challenge}");
        if let Due::Scope(actions) = due {
            let scope = format!("repository:{NAME}:{actions}");
            assert_eq!(parameter(challenge, "scope"), Some(scope), "{call:?}");
        }
    }
}

fn no_call_takes_a_token_that_is_expired() {
    let mut said = everything();
    for key in ["exp", "iat", "nbf"] {
        said[key] = json!(said[key].as_i64().unwrap_or_default() - 3_600);
    }
    is_refused_everywhere(&sign(&said, stack().key()));
}

fn no_call_takes_a_token_of_another_key() {
    let key = fresh_key().unwrap_or_else(|error| panic!("{error}"));
    is_refused_everywhere(&sign(&everything(), &key));
}

fn no_call_takes_a_token_without_a_signature() {
    let none = unsigned(&json!({ "alg": "none", "typ": "JWT" }), &everything());
    is_refused_everywhere(&format!("{none}."));
}

fn no_call_takes_a_token_that_was_changed() {
    let signed = sign(&payload(&Repository::as_anyone(NAME).token()), stack().key());
    let signature = signed.rsplit('.').next().unwrap_or_default();
    let more = unsigned(&json!({ "alg": "HS256", "typ": "JWT" }), &everything());
    is_refused_everywhere(&format!("{more}.{signature}"));
}

/// Whether every call that needs more than `token` gives is refused. Those that learn from their
/// body what they need say that there is no such thing, or that the body says nothing.
fn is_not_enough(token: &str, is_enough: impl Fn(&str) -> bool) {
    for call in every_call() {
        let (request, due) = request(&call);
        let answer = request.bearer(token).send();
        let code = answer.status;
        match due {
            Due::Token => assert_eq!(code, 200, "{call:?}: {answer}"),
            // A token for something else may be told to be none for this.
            Due::Nothing => assert!(matches!(code, 200 | 401), "{call:?}: {answer}"),
            Due::Sense => assert!(matches!(code, 202 | 204 | 400 | 404), "{call:?}: {answer}"),
            Due::Scope(actions) if is_enough(actions) => {
                assert!(!matches!(code, 401 | 403), "{call:?}: {answer}");
            }
            Due::Scope(_) => {
                assert_eq!(code, 401, "{call:?}: {answer}");
                let error = parameter(answer.must("WWW-Authenticate"), "error");
                assert_eq!(error.as_deref(), Some("insufficient_scope"), "{call:?}");
            }
            Due::Account => {
                let learns = format!("{call:?}").contains("Import");
                let is_fair = matches!(code, 401 | 403) || learns && matches!(code, 400 | 404);
                assert!(is_fair, "{call:?}: {answer}");
            }
        }
    }
}

fn no_call_takes_a_token_of_another_repository() {
    let other = Repository::as_operator("claims/other").with("pull,push,delete").token();
    is_not_enough(&other, |_| false);
}

fn no_call_that_writes_takes_a_token_to_pull() {
    is_not_enough(&Repository::as_operator(NAME).with("pull").token(), |actions| actions == "pull");
}
