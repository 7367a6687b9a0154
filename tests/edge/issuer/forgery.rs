//! Providers that lie, and answers that belong to nobody: what no real provider does.

use super::edge::{LIAR, PLAIN, account, edge, fresh, must};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::encode;
use roadstead_tests::client::visitor::{Visitor, parameter};
use roadstead_tests::issuer::Algorithm::{Es256, Rs256};
use roadstead_tests::issuer::{Issuer, now_s};
use roadstead_tests::token::{sign, unsigned};
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};

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
        an_answer_with_another_state_is_refused,
        an_answer_in_another_browser_is_refused,
        an_answer_of_another_provider_is_refused,
        a_sign_in_is_not_begun_by_a_page_of_another_site,
        a_sign_in_leads_to_this_host_only,
        a_provider_that_does_not_answer_is_said_to_be_down,
        a_provider_of_oauth_alone_is_asked_who_it_is,
    ]
}

/// One at a time: the provider tells one story.
static TURN: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A sign-in that has begun.
struct Begun {
    visitor: Visitor,
    state: String,
    nonce: String,
    subject: String,
}

fn begin(provider: &str) -> Begun {
    let mut visitor = Visitor::new();
    let answer = visitor.open(&edge().url(&format!("/api/v1/sign-in/{provider}"))).expect(303);
    let location = answer.must("Location");
    let word = |name| parameter(location, name).unwrap_or_else(|| panic!("no {name}: {location}"));
    Begun { state: word("state"), nonce: word("nonce"), subject: fresh("subject"), visitor }
}

impl Begun {
    /// What a token should say.
    fn claims(&self) -> Value {
        let now = now_s();
        json!({
            "iss": Issuer::named(LIAR).url(), "aud": "us", "sub": self.subject,
            "iat": now, "exp": now + 300, "nonce": self.nonce, "preferred_username": self.subject,
        })
    }

    /// Comes back with a code that is worth this token.
    fn back(&mut self, token: &str) -> Answer {
        Issuer::named(LIAR).give(token, &json!({}));
        let path = format!("/api/v1/sign-in/{LIAR}/callback?code=x&state={}", encode(&self.state));
        self.visitor.open(&edge().url(&path))
    }

    /// The same, which must be refused: nobody is signed in, and the page of signing in says why.
    #[track_caller]
    fn ends_in_refusal(mut self, token: &str) {
        let answer = self.back(token);
        is_refusal(&answer);
        assert_eq!(account(&mut self.visitor), None, "{answer}");
    }
}

