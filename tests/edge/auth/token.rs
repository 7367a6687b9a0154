//! `/token`: GET as docker asks, POST as OAuth2 (RFC 6749, section 4.3) as containerd asks, and
//! the subset of what was asked that is granted.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::{encode, service, text, token_path};
use roadstead_tests::fixture::shelf;
use roadstead_tests::stack::{OPERATOR, PASSWORD};

const PULL: &str = "repository:claims/shelf:pull";
const PUSH: &str = "repository:claims/shelf:pull,push";

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_token_has_the_fields_that_every_client_reads,
        anybody_may_ask_for_nothing,
        several_scopes_may_be_repeated,
        several_scopes_may_be_joined,
        who_asks_for_more_than_they_may_gets_what_they_may,
        what_is_no_scope_is_not_granted_and_does_no_harm,
        the_operator_gets_a_token_by_get,
        the_operator_gets_a_token_by_post,
        anybody_gets_a_token_by_post,
        a_wrong_password_is_refused_at_login,
        a_wrong_password_is_refused_for_a_push,
        a_wrong_password_pulls_as_anybody,
        a_way_that_is_not_offered_is_refused,
        a_token_is_nobody_elses_to_keep,
        the_account_parameter_is_not_a_password,
    ]
}

fn ask(scopes: &[&str]) -> String {
    text(&Request::get(token_path(scopes)).send().expect(200).json(), "token")
}

fn post(form: &str) -> Answer {
    let request = Request::new("POST", "/token");
    request.header("Content-Type", "application/x-www-form-urlencoded").body(form).send()
}

fn can_pull(token: &str, name: &str) -> bool {
    // 404 where nothing is published: the token was good for it.
    let answer = Request::get(format!("/v2/{name}/tags/list")).bearer(token).send();
    assert!(matches!(answer.status, 200 | 401 | 404), "{answer}");
    answer.status != 401
}

fn can_push(token: &str, name: &str) -> bool {
    let answer = Request::new("POST", format!("/v2/{name}/blobs/uploads/")).bearer(token).body(b"");
    let answer = answer.send();
    assert!(matches!(answer.status, 202 | 401), "{answer}");
    answer.status == 202
}

fn a_token_has_the_fields_that_every_client_reads() {
    let answer = Request::get(token_path(&[PULL])).send().expect(200);
    assert_eq!(answer.must("Content-Type"), "application/json");
    let body = answer.json();
    assert_eq!(text(&body, "token"), text(&body, "access_token"));
    assert!(body["expires_in"].as_u64().is_some_and(|seconds| seconds >= 60), "{body}");
    assert!(is_rfc3339(&text(&body, "issued_at")), "{body}");
    assert_eq!(body.get("refresh_token"), None, "docker would keep it in place of the password");
}

/// `2026-11-21T09:00:00Z`, with or without a fraction, or with an offset.
fn is_rfc3339(time: &str) -> bool {
    let shape = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text
                .chars()
                .zip(shape.chars())
                .all(|(c, s)| if s == '0' { c.is_ascii_digit() } else { c == s })
    };
    let Some((start, rest)) = time.split_at_checked(19) else { return false };
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    shape(start, "0000-00-00T00:00:00") && (zone == "Z" || shape(&zone.replace('-', "+"), "+00:00"))
}

fn anybody_may_ask_for_nothing() {
    let token = ask(&[]);
    let _ = Request::get("/v2/").bearer(&token).send().expect(200);
    assert!(!can_pull(&token, "claims/shelf"));
}

fn several_scopes_may_be_repeated() {
    let token = ask(&["repository:a/one:pull", "repository:a/two:pull"]);
    assert!(can_pull(&token, "a/one") && can_pull(&token, "a/two"));
    assert!(!can_pull(&token, "a/three"));
}

fn several_scopes_may_be_joined() {
    let token = ask(&["repository:a/one:pull repository:a/two:pull"]);
    assert!(can_pull(&token, "a/one") && can_pull(&token, "a/two"));
    let form = format!(
        "grant_type=password&service={}&client_id=c&scope={}&username={OPERATOR}&password={}",
        encode(service()),
        encode(&format!("{PUSH} repository:a/two:pull")),
        encode(PASSWORD)
    );
    let token = text(&post(&form).expect(200).json(), "access_token");
    assert!(can_push(&token, "claims/shelf") && can_pull(&token, "a/two"));
}

fn who_asks_for_more_than_they_may_gets_what_they_may() {
    for scope in ["repository:claims/shelf:push,pull", PUSH, "repository:claims/shelf:*"] {
        let token = ask(&[scope]);
        assert!(!can_push(&token, "claims/shelf"), "{scope}");
        let only_all = scope.ends_with('*');
        assert!(only_all || can_pull(&token, "claims/shelf"), "{scope}");
    }
    let token = ask(&["repository:claims/shelf:push", "repository:a/two:pull"]);
    assert!(!can_push(&token, "claims/shelf") && can_pull(&token, "a/two"));
}

