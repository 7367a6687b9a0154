//! Tokens that the edge did not give, or gave for another time or place.

use libtest_mimic::Trial;
use roadstead_tests::claim::claim;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::{Repository, parameter};
use roadstead_tests::fixture::shelf;
use roadstead_tests::stack::stack;
use roadstead_tests::token::{fresh_key, payload, sign, unsigned};
use serde_json::{Value, json};

/// What is done to what a good token says, and whether the edge's own key signs it again.
type Forge = fn(&Value) -> String;

const FORGERIES: [(&str, Forge); 13] = [
    ("expired", |good| sign(&at(good, -3_600), stack().key())),
    ("not_valid_yet", |good| sign(&at(good, 3_600), stack().key())),
    ("signed_with_another_key", |good| sign(good, &another_key())),
    ("for_another_audience", |good| sign(&with(good, "aud", "registry.example"), stack().key())),
    ("without_an_audience", |good| sign(&without(good, "aud"), stack().key())),
    ("without_an_end", |good| sign(&without(good, "exp"), stack().key())),
    ("without_a_signature", |good| format!("{}.", head(good, "HS256"))),
    ("that_says_it_needs_no_signature", |good| format!("{}.", head(good, "none"))),
    ("that_names_another_algorithm", |good| {
        let signed = sign(good, stack().key());
        format!("{}.{}", head(good, "RS256"), signed.rsplit('.').next().unwrap_or_default())
    }),
    ("changed_after_it_was_signed", |good| {
        let signed = sign(good, stack().key());
        let more = with(good, "sub", "operator");
        format!("{}.{}", head(&more, "HS256"), signed.rsplit('.').next().unwrap_or_default())
    }),
    ("of_one_part", |_| "nonsense".to_owned()),
    ("of_empty_parts", |_| "..".to_owned()),
    ("of_a_hundred_parts", |_| "a.".repeat(100)),
];

pub(super) fn claims() -> Vec<Trial> {
    let claims = FORGERIES.map(|(name, forge)| {
        claim(&format!("edge::auth::forgery::a_token_{name}_is_invalid"), move || {
            is_invalid(&forge(&good()));
        })
    });
    let mut claims = Vec::from(claims);
    claims.extend(roadstead_tests::claims![
        a_token_signed_here_with_its_key_is_good,
        credentials_in_place_of_a_token_are_invalid,
    ]);
    claims
}

fn good() -> Value {
    payload(&shelf().reader.token())
}

fn with(payload: &Value, key: &str, value: &str) -> Value {
    let mut payload = payload.clone();
    payload[key] = json!(value);
    payload
}

fn without(payload: &Value, key: &str) -> Value {
    let mut payload = payload.clone();
    let removed = payload.as_object_mut().and_then(|fields| fields.remove(key));
    assert!(removed.is_some(), "a token has no {key:?}: {payload}");
    payload
}

/// The same token, given `seconds` later.
fn at(payload: &Value, seconds: i64) -> Value {
    let mut payload = payload.clone();
    for key in ["exp", "iat", "nbf"] {
        if let Some(time) = payload.get(key).and_then(Value::as_i64) {
            payload[key] = json!(time + seconds);
        }
    }
    payload
}

fn head(payload: &Value, algorithm: &str) -> String {
    unsigned(&json!({ "alg": algorithm, "typ": "JWT" }), payload)
}

fn another_key() -> Vec<u8> {
    fresh_key().unwrap_or_else(|error| panic!("{error}"))
}

/// Whether the edge refuses a token so that clients drop it and ask for another.
fn is_invalid(token: &str) {
    for (target, scope) in [
        ("/v2/claims/shelf/manifests/v1", Some("repository:claims/shelf:pull")),
        ("/v2/claims/shelf/tags/list", Some("repository:claims/shelf:pull")),
        ("/v2/", None),
    ] {
        let answer = Request::get(target).bearer(token).send().expect(401);
        let challenge = answer.must("WWW-Authenticate");
        assert_eq!(parameter(challenge, "error").as_deref(), Some("invalid_token"), "{challenge}");
        assert_eq!(parameter(challenge, "scope").as_deref(), scope, "{challenge}");
        assert_eq!(answer.json()["errors"][0]["code"], "UNAUTHORIZED");
    }
}

/// Without this, every claim about a forged token could hold for a wrong reason.
fn a_token_signed_here_with_its_key_is_good() {
    let token = sign(&good(), stack().key());
    let request = Request::get("/v2/claims/shelf/manifests/v1").bearer(&token);
    let _ = request.send().expect(200);
    // The fields that say what may be done are read, not only the signature.
    let other = payload(&Repository::as_anyone("claims/other").token());
    let request =
        Request::get("/v2/claims/shelf/manifests/v1").bearer(&sign(&other, stack().key()));
    let answer = request.send().expect(401);
    let challenge = answer.must("WWW-Authenticate");
    assert_eq!(parameter(challenge, "error").as_deref(), Some("insufficient_scope"));
}

fn credentials_in_place_of_a_token_are_invalid() {
    // Only /token takes them: everything else is decided by a signature, without a look-up.
    let answer = Request::get("/v2/claims/shelf/manifests/v1").as_operator().send().expect(401);
    let _ = answer.must("WWW-Authenticate");
}
