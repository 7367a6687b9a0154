//! Providers that lie: what no real provider does.

use super::begun::{alone, begin, is_refusal};
use super::edge::{LIAR, account, edge, fresh, must};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::encode;
use roadstead_tests::issuer::Algorithm::{Es256, Rs256};
use roadstead_tests::issuer::{Issuer, now_s};
use roadstead_tests::token::{sign, unsigned};
use serde_json::{Value, json};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_provider_that_tells_the_truth_is_believed,
        a_token_of_another_sign_in_is_refused,
        a_token_that_is_not_for_us_now_is_refused,
        a_token_that_is_not_signed_is_refused,
        a_token_signed_with_the_public_key_as_a_secret_is_refused,
        a_token_of_another_issuer_is_refused,
        a_token_that_was_changed_is_refused,
        what_is_said_of_somebody_else_is_refused,
    ]
}

/// Without this, every claim about a lie could hold for a wrong reason.
fn a_provider_that_tells_the_truth_is_believed() {
    let _alone = alone();
    for algorithm in [Rs256, Es256] {
        let mut begun = begin(LIAR);
        let token = Issuer::named(LIAR).sign(algorithm, &begun.claims());
        let answer = begun.back(&token).expect(303);
        assert_eq!(answer.must("Location"), "/account", "{answer}");
        let account = must(account(&mut begun.visitor));
        assert_eq!(account["name"], json!(begun.subject));
    }
}

fn a_token_of_another_sign_in_is_refused() {
    let _alone = alone();
    for nonce in [json!(begin(LIAR).nonce), json!(""), Value::Null] {
        let begun = begin(LIAR);
        let mut claims = begun.claims();
        claims["nonce"] = nonce;
        begun.ends_in_refusal(&Issuer::named(LIAR).sign(Rs256, &claims));
    }
}

fn a_token_that_is_not_for_us_now_is_refused() {
    let _alone = alone();
    let now = now_s();
    for (claim, value) in [
        ("aud", json!("them")),
        ("aud", json!(["us", "them"])),
        ("azp", json!("them")),
        ("exp", json!(now - 61)),
        ("exp", Value::Null),
        ("iat", json!(now + 3600)),
        ("nbf", json!(now + 3600)),
        ("sub", Value::Null),
        ("sub", json!("")),
    ] {
        let begun = begin(LIAR);
        let mut claims = begun.claims();
        claims[claim] = value;
        begun.ends_in_refusal(&Issuer::named(LIAR).sign(Rs256, &claims));
    }
}

fn a_token_that_is_not_signed_is_refused() {
    let _alone = alone();
    for alg in ["none", "None", "RS256", ""] {
        let begun = begin(LIAR);
        let token = unsigned(&json!({ "alg": alg, "typ": "JWT" }), &begun.claims());
        begun.ends_in_refusal(&format!("{token}."));
    }
    begin(LIAR).ends_in_refusal("");
    begin(LIAR).ends_in_refusal("..");
}

fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    let _alone = alone();
    let begun = begin(LIAR);
    let token = sign(&begun.claims(), &Issuer::named(LIAR).public_key());
    begun.ends_in_refusal(&token);
    // The same that says that it was signed as it should be.
    let begun = begin(LIAR);
    let token = sign(&begun.claims(), &Issuer::named(LIAR).public_key());
    let head = json!({ "alg": "RS256", "typ": "JWT", "kid": "Rs256-1" }).to_string();
    let (_, rest) = must(token.split_once('.'));
    begun.ends_in_refusal(&format!("{}.{rest}", URL_SAFE_NO_PAD.encode(head)));
}

fn a_token_of_another_issuer_is_refused() {
    let _alone = alone();
    let stranger = Issuer::named("stranger");
    // Signed by somebody else under the right name, and by the right one in another's name.
    let begun = begin(LIAR);
    let token = stranger.sign(Rs256, &begun.claims());
    begun.ends_in_refusal(&token);
    let begun = begin(LIAR);
    let mut claims = begun.claims();
    claims["iss"] = json!(stranger.url());
    begun.ends_in_refusal(&Issuer::named(LIAR).sign(Rs256, &claims));
}

fn a_token_that_was_changed_is_refused() {
    let _alone = alone();
    let begun = begin(LIAR);
    let token = Issuer::named(LIAR).sign(Rs256, &begun.claims());
    let mut claims = begun.claims();
    claims["sub"] = json!("somebody else");
    let parts: Vec<&str> = token.split('.').collect();
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    begun.ends_in_refusal(&format!("{}.{claims}.{}", parts[0], parts[2]));
    // A key of the issuer that signs in another way.
    let begun = begin(LIAR);
    let token = Issuer::named(LIAR).sign(Es256, &begun.claims());
    let (_, rest) = must(token.split_once('.'));
    let head = json!({ "alg": "RS256", "kid": "Es256-1" }).to_string();
    begun.ends_in_refusal(&format!("{}.{rest}", URL_SAFE_NO_PAD.encode(head)));
}

fn what_is_said_of_somebody_else_is_refused() {
    let _alone = alone();
    let liar = Issuer::named(LIAR);
    for (subject, is_good) in [("somebody else", false), ("", true)] {
        let mut begun = begin(LIAR);
        let mut claims = begun.claims();
        claims["preferred_username"] = Value::Null;
        must(claims.as_object_mut()).remove("preferred_username");
        let said = if is_good { begun.subject.clone() } else { subject.to_owned() };
        let name = fresh("told");
        liar.give(&liar.sign(Rs256, &claims), &json!({ "sub": said, "preferred_username": name }));
        let path = format!("/api/v1/sign-in/{LIAR}/callback?code=x&state={}", encode(&begun.state));
        let answer = begun.visitor.open(&edge().url(&path));
        if is_good {
            assert_eq!(answer.expect(303).must("Location"), "/account");
            assert_eq!(must(account(&mut begun.visitor))["name"], json!(name));
        } else {
            is_refusal(&answer);
        }
    }
}
