//! What somebody wrote to do harm stays text.

use crate::fixture::{account, ada, at, detail, namespace_detail, operator, token, told};
use roadstead_shared::upstream::Report;
use roadstead_shared::visitor::{Notice, Visitor};
use roadstead_web::{
    pages::{
        account::{recovery, settings, sign_in, tokens, usage},
        namespace, operator as operators,
    },
    source::{
        account::{AccountDetail, AccountRow, IdentityRow},
        namespace::PublisherRow,
        operator::{AuditRow, Networks, Part, TakedownRow, Upstreams},
    },
};

const EVIL: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}";

fn is_tame(html: &str) {
    for forbidden in ["<script>alert", "<img", "'><", "\u{202e}"] {
        assert!(!html.contains(forbidden), "{forbidden:?} is in {html}");
    }
    assert_eq!(html.matches("<script").count(), 1, "{html}");
    assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick="));
}

#[test]
fn names_and_reasons_stay_text() {
    let row = AccountRow {
        mail: Some(EVIL.replace('\u{202e}', "")),
        suspended: Some(EVIL.to_owned()),
        tier: Some(EVIL.to_owned()),
        ..account()
    };
    let hostile = AccountDetail {
        account: Some(row.clone()),
        identities: vec![IdentityRow { issuer: EVIL.to_owned(), subject: EVIL.to_owned() }],
        tokens: vec![token(EVIL)],
        ..detail()
    };
    let suspended = Visitor { suspended: Some(EVIL.to_owned()), ..ada() };
    is_tame(&sign_in::page(&at("/account/sign-in", suspended)));
    is_tame(&settings::page(&at("/account/settings", ada()), &hostile));
    is_tame(&tokens::page(&at("/account/tokens", ada()), &hostile));
    is_tame(&operators::account::page(&at("/operator/accounts/x", operator()), &row, &[]));
    let page = Part { rows: vec![row], more: true };
    is_tame(&operators::accounts::page(&at("/operator", operator()), page));
}

#[test]
fn rules_takedowns_and_the_log_stay_text() {
    let mut acme = namespace_detail(Some("owner"));
    let claims = serde_json::json!({ EVIL: EVIL }).to_string();
    acme.publishers = vec![PublisherRow {
        issuer: EVIL.into(),
        claims,
        id: EVIL.into(),
        ..PublisherRow::default()
    }];
    is_tame(&namespace::page(&at("/namespaces/acme", ada()), acme));
    let takedown = TakedownRow { repository: EVIL.into(), reason: EVIL.into(), at_ms: None };
    is_tame(&operators::takedowns::page(&at("/operator/takedowns", operator()), &[takedown]));
    let plain = EVIL.replace('\u{202e}', "");
    let networks = Networks { ranges: vec![format!("{plain}</textarea>{plain}")], asns: vec![] };
    is_tame(&operators::networks::page(&at("/operator/networks", operator()), &networks));
    let report = Report {
        prefix: plain,
        host: EVIL.into(),
        problem: Some(EVIL.into()),
        ..Report::default()
    };
    let upstreams = Upstreams { reports: vec![report], at_ms: None };
    let evil =
        "/operator/upstreams?prefix=%22%27%3E%3Cscript%3Ealert(1)%3C/script%3E%3Cimg+src=x%3E";
    is_tame(&operators::upstreams::page(&at(evil, operator()), &upstreams));
    let row = AuditRow {
        action: EVIL.into(),
        target: EVIL.into(),
        actor: EVIL.into(),
        detail: EVIL.into(),
        ..AuditRow::default()
    };
    let page = Part { rows: vec![row], more: true };
    is_tame(&operators::audit::page(&at("/operator/audit", operator()), &page));
}

#[test]
fn addresses_and_notices_stay_text() {
    let query = |name: &str| {
        let plain = EVIL.replace('\u{202e}', "");
        let value: String = form_urlencoded::byte_serialize(plain.as_bytes()).collect();
        format!("{name}={value}")
    };
    let page = |query: String| at(&format!("/x?{query}"), operator());
    is_tame(&sign_in::page(&page(query("next"))));
    is_tame(&recovery::recover(&page(query("token"))));
    is_tame(&namespace::page(&page(query("member")), namespace_detail(Some("owner"))));
    is_tame(&operators::takedowns::page(&page(query("repository")), &[]));
    is_tame(&operators::accounts::page(&page(query("q")), Part { rows: Vec::new(), more: false }));
    let plain = EVIL.replace('\u{202e}', "");
    for notice in [
        Notice::Problem(plain.clone()),
        Notice::Done(plain.clone()),
        Notice::Secret { what: plain.clone(), secret: plain },
    ] {
        is_tame(&usage::open(&at("/usage", told(ada(), notice))));
    }
    let named = Visitor { account: Some("\"><script>alert(1)".to_owned()), ..ada() };
    is_tame(&usage::open(&at("/usage", named)));
}