#[track_caller]
fn is_refusal(answer: &Answer) {
    assert_eq!(answer.status, 303, "{answer}");
    assert_eq!(answer.header("location"), Some("/account/sign-in"), "{answer}");
    let cookies: Vec<&str> = answer.all("set-cookie").collect();
    assert!(cookies.iter().any(|it| it.starts_with("notice=ey")), "{answer}");
    assert!(!cookies.iter().any(|it| it.starts_with("session=ey")), "{answer}");
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

/// What comes back with these parameters.
fn comes_back(begun: &mut Begun, query: &str) -> Answer {
    begun.visitor.open(&edge().url(&format!("/api/v1/sign-in/{LIAR}/callback?{query}")))
}

fn an_answer_with_another_state_is_refused() {
    let _alone = alone();
    let other = begin(LIAR).state;
    for state in [other.as_str(), "", "x"] {
        let mut begun = begin(LIAR);
        let token = Issuer::named(LIAR).sign(Rs256, &begun.claims());
        Issuer::named(LIAR).give(&token, &json!({}));
        is_refusal(&comes_back(&mut begun, &format!("code=x&state={}", encode(state))));
        // What went wrong once is not gone on with.
        let state = encode(&begun.state);
        is_refusal(&comes_back(&mut begun, &format!("code=x&state={state}")));
    }
    let mut begun = begin(LIAR);
    is_refusal(&comes_back(&mut begun, "code=x"));
    let mut begun = begin(LIAR);
    let state = encode(&begun.state);
    is_refusal(&comes_back(&mut begun, &format!("state={state}")));
    let mut begun = begin(LIAR);
    let state = encode(&begun.state);
    is_refusal(&comes_back(&mut begun, &format!("code=x&state={state}&error=access_denied")));
}

fn an_answer_in_another_browser_is_refused() {
    let _alone = alone();
    let begun = begin(LIAR);
    let token = Issuer::named(LIAR).sign(Rs256, &begun.claims());
    let mut elsewhere = Begun { visitor: Visitor::new(), ..begun };
    is_refusal(&elsewhere.back(&token));
    // With a cookie that somebody made up.
    for cookie in ["", "x", "eyJhbGciOiJub25lIn0.e30."] {
        elsewhere.visitor.keep(edge().host(), "sign-in", cookie);
        is_refusal(&elsewhere.back(&token));
    }
    // And not twice in the same one.
    let mut begun = begin(LIAR);
    let token = Issuer::named(LIAR).sign(Rs256, &begun.claims());
    assert_eq!(begun.back(&token).must("Location"), "/account");
    is_refusal(&begun.back(&token));
}

fn an_answer_of_another_provider_is_refused() {
    let _alone = alone();
    // Begun with one, back from another.
    let mut begun = begin(PLAIN);
    let token = Issuer::named(LIAR).sign(Rs256, &begun.claims());
    is_refusal(&begun.back(&token));
    // RFC 9207: whoever answers says who they are.
    let mut begun = begin(LIAR);
    Issuer::named(LIAR).give(&Issuer::named(LIAR).sign(Rs256, &begun.claims()), &json!({}));
    let (state, iss) = (encode(&begun.state), encode(&Issuer::named("stranger").url()));
    is_refusal(&comes_back(&mut begun, &format!("code=x&state={state}&iss={iss}")));
}

fn a_sign_in_is_not_begun_by_a_page_of_another_site() {
    for site in ["cross-site", "same-site"] {
        let request =
            Request::get(format!("/api/v1/sign-in/{LIAR}")).header("Sec-Fetch-Site", site);
        let mut visitor = Visitor::new();
        is_refusal(&visitor.send(edge().host(), request));
        assert_eq!(visitor.cookie(edge().host(), "sign-in"), None);
    }
    let request = Request::get(format!("/api/v1/sign-in/{LIAR}"));
    let _ = request.header("Sec-Fetch-Site", "same-origin").send_to(edge().host()).expect(303);
    let unknown = Request::get("/api/v1/sign-in/nobody").send_to(edge().host());
    is_refusal(&unknown);
}

fn a_sign_in_leads_to_this_host_only() {
    let _alone = alone();
    for (next, expected) in [
        ("/account/tokens?a=b", "/account/tokens?a=b"),
        ("//evil.example", "/account"),
        ("https://evil.example", "/account"),
        ("/\\evil.example", "/account"),
        (&format!("/{}", "x".repeat(2000)), "/account"),
    ] {
        let path = format!("/api/v1/sign-in/{LIAR}?next={}", encode(next));
        let mut visitor = Visitor::new();
        let answer = visitor.open(&edge().url(&path)).expect(303);
        let location = answer.must("Location").to_owned();
        let word = |name| must(parameter(&location, name));
        let subject = fresh("next");
        let mut begun = Begun { state: word("state"), nonce: word("nonce"), subject, visitor };
        let token = Issuer::named(LIAR).sign(Rs256, &begun.claims());
        assert_eq!(begun.back(&token).must("Location"), expected);
    }
}

fn a_provider_that_does_not_answer_is_said_to_be_down() {
    is_refusal(&Request::get("/api/v1/sign-in/gone").send_to(edge().host()));
}

fn a_provider_of_oauth_alone_is_asked_who_it_is() {
    let _alone = alone();
    let plain = Issuer::named(PLAIN);
    let name = fresh("plain");
    for (userinfo, is_good) in [
        (json!({ "id": 4_711, "login": name }), true),
        // They may change their name; who they are stays.
        (json!({ "id": 4_711, "login": "another" }), true),
        (json!({ "login": name }), false),
        (json!({ "id": "", "login": name }), false),
        (json!([]), false),
    ] {
        let mut begun = begin(PLAIN);
        plain.give("", &userinfo);
        let path =
            format!("/api/v1/sign-in/{PLAIN}/callback?code=x&state={}", encode(&begun.state));
        let answer = begun.visitor.open(&edge().url(&path));
        if is_good {
            assert_eq!(answer.expect(303).must("Location"), "/account");
            assert_eq!(must(account(&mut begun.visitor))["name"], json!(name));
        } else {
            is_refusal(&answer);
        }
    }
}
