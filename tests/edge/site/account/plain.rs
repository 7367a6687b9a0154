//! Who is let in, and what is kept, as the wire has it.

use super::edge;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::deadline::Deadline;
use std::time::Duration;

/// Pages that are somebody's own.
const OWN: [&str; 10] = [
    "/account",
    "/account/tokens",
    "/account/settings",
    "/account/namespaces",
    "/namespaces/acme",
    "/operator",
    "/operator/accounts/ada",
    "/operator/networks",
    "/operator/upstreams",
    "/operator/audit",
];
/// Pages that are everybody's, and about whoever asks.
const OPEN: [&str; 5] =
    ["/usage", "/account/sign-in", "/account/sign-up", "/account/recovery", "/account/recover"];

pub(super) fn claims() -> Vec<Trial> {
    claims![
        who_is_not_signed_in_is_sent_to_sign_in,
        nobody_becomes_somebody_by_a_header,
        a_page_about_somebody_is_kept_by_nobody,
        a_form_of_another_site_changes_nothing,
        everybody_reads_what_is_left,
    ]
}

fn get(path: &str) -> Answer {
    Request::get(path).header("Accept", "text/html").at(edge().host()).send()
}

fn leads_to_sign_in(answer: &Answer, path: &str) {
    assert_eq!(answer.status, 303, "{path}: {answer}");
    let location = answer.must("Location");
    assert!(location.contains("/account/sign-in?next=%2F"), "{path}: {location}");
}

fn who_is_not_signed_in_is_sent_to_sign_in() {
    for path in OWN {
        leads_to_sign_in(&get(path), path);
    }
    for path in OPEN {
        let _ = get(path).expect(200);
    }
}

/// `{"account":"operator","is_operator":true,"usage":null,"notice":null}`: the edge alone says that.
fn nobody_becomes_somebody_by_a_header() {
    let said = "eyJhY2NvdW50Ijoib3BlcmF0b3IiLCJpc19vcGVyYXRvciI6dHJ1ZSwidXNhZ2UiOm51bGwsIm5vdGljZSI6bnVsbH0";
    for path in OWN {
        let request = Request::get(path).header("X-Roadstead-Visitor", said);
        let request =
            request.header("x-roadstead-visitor", said).header("Cookie", "session=e30.e30.e30");
        leads_to_sign_in(&request.at(edge().host()).send(), path);
    }
}

fn a_page_about_somebody_is_kept_by_nobody() {
    for path in OPEN {
        let answer = get(path).expect(200);
        assert_eq!(answer.must("Cache-Control"), "private, no-store", "{path}");
        assert_eq!(answer.must("Referrer-Policy"), "same-origin", "{path}");
        assert!(answer.must("Content-Security-Policy").contains("form-action 'self'"), "{path}");
    }
    assert!(get("/").must("Cache-Control").starts_with("private"));
}

fn everybody_reads_what_is_left() {
    // A page does not wait long for the meter; the next one has what it said.
    for path in ["/", "/usage", "/account/sign-in"] {
        let told = Deadline::after(Duration::from_secs(20)).wait(|| {
            let html = get(path).expect(200).text();
            html.contains("of 500 GB a month\" class=\"left\">").then_some(html)
        });
        let html = told.unwrap_or_else(|| panic!("{path} never says what is left"));
        if path == "/usage" {
            assert!(
                html.contains("of 500 GB this month") && html.contains("role=\"img\""),
                "{html}"
            );
        }
    }
}

fn a_form_of_another_site_changes_nothing() {
    let answer = Request::new("POST", "/api/v1/accounts")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Origin", "https://evil.example")
        .header("Sec-Fetch-Site", "cross-site")
        .body("name=from-elsewhere&password=a+long+password+of+mine")
        .at(edge().host())
        .send();
    assert_eq!(answer.status, 403, "{answer}");
    assert_eq!(answer.header("Set-Cookie"), None, "{answer}");
}
