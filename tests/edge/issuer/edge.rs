//! The edge that believes these issuers.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::api::{Api, with_json};
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::provider::{self, Provider, SECRET};
use roadstead_tests::client::visitor::Visitor;
use roadstead_tests::issuer::Issuer;
use roadstead_tests::stack::Stack;
use serde_json::{Value, json};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

static EDGE: OnceLock<Result<Stack, String>> = OnceLock::new();
static PROVIDER: OnceLock<Result<Provider, String>> = OnceLock::new();
/// One that a claim of its own ends and starts again.
static OWN: OnceLock<Result<Provider, String>> = OnceLock::new();

/// The issuers of jobs, and whose words they use.
const JOBS: [(&str, &str); 7] = [
    ("github", "github="),
    ("gitlab", "gitlab="),
    ("other", ""),
    ("changing", "github="),
    ("failing", "github="),
    ("silent", "github="),
    ("asked", "github="),
];

/// The name that the provider who lies has in the settings.
pub(super) const LIAR: &str = "liar";
/// The name of one that speaks OAuth 2 only.
pub(super) const PLAIN: &str = "plain";

/// The edge, running.
pub(super) fn edge() -> &'static Stack {
    let started = EDGE.get_or_init(|| Stack::own("issuer", &settings()));
    started.as_ref().unwrap_or_else(|error| panic!("the edge did not start: {error}"))
}

fn settings() -> String {
    let liar = Issuer::named(LIAR);
    let mut providers = json!({
        LIAR: { "issuer": liar.url(), "client_id": "us" },
        PLAIN: {
            "title": "Plain", "client_id": "us", "client_secret": "PROVIDER_SECRET",
            "authorize": format!("{}/authorize", Issuer::named(PLAIN).url()),
            "token": format!("{}/token", Issuer::named(PLAIN).url()),
            "userinfo": format!("{}/userinfo", Issuer::named(PLAIN).url()),
        },
        "gone": { "issuer": "http://127.0.0.1:9", "client_id": "us" },
    });
    if provider::missing().is_none() {
        let url = provider().url();
        let secret = "PROVIDER_SECRET";
        providers["basic"] = json!({ "title": "Basic", "issuer": url, "client_id": "basic", "client_secret": secret });
        providers["public"] = json!({ "issuer": url, "client_id": "public" });
        providers["own"] = json!({ "issuer": own_provider().url(), "client_id": "own" });
    }
    let trusted = JOBS.map(|(name, kind)| format!("{kind}{}", Issuer::named(name).url()));
    format!(
        "SIGN_IN={providers}\nPROVIDER_SECRET={SECRET}\nTRUSTED_ISSUERS={}\n",
        trusted.join(",")
    )
}

/// The provider that people sign in with, running.
pub(super) fn provider() -> &'static Provider {
    let started = PROVIDER.get_or_init(Provider::start);
    started.as_ref().unwrap_or_else(|error| panic!("the provider did not start: {error}"))
}

/// The one that a claim ends and starts again.
pub(super) fn own_provider() -> &'static Provider {
    let started = OWN.get_or_init(Provider::start);
    started.as_ref().unwrap_or_else(|error| panic!("the provider did not start: {error}"))
}

/// Whether any claim has asked for the edge and got it.
pub(crate) fn is_running() -> bool {
    matches!(EDGE.get(), Some(Ok(_)))
}

/// Ends everything that any claim had asked for.
pub(crate) fn stop() {
    if let Some(Ok(edge)) = EDGE.get() {
        edge.stop();
    }
    for provider in [&PROVIDER, &OWN] {
        if let Some(Ok(provider)) = provider.get() {
            provider.stop();
        }
    }
}

/// Claims about what all the others left behind.
pub(crate) fn after() -> Vec<Trial> {
    claims![
        who_brings_too_many_tokens_that_lead_to_nothing_is_held_up,
        no_worker_came_down,
        no_secret_is_in_the_log,
    ]
}

/// Last of all: nobody brings a token after that.
fn who_brings_too_many_tokens_that_lead_to_nothing_is_held_up() {
    let refused = (0..310).map(|_| super::job::trade("x", "nowhere")).find(|it| it.status != 401);
    let refused = must(refused).expect(429);
    crate::registry::error::is_an_error(&refused);
}

fn no_worker_came_down() {
    let collapses = edge().collapses();
    assert!(collapses.is_empty(), "{collapses:#?}");
}

fn no_secret_is_in_the_log() {
    let log = edge().log();
    for secret in [SECRET, "rsj_", "code=", "eyJ"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

/// The edge's own API, as the operator calls it.
pub(super) fn api() -> Api {
    Api::of(edge())
}

/// The password of everybody here.
pub(super) const PASSWORD: &str = "correct horse battery";

/// What has to be there.
#[track_caller]
pub(super) fn must<T>(found: Option<T>) -> T {
    found.unwrap_or_else(|| panic!("it is not there"))
}

/// A name that nobody has had.
pub(super) fn fresh(word: &str) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("{word}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Somebody with an account of their own, signed in.
pub(super) fn owner(word: &str) -> (String, Visitor) {
    let name = fresh(word);
    let mut visitor = Visitor::new();
    let document = json!({ "name": name, "password": PASSWORD });
    let request = with_json(Request::new("POST", "/api/v1/accounts"), &document);
    let _ = visitor.send(edge().host(), request).expect(201);
    (name, visitor)
}

/// A call of the edge's own API by somebody.
pub(super) fn call(visitor: &mut Visitor, method: &str, path: &str, document: &Value) -> Answer {
    let request = Request::new(method, format!("/api/v1/{path}"));
    let request = if method == "GET" { request } else { with_json(request, document) };
    visitor.send(edge().host(), request)
}

/// The account that somebody is signed in to.
pub(super) fn account(visitor: &mut Visitor) -> Option<Value> {
    let answer = call(visitor, "GET", "account", &Value::Null);
    (answer.status == 200).then(|| answer.json())
}