fn what_is_no_scope_is_not_granted_and_does_no_harm() {
    for other in [
        "registry:catalog:*",
        "registry:catalog:search",
        "repository(plugin):a/b:pull",
        "repository:a/b:brew,pull",
        "repository::pull",
        "repository:A/b:pull",
        "repository:../b:pull",
        "nonsense",
        "",
        ":::",
        "repository:127.0.0.1:5000/a:pull",
    ] {
        let token = ask(&[other, PULL]);
        assert!(can_pull(&token, "claims/shelf"), "{other}");
        assert!(!can_push(&token, "claims/shelf"), "{other}");
    }
}

fn the_operator_gets_a_token_by_get() {
    let target =
        format!("{}&account={OPERATOR}&client_id=docker&offline_token=true", token_path(&[PUSH]));
    let body = Request::get(target).as_operator().send().expect(200).json();
    assert_eq!(body.get("refresh_token"), None, "none was promised to work");
    assert!(can_push(&text(&body, "token"), "claims/shelf"));
}

fn the_operator_gets_a_token_by_post() {
    let form = format!(
        "grant_type=password&service={}&client_id=containerd-client&scope={}&username={OPERATOR}&password={}",
        encode(service()),
        encode(PUSH),
        encode(PASSWORD)
    );
    let body = post(&form).expect(200).json();
    assert_eq!(text(&body, "token"), text(&body, "access_token"));
    assert!(can_push(&text(&body, "access_token"), "claims/shelf"));
}

fn anybody_gets_a_token_by_post() {
    // Nobody's credentials: refused, or taken for nobody; never a push.
    let form = format!(
        "grant_type=password&service={}&client_id=c&scope={}",
        encode(service()),
        encode(PUSH)
    );
    let answer = post(&form);
    assert!(matches!(answer.status, 200 | 400 | 401), "{answer}");
    if answer.status == 200 {
        assert!(!can_push(&text(&answer.json(), "access_token"), "claims/shelf"));
    }
}

fn is_unauthorised(answer: &Answer) {
    assert_eq!(answer.status, 401, "{answer}");
    assert_eq!(answer.must("Content-Type"), "application/json");
    let body = answer.json();
    assert!(body.get("token").is_none() && body.get("access_token").is_none(), "{answer}");
}

fn a_wrong_password_is_refused_at_login() {
    let login =
        |name: &str, password: &str| Request::get(token_path(&[])).basic(name, password).send();
    is_unauthorised(&login(OPERATOR, "wrong"));
    is_unauthorised(&login(OPERATOR, ""));
    is_unauthorised(&login("somebody", PASSWORD));
    is_unauthorised(&login("", ""));
    is_unauthorised(&post(&format!("grant_type=password&username={OPERATOR}&password=wrong")));
}

fn a_wrong_password_is_refused_for_a_push() {
    is_unauthorised(&Request::get(token_path(&[PUSH])).basic(OPERATOR, "wrong").send());
    is_unauthorised(&Request::get(token_path(&[PULL, PUSH])).basic("somebody", "wrong").send());
    let form =
        format!("grant_type=password&scope={}&username={OPERATOR}&password=wrong", encode(PUSH));
    is_unauthorised(&post(&form));
}

fn a_wrong_password_pulls_as_anybody() {
    // dockerd sends Docker Hub's credentials to its mirrors, and skips one that refuses them.
    let answer = Request::get(token_path(&[PULL])).basic("a-hub-user", "secret").send().expect(200);
    let token = text(&answer.json(), "token");
    assert!(can_pull(&token, "claims/shelf") && !can_push(&token, "claims/shelf"));
    let form =
        format!("grant_type=password&scope={}&username=a-hub-user&password=secret", encode(PULL));
    let token = text(&post(&form).expect(200).json(), "access_token");
    assert!(can_pull(&token, "claims/shelf") && !can_push(&token, "claims/shelf"));
}

fn a_way_that_is_not_offered_is_refused() {
    // 400, 401, 404 or 405 make containerd ask by GET; anything else ends its pull.
    for form in [
        "grant_type=refresh_token&refresh_token=x",
        "grant_type=client_credentials",
        "grant_type=",
        "grant_type=password&username=%ff&password=%00",
    ] {
        let answer = post(form);
        assert!(matches!(answer.status, 400 | 401 | 404 | 405), "{form}: {answer}");
        assert_eq!(answer.must("Content-Type"), "application/json");
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let answer = Request::new(method, "/token").body(b"").send().expect(405);
        assert!(answer.must("Allow").contains("GET"), "{answer}");
    }
}

fn a_token_is_nobody_elses_to_keep() {
    let answer = Request::get(token_path(&[PULL])).send().expect(200);
    assert!(answer.must("Cache-Control").contains("no-store"), "{answer}");
}

fn the_account_parameter_is_not_a_password() {
    let target = format!("{}&account={OPERATOR}", token_path(&[PUSH]));
    let token = text(&Request::get(target).send().expect(200).json(), "token");
    assert!(!can_push(&token, "claims/shelf"));
    let _ = shelf();
}
