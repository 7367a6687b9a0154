//! The pages about people, rendered natively from the functions that the Worker calls, and read as
//! text.

#![cfg(feature = "ssr")]

mod fixture;
mod hostile;

use fixture::{account, ada, at, detail, namespace_detail, nobody, operator, told, usage};
use roadstead_shared::{usage::Tier, visitor::Notice, visitor::Visitor};
use roadstead_web::{
    answer::Answer,
    pages::{
        account::{namespaces, recovery, settings, sign_in, sign_up, tokens, usage as usage_page},
        namespace,
        not_found::{self, Missing},
        operator as operators,
        refused::{self, Refused},
    },
    source::{
        account::{AccountDetail, AccountRow},
        operator::{AuditRow, Networks, Part, TakedownRow, UpstreamsRow},
    },
};

pub(crate) fn assert_holds(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part:?} is not in {html}");
    }
}

fn assert_lacks(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(!html.contains(part), "{part:?} is in {html}");
    }
}

fn problem(words: &str) -> Notice {
    Notice::Problem(words.to_owned())
}

#[test]
fn the_form_for_signing_in_goes_on_to_where_one_wanted_to_go() {
    let html = sign_in::page(&at("/account/sign-in?next=%2Faccount%2Ftokens", nobody()));
    assert_holds(
        &html,
        &[
            "method=\"post\" action=\"/api/v1/session\"",
            "name=\"next\" value=\"/account/tokens\"",
            "name=\"back\" value=\"/account/sign-in?next=%2Faccount%2Ftokens&amp;at=sign-in\"",
            "autocomplete=\"username\"",
            "autocomplete=\"current-password\"",
            "href=\"/api/v1/sign-in/github?next=%2Faccount%2Ftokens\"",
            "href=\"/account/recovery\"",
            "href=\"/account/sign-up?next=%2Faccount%2Ftokens\"",
        ],
    );
}

#[test]
fn nobody_is_sent_to_another_host() {
    for away in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let query = form_urlencoded::byte_serialize(away.as_bytes()).collect::<String>();
        let html = sign_in::page(&at(&format!("/account/sign-in?next={query}"), nobody()));
        assert_holds(&html, &["name=\"next\" value=\"/account\""]);
        // The switch of the theme keeps the address as it came; it leads nowhere else.
        assert_lacks(html.split("<footer").next().unwrap_or_default(), &["evil.example"]);
    }
}

#[test]
fn a_problem_stands_in_the_form_that_it_is_about_and_nowhere_else() {
    let visitor = told(nobody(), problem("The name or the password is wrong."));
    let html = sign_in::page(&at("/account/sign-in?at=sign-in", visitor.clone()));
    assert_holds(
        &html,
        &[
            "<title>Not done: Sign in",
            "id=\"sign-in-problem\" role=\"alert\"",
            "aria-describedby=\"sign-in-problem\"",
        ],
    );
    assert_eq!(html.matches("The name or the password is wrong.").count(), 1);
    assert_lacks(&html, &["notice-problem"]);
    // On a page without that form it is said at the top.
    let html = not_found::page(&at("/nothing?at=sign-in", visitor), Missing::Page);
    assert_holds(
        &html,
        &["<div role=\"alert\" tabindex=\"-1\" autofocus", "The name or the password is wrong."],
    );
}

#[test]
fn signing_up_says_what_it_brings_or_that_it_is_closed() {
    let html = sign_up::page(&at("/account/sign-up", nobody()));
    assert_holds(
        &html,
        &[
            "action=\"/api/v1/accounts\"",
            "5.0 TB a month to pull",
            "50 GB of storage",
            "autocomplete=\"new-password\"",
            "type=\"email\"",
        ],
    );
    let closed = sign_up::page(&at("/account/sign-up", Visitor::default()));
    assert_holds(&closed, &["No new accounts here"]);
    assert_lacks(&closed, &["<form method=\"post\" action=\"/api/v1/accounts\""]);
}

