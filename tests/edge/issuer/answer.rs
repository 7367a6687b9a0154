//! Answers of providers that belong to nobody, and sign-ins that are not begun.

use super::begun::{Begun, alone, begin, is_refusal};
use super::edge::{LIAR, PLAIN, account, edge, fresh, must};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::encode;
use roadstead_tests::client::visitor::{Visitor, parameter};
use roadstead_tests::issuer::Algorithm::Rs256;
use roadstead_tests::issuer::Issuer;
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        an_answer_with_another_state_is_refused,
        an_answer_in_another_browser_is_refused,
        an_answer_of_another_provider_is_refused,
        a_sign_in_is_not_begun_by_a_page_of_another_site,
        a_sign_in_leads_to_this_host_only,
        a_provider_that_does_not_answer_is_said_to_be_down,
        a_provider_of_oauth_alone_is_asked_who_it_is,
    ]
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
