//! The first answer to somebody without a token, and to somebody with too little of one.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::{Repository, parameter, service, token_path};
use roadstead_tests::fixture::shelf;
use roadstead_tests::stack::stack;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        the_root_sends_everybody_for_a_token,
        the_root_is_open_to_any_good_token,
        a_token_for_too_little_is_told_what_is_missing,
        a_token_for_another_repository_is_not_enough,
        the_right_rights_are_enough,
    ]
}

/// The challenge of an answer: one, with every value in quotes.
pub(super) fn challenge(answer: &Answer) -> &str {
    let challenge = answer.must("WWW-Authenticate");
    let realm = parameter(challenge, "realm");
    assert_eq!(realm, Some(stack().url("/token")), "{challenge}");
    assert_eq!(parameter(challenge, "service").as_deref(), Some(service()), "{challenge}");
    assert_eq!(answer.must("Docker-Distribution-Api-Version"), "registry/2.0");
    challenge
}

fn the_root_sends_everybody_for_a_token() {
    for method in ["GET", "HEAD"] {
        let answer = Request::new(method, "/v2/").send().expect(401);
        let expected =
            format!("Bearer realm=\"{}\",service=\"{}\"", stack().url("/token"), service());
        assert_eq!(challenge(&answer), expected);
    }
    let body = Request::get("/v2/").send().json();
    assert_eq!(body["errors"][0]["code"], "UNAUTHORIZED");
}

fn the_root_is_open_to_any_good_token() {
    // What `docker login` asks for: no scope at all, and then whether the token is good.
    let login = Request::get(token_path(&[])).as_operator().send().expect(200).json();
    let operator = roadstead_tests::client::registry::text(&login, "token");
    for token in [operator, shelf().reader.token()] {
        let answer = Request::get("/v2/").bearer(&token).send().expect(200);
        assert_eq!(answer.must("Docker-Distribution-Api-Version"), "registry/2.0");
    }
}

fn a_token_for_too_little_is_told_what_is_missing() {
    let shelf = shelf();
    for (method, rest) in [("POST", "blobs/uploads/"), ("PUT", "manifests/v1")] {
        let answer = shelf.reader.request(method, rest).body(b"{}").send().expect(401);
        let challenge = challenge(&answer);
        assert_eq!(parameter(challenge, "error").as_deref(), Some("insufficient_scope"));
        let scope = parameter(challenge, "scope");
        assert_eq!(scope.as_deref(), Some("repository:claims/shelf:pull,push"));
    }
}

fn a_token_for_another_repository_is_not_enough() {
    let other = Repository::as_anyone("claims/other").token();
    let answer = Request::get("/v2/claims/shelf/manifests/v1").bearer(&other).send().expect(401);
    let challenge = challenge(&answer);
    assert_eq!(parameter(challenge, "error").as_deref(), Some("insufficient_scope"));
    assert_eq!(parameter(challenge, "scope").as_deref(), Some("repository:claims/shelf:pull"));
}

fn the_right_rights_are_enough() {
    let _ = shelf().reader.get("manifests/v1").send().expect(200);
    let _ = shelf().owner.request("POST", "blobs/uploads/").body(b"").send().expect(202);
}