#[test]
fn everybody_sees_what_is_left_in_the_header() {
    let of = |visitor| not_found::page(&at("/x", visitor), Missing::Page);
    let left =
        |used, limit| of(Visitor { usage: Some(usage(Tier::Anonymous, used, limit)), ..nobody() });
    assert_holds(
        &left(2, Some(500)),
        &["title=\"of 500 GB a month\" class=\"left\">498 GB left</a>", "Sign in</a>"],
    );
    assert_holds(&left(500, Some(500)), &["class=\"left spent\"", "Nothing left"]);
    assert_holds(&left(500, None), &["No limit</a>"]);
    assert_holds(&of(ada()), &["<a href=\"/account\" class=\"button who\">ada</a>"]);
    assert_lacks(&of(Visitor::default()), &["class=\"left"]);
}

#[test]
fn the_usage_page_has_figures_days_and_what_to_do_when_it_is_spent() {
    let html = usage_page::open(&at("/usage", nobody()));
    assert_holds(
        &html,
        &[
            "498 GB left",
            "of 500 GB this month",
            "2.0 GB used.",
            "1 Dec 2026, 00:00 UTC",
            "Counted for your network address",
            "role=\"img\" aria-label=\"Last 30 days: ",
            "<th scope=\"row\">2026-11-21</th>",
        ],
    );
    assert_eq!(html.matches("<rect").count(), 31, "thirty days and the gauge");
    assert_lacks(&html, &["allowance is spent"]);
    let spent = Visitor { usage: Some(usage(Tier::Anonymous, 500, Some(500))), ..nobody() };
    assert_holds(
        &usage_page::open(&at("/usage", spent)),
        &[
            "Nothing left",
            "allowance is spent",
            "An account has 5.0 TB a month",
            "/account/sign-in?next=%2Fusage",
        ],
    );
    let network = Visitor { usage: Some(usage(Tier::Network, 9, None)), ..ada() };
    assert_holds(
        &usage_page::open(&at("/usage", network)),
        &["No limit", "9.0 GB pulled this month"],
    );
    let silent = Visitor { usage: None, ..nobody() };
    assert_holds(&usage_page::open(&at("/usage", silent)), &["The meter does not answer"]);
}

#[test]
fn a_suspended_account_reads_why() {
    let suspended = || Visitor { suspended: Some("spam".to_owned()), ..nobody() };
    for html in [
        usage_page::open(&at("/usage", suspended())),
        sign_in::page(&at("/account/sign-in", suspended())),
    ] {
        assert_holds(&html, &["Your account is suspended. ", "spam"]);
    }
    let html = usage_page::of_account(&at("/account", ada()));
    assert_holds(&html, &["aria-current=\"page\">Usage</a>", "Counted for the account ada."]);
}

#[test]
fn tokens_are_listed_made_and_revoked() {
    let html = tokens::page(&at("/account/tokens", ada()), &detail());
    assert_holds(
        &html,
        &[
            "action=\"/api/v1/account/tokens\"",
            "action=\"/api/v1/account/tokens/t-1?_method=DELETE\"",
            "aria-label=\"Revoke laptop\"",
            "push:acme/*",
            "never used",
            "3 h ago",
            "name=\"scopes\" value=\"push:ada/*\"",
            "name=\"expires_in_days\"",
        ],
    );
    let empty = tokens::page(&at("/account/tokens", ada()), &AccountDetail::default());
    assert_holds(&empty, &["None yet."]);
}

#[test]
fn a_secret_is_shown_with_the_line_that_uses_it() {
    let secret = Notice::Secret { what: "The token laptop.".into(), secret: "rst_abc123".into() };
    let html = tokens::page(&at("/account/tokens", told(ada(), secret)), &detail());
    assert_holds(
        &html,
        &["rst_abc123", "docker login --username ada reg.example", "The token laptop."],
    );
    let link = Notice::Secret { what: "A link.".into(), secret: "https://reg.example/r".into() };
    assert_lacks(&usage_page::open(&at("/usage", told(ada(), link))), &["docker login --user"]);
}

#[test]
fn settings_change_mail_and_password_and_end_the_account() {
    let html = settings::page(&at("/account/settings", ada()), &detail());
    assert_holds(
        &html,
        &[
            "action=\"/api/v1/account?_method=PUT\"",
            "value=\"ada@example.org\"",
            "action=\"/api/v1/account/password?_method=PUT\"",
            "name=\"new_password\"",
            "action=\"/api/v1/account?_method=DELETE\"",
            "name=\"repositories\" value=\"keep\" checked",
            "https://id.example",
        ],
    );
    let operators = AccountDetail { account: None, ..detail() };
    let html = settings::page(&at("/account/settings", operator()), &operators);
    assert_holds(&html, &["OPERATOR_PASSWORD"]);
    assert_lacks(&html, &["_method=PUT"]);
}

