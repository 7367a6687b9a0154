//! What is not done: reading registries that nobody listed, following anybody anywhere, and
//! writing where who asks may not.

use super::{ask, begin, end, failure, order};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::{Repository, text, token_path};
use roadstead_tests::upstream::{Blobs, Day, image, upstream};
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_registry_that_is_not_listed_is_not_asked,
        an_order_that_cannot_be_read_is_refused,
        a_redirect_to_somebody_elses_host_is_not_followed,
        redirects_without_an_end_are_not_followed,
        who_may_not_push_there_imports_nothing,
        who_may_not_push_there_sees_nothing,
        an_immutable_tag_does_not_move,
    ]
}

fn a_registry_that_is_not_listed_is_not_asked() {
    let port = upstream().host().rsplit(':').next().unwrap_or_default().to_owned();
    for source in [
        "evil.example/a:1",
        "ghcr.io/a/b:1",
        "169.254.169.254/latest/meta-data:1",
        "127.0.0.1/a:1",
        "127.0.0.1:1/a:1",
        "localhost/a:1",
        &format!("localhost:{port}/a:1"),
        &format!("127.0.0.2:{port}/a:1"),
        &format!("[::1]:{port}/a:1"),
        "10.0.0.1/a:1",
    ] {
        let answer = ask(&json!({ "source": source, "target": "claims/never" })).expect(400);
        assert!(answer.text().contains("IMPORT_FROM"), "{source}: {answer}");
    }
}

fn an_order_that_cannot_be_read_is_refused() {
    for body in [
        "",
        "[]",
        "{",
        "{}",
        r#"{"source":"alpine"}"#,
        r#"{"source":"alpine","target":"A"}"#,
        r#"{"source":"alpine","target":"a/b","tag":"x"}"#,
        r#"{"source":"http://127.1/a","target":"a/b"}"#,
        r#"{"source":"alpine","target":"a/b","password":"x"}"#,
        r#"{"source":"alpine","target":"a/b","platforms":"linux/amd64"}"#,
        r#"{"source":"alpine","target":"a/b","platforms":["linux"]}"#,
    ] {
        let request = Request::new("POST", "/api/v1/import").as_operator().body(body);
        let answer = request.send().expect(400);
        assert_eq!(answer.json()["errors"][0]["code"], "UNSUPPORTED", "{body}");
    }
    let long = Request::new("POST", "/api/v1/import").as_operator().body(vec![b' '; 70_000]);
    let _ = long.send().expect(400);
}

fn a_redirect_to_somebody_elses_host_is_not_followed() {
    let day = Day { blobs: Blobs::Foreign, ..Day::default() };
    upstream().sell("shop/astray", &image(31, 100_000), day);
    let why = failure(&order("shop/astray:1", &Repository::fresh("import").name));
    assert!(why.contains("redirects"), "{why}");
    assert!(upstream().seen("shop/astray").iter().all(|seen| seen.at != "foreign"));
}

fn redirects_without_an_end_are_not_followed() {
    let day = Day { blobs: Blobs::Ring, ..Day::default() };
    upstream().sell("shop/ring", &image(32, 100_000), day);
    let why = failure(&order("shop/ring:1", &Repository::fresh("import").name));
    assert!(why.contains("redirects"), "{why}");
    let seen = upstream().seen("shop/ring");
    let hops = seen.iter().filter(|seen| seen.at == "blobs").count();
    assert!((2..=5).contains(&hops), "{seen:?}");
}

fn token(scope: &str, as_operator: bool) -> String {
    let request = Request::get(token_path(&[scope]));
    let request = if as_operator { request.as_operator() } else { request };
    text(&request.send().expect(200).json(), "token")
}

fn who_may_not_push_there_imports_nothing() {
    upstream().sell("shop/denied", &image(33, 1000), Day::default());
    let target = Repository::fresh("import").name;
    let body = order("shop/denied:1", &target).to_string();
    let post = || Request::new("POST", "/api/v1/import").body(&body);
    let _ = post().send().expect(401);
    let _ = post().basic("operator", "wrong").send().expect(401);
    let _ = post().bearer("nonsense").send().expect(401);
    let push = format!("repository:{target}:pull,push");
    let elsewhere = format!("repository:{target}-2:pull,push");
    let pull = format!("repository:{target}:pull");
    for token in [token(&push, false), token(&elsewhere, true), token(&pull, true)] {
        let answer = post().bearer(&token).send().expect(403);
        assert_eq!(answer.json()["errors"][0]["code"], "DENIED");
    }
    assert!(upstream().seen("shop/denied").is_empty());
    let answer = post().bearer(&token(&push, true)).send().expect(202);
    assert_eq!(end(answer.must("Location"))["state"], "done");
}

fn who_may_not_push_there_sees_nothing() {
    upstream().sell("shop/unseen", &image(34, 1000), Day::default());
    let target = Repository::fresh("import").name;
    let location = begin(&order("shop/unseen:1", &target));
    let push = format!("repository:{target}:pull,push");
    let elsewhere = token(&format!("repository:{target}-2:pull,push"), true);
    for method in ["GET", "DELETE"] {
        let ask = || Request::new(method, &location);
        let _ = ask().send().expect(401);
        let _ = ask().basic("operator", "wrong").send().expect(401);
        let _ = ask().bearer(&token(&push, false)).send().expect(404);
        let _ = ask().bearer(&elsewhere).send().expect(404);
        for unknown in ["0", &"0".repeat(64), "%2e%2e", "a%2Fb"] {
            let path = format!("/api/v1/import/{unknown}");
            let _ = Request::new(method, path).as_operator().send().expect(404);
        }
    }
    let _ = Request::get(&location).bearer(&token(&push, true)).send().expect(200);
    assert_eq!(end(&location)["state"], "done");
}

fn an_immutable_tag_does_not_move() {
    let target = Repository::fresh("import").name;
    upstream().sell("shop/first", &image(35, 1000), Day::default());
    upstream().sell("shop/second", &image(36, 1000), Day::default());
    super::import(&order("shop/first:1", &target));
    let settings = Request::new("PUT", format!("/api/v1/repositories/{target}")).as_operator();
    let _ = settings.body(r#"{"immutable_tags":true}"#).send().expect(200);
    super::import(&order("shop/first:1", &target));
    let why = failure(&order("shop/second:1", &target));
    assert!(why.contains("immutable"), "{why}");
}
