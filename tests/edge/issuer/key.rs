//! Tokens of jobs that are not to be believed, and keys that change or cannot be had.

use super::edge::{edge, fresh, must};
use super::job::{extend, github, ruled, trade};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::issuer::Algorithm::{Es256, Rs256};
use roadstead_tests::issuer::{Issuer, now_s};
use roadstead_tests::token::{sign, unsigned};
use serde_json::{Value, json};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_token_that_says_something_else_is_refused,
        a_token_that_is_signed_otherwise_is_refused,
        what_is_no_token_is_refused,
        keys_that_change_are_found,
        names_of_keys_that_are_made_up_are_not_asked_for_all_the_time,
        an_issuer_that_fails_is_believed_with_the_keys_that_are_known,
        an_issuer_that_was_never_heard_is_said_to_be_down,
    ]
}

/// A namespace whose rule lets the jobs of `acme/keys` in.
fn ready(issuer: &Issuer) -> String {
    ruled("keys", issuer, &json!({ "repository": "acme/keys" })).0
}

fn a_token_that_says_something_else_is_refused() {
    let issuer = Issuer::named("github");
    let name = ready(&issuer);
    let now = now_s();
    let secure = format!("https://{}", edge().host());
    for (change, status) in [
        (json!({}), 200),
        (json!({ "aud": secure }), 200),
        (json!({ "aud": [edge().host()] }), 200),
        (json!({ "aud": "https://github.com/acme" }), 401),
        (json!({ "aud": [edge().host(), "other.example"] }), 401),
        (json!({ "aud": null }), 401),
        (json!({ "exp": now - 61 }), 401),
        (json!({ "exp": null }), 401),
        (json!({ "iat": now + 3600 }), 401),
        (json!({ "nbf": now + 3600 }), 401),
        (json!({ "sub": "" }), 401),
    ] {
        let mut claims = github(&issuer, "acme/keys");
        extend(&mut claims, change.clone());
        let answer = trade(&issuer.sign(Rs256, &claims), &name);
        assert_eq!(answer.status, status, "{change}: {answer}");
    }
}

fn a_token_that_is_signed_otherwise_is_refused() {
    let issuer = Issuer::named("github");
    let name = ready(&issuer);
    let claims = || github(&issuer, "acme/keys");
    let none = unsigned(&json!({ "alg": "none", "typ": "JWT" }), &claims());
    let with_head = |token: &str, head: &Value| {
        let (_, rest) = must(token.split_once('.'));
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(head.to_string()))
    };
    let as_secret = sign(&claims(), &issuer.public_key());
    let good = issuer.sign(Rs256, &claims());
    let (signed, signature) = must(good.rsplit_once('.'));
    let mut other = github(&issuer, "acme/keys");
    other["environment"] = json!("other");
    let other = unsigned(&json!({ "alg": "RS256", "kid": "Rs256-1", "typ": "JWT" }), &other);
    for token in [
        format!("{none}."),
        none.clone(),
        as_secret.clone(),
        with_head(&as_secret, &json!({ "alg": "RS256", "kid": "Rs256-1" })),
        with_head(&good, &json!({ "alg": "RS256", "kid": "Rs256-1", "typ": "at+jwt" })),
        with_head(&good, &json!({ "alg": "ES256", "kid": "Es256-1" })),
        format!("{signed}."),
        format!("{signed}.{}", &signature[..signature.len() - 4]),
        format!("{other}.{signature}"),
        Issuer::named("stranger").sign(Rs256, &claims()),
    ] {
        let answer = trade(&token, &name).expect(401);
        crate::registry::error::is_an_error(&answer);
    }
    let _ = trade(&good, &name).expect(200);
    // Who is not named is not even asked.
    let stranger = Issuer::named("stranger");
    let _ = trade(&stranger.sign(Rs256, &github(&stranger, "acme/keys")), &name).expect(400);
    assert_eq!(stranger.asked_for_keys(), 0);
}

fn what_is_no_token_is_refused() {
    let (dots, long) = ("..".to_owned(), "x".repeat(50_000));
    for token in ["", "x", &dots, "é.é.é", &long, "e30.e30.", "bnVsbA.bnVsbA.x"] {
        let _ = trade(token, "nowhere").expect(401);
    }
    for body in ["", "[]", "{", r#"{"token":7}"#, r#"{"token":"x","namespace":"A/B"}"#] {
        let request = roadstead_tests::client::http::Request::new("POST", "/api/v1/trust");
        let _ = request.body(body).send_to(edge().host()).expect(400);
    }
}

fn keys_that_change_are_found() {
    let issuer = Issuer::named("changing");
    let name = ready(&issuer);
    let good = || issuer.sign(Rs256, &github(&issuer, "acme/keys"));
    let _ = trade(&good(), &name).expect(200);
    let old = good();
    issuer.change_keys();
    let _ = trade(&good(), &name).expect(200);
    let _ = trade(&issuer.sign(Es256, &github(&issuer, "acme/keys")), &name).expect(200);
    // What was signed with a key that is gone is not good any more.
    let _ = trade(&old, &name).expect(401);
}

fn names_of_keys_that_are_made_up_are_not_asked_for_all_the_time() {
    let issuer = Issuer::named("asked");
    let name = ready(&issuer);
    let good = || issuer.sign(Rs256, &github(&issuer, "acme/keys"));
    let _ = trade(&good(), &name).expect(200);
    let before = issuer.asked_for_keys();
    for _ in 0..20 {
        let head = json!({ "alg": "RS256", "kid": fresh("made-up") }).to_string();
        let token = good();
        let (_, rest) = must(token.split_once('.'));
        let token = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(head));
        let _ = trade(&token, &name).expect(401);
    }
    let asked = issuer.asked_for_keys() - before;
    assert!(asked <= 2, "{asked} times");
    let _ = trade(&good(), &name).expect(200);
}

fn an_issuer_that_fails_is_believed_with_the_keys_that_are_known() {
    let issuer = Issuer::named("failing");
    let name = ready(&issuer);
    let good = || issuer.sign(Rs256, &github(&issuer, "acme/keys"));
    let _ = trade(&good(), &name).expect(200);
    issuer.set_down(true);
    let _ = trade(&good(), &name).expect(200);
    // A key that is not known is looked for in vain, which harms nobody.
    issuer.change_keys();
    let answer = trade(&good(), &name);
    assert_eq!(answer.status, 401, "{answer}");
}

fn an_issuer_that_was_never_heard_is_said_to_be_down() {
    let issuer = Issuer::named("silent");
    let name = ready(&issuer);
    let good = || issuer.sign(Rs256, &github(&issuer, "acme/keys"));
    issuer.set_down(true);
    let answer = trade(&good(), &name).expect(503);
    crate::registry::error::is_an_error(&answer);
    let token = good();
    issuer.set_down(false);
    // It is asked again after five seconds.
    std::thread::sleep(std::time::Duration::from_secs(6));
    let _ = trade(&token, &name).expect(200);
}