#[test]
fn the_way_back_into_an_account_needs_a_name_and_then_a_token() {
    let html = recovery::ask(&at("/account/recovery", nobody()));
    assert_holds(&html, &["action=\"/api/v1/account/recovery\"", "name=\"name\""]);
    let html = recovery::recover(&at("/account/recover?token=a.b-c", nobody()));
    assert_holds(&html, &["name=\"token\" value=\"a.b-c\"", "name=\"new_password\""]);
    assert_holds(
        &recovery::recover(&at("/account/recover", nobody())),
        &["This link is not whole"],
    );
}

#[test]
fn a_namespace_shows_its_members_and_lets_its_owners_change_them() {
    let html = namespaces::page(&at("/account/namespaces", ada()), &detail());
    assert_holds(
        &html,
        &["href=\"/namespaces/acme\"", "12 GB of 50 GB", "action=\"/api/v1/namespaces\""],
    );
    let html = namespace::page(&at("/namespaces/acme", ada()), namespace_detail(Some("owner")));
    assert_holds(
        &html,
        &[
            "12 GB of 50 GB",
            "/api/v1/namespaces/acme/members/grace?_method=PUT",
            "/api/v1/namespaces/acme/members/grace?_method=DELETE",
            "/api/v1/namespaces/acme/publishers/p-1?_method=DELETE",
            "name=\"claims.repository\"",
            "release.yml",
            "href=\"/r/acme/edge-proxy\"",
            "12 tags",
        ],
    );
    assert_lacks(&html, &["For the operator", "claims.project_path"]);
    let html = namespace::page(
        &at("/namespaces/acme?jobs=gitlab", ada()),
        namespace_detail(Some("owner")),
    );
    assert_holds(&html, &["name=\"claims.project_path\"", "value=\"https://gitlab.com\""]);
}

#[test]
fn a_publisher_sees_a_namespace_and_may_only_leave() {
    let html = namespace::page(&at("/namespaces/acme", ada()), namespace_detail(Some("publisher")));
    assert_holds(&html, &["/members/ada?_method=DELETE", "Leave"]);
    assert_lacks(&html, &["/members/grace?", "publishers?", "Trust these jobs", "name=\"member\""]);
}

#[test]
fn a_member_is_added_in_two_steps() {
    let page = |query: &str| {
        let visit = at(&format!("/namespaces/acme?{query}"), ada());
        namespace::page(&visit, namespace_detail(Some("owner")))
    };
    assert_holds(&page(""), &["method=\"get\" action=\"/namespaces/acme\"", "name=\"member\""]);
    assert_holds(
        &page("member=grace"),
        &["/api/v1/namespaces/acme/members/grace?_method=PUT", "name=\"role\"", "Add "],
    );
    for odd in ["member=a%2Fb", "member=A", "member=%3Cb%3E", "member=.."] {
        assert_holds(&page(odd), &["is no name of an account"]);
    }
}

#[test]
fn the_operator_judges_accounts_and_namespaces() {
    let visit = at("/operator?q=a", operator());
    let html = operators::accounts::page(&visit, Part { rows: vec![account()], more: true });
    assert_holds(&html, &["/operator/accounts/ada", "?q=a&amp;after=ada", "value=\"a\""]);
    let visit = at("/operator/accounts/ada", operator());
    let html = operators::account::page(&visit, &account(), &detail().namespaces);
    assert_holds(
        &html,
        &[
            "action=\"/api/v1/admin/accounts/ada?_method=PUT\"",
            "action=\"/api/v1/admin/accounts/ada/recovery\"",
            "name=\"suspended\"",
            "name=\"bytes_per_month\"",
            "/operator/audit?target=ada",
        ],
    );
    let suspended = AccountRow { suspended: Some("spam".to_owned()), ..account() };
    let html = operators::account::page(&visit, &suspended, &[]);
    assert_holds(&html, &["Lift the suspension", "name=\"suspended\" value=\"\""]);
    let html = namespace::page(&at("/namespaces/acme", operator()), namespace_detail(None));
    assert_holds(&html, &["name=\"verified\" value=\"false\"", "name=\"quota_bytes\""]);
}

#[test]
fn the_operator_takes_down_names_networks_and_reads_the_log() {
    let takedown =
        TakedownRow { repository: "acme/bad".into(), reason: "a court".into(), at_ms: None };
    let html = operators::takedowns::page(&at("/operator/takedowns", operator()), &[takedown]);
    assert_holds(&html, &["/api/v1/admin/takedowns/acme%2Fbad?_method=DELETE", "a court"]);
    let visit = at("/operator/takedowns?repository=acme%2Fx", operator());
    let html = operators::takedowns::page(&visit, &[]);
    assert_holds(&html, &["/api/v1/admin/takedowns/acme%2Fx?_method=PUT", "name=\"reason\""]);
    let networks = Networks { ranges: vec!["192.0.2.0/24".into()], asns: vec![64_496] };
    let html = operators::networks::page(&at("/operator/networks", operator()), &networks);
    assert_holds(
        &html,
        &["192.0.2.0/24</textarea>", "64496</textarea>", "/api/v1/admin/networks?_method=PUT"],
    );
    let row = AuditRow {
        id: 7.0,
        actor: "operator".into(),
        action: "account.suspended".into(),
        target: "ada".into(),
        detail: r#"{"why":"spam"}"#.into(),
        at_ms: None,
    };
    let page = Part { rows: vec![row], more: true };
    let html = operators::audit::page(&at("/operator/audit?target=ada", operator()), &page);
    assert_holds(&html, &["account.suspended", "spam", "target=ada&amp;before=7"]);
}

#[test]
fn the_operator_reads_how_the_rules_stand_and_has_them_forget() {
    let document = serde_json::json!({ "upstreams": [{
        "prefix": "hub", "host": "docker.io", "stored_bytes": 71_000_000_u64,
        "budget_bytes": 100_000_000_u64, "images": 3, "hits": 3, "misses": 1, "hit_rate": 0.75,
        "evicted": 1, "problem": "docker.io answers with 503.",
    }] });
    let row = UpstreamsRow { document: document.to_string(), changed_at_ms: Some(1) };
    let html = operators::upstreams::page(&at("/operator/upstreams", operator()), &row.read());
    assert_holds(
        &html,
        &[
            "docker.io answers with 503.",
            "71 MB",
            "3 images, a budget of 100 MB; 1 image with",
            "75.0 % of 4 requests answered from here",
            "action=\"/api/v1/cache/refresh\"",
            "/operator/upstreams?prefix=hub",
        ],
    );
    let visit = at("/operator/upstreams?prefix=hub", operator());
    let html = operators::upstreams::page(&visit, &row.read());
    assert_holds(&html, &["action=\"/api/v1/cache/purge\"", "name=\"reference\"", "value=\"hub\""]);
    let none = UpstreamsRow::default().read();
    let html = operators::upstreams::page(&at("/operator/upstreams", operator()), &none);
    assert_holds(&html, &["There is no rule."]);
}

#[test]
fn pages_about_somebody_are_kept_by_nobody() {
    let caching = |answer: &Answer| {
        let found = answer.headers.iter().find(|(name, _)| *name == "Cache-Control");
        found.map(|(_, value)| value.clone()).unwrap()
    };
    let of = |visitor| Answer::page(&at("/", visitor), 200, String::new());
    assert_eq!(caching(&of(nobody())), "private, no-cache");
    assert_eq!(caching(&of(ada())), "private, no-store");
    assert_eq!(caching(&of(told(nobody(), problem("x")))), "private, no-store");
    let personal = Answer::personal(&at("/usage", nobody()), 200, String::new());
    assert_eq!(caching(&personal), "private, no-store");
    assert!(personal.headers.contains(&("Referrer-Policy", "same-origin".to_owned())));
}

#[test]
fn who_is_not_let_in_reads_why_and_as_whom() {
    let html = refused::page(&at("/operator", ada()), Refused::Operator);
    assert_holds(&html, &["403", "For the operator", "Signed in as ", "ada"]);
    let html = refused::page(&at("/namespaces/other", ada()), Refused::Namespace);
    assert_holds(&html, &["Not one of your namespaces"]);
}
