//! Forms, as the site's pages send them: where they lead, and what is said on the next page.

use super::{edge, fresh};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::person::{PASSWORD, Person};
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_form_leads_on_and_says_what_was_done,
        a_form_that_is_refused_leads_back_and_says_why,
        a_form_leads_to_no_other_host,
        a_form_stands_for_other_methods,
        only_a_form_stands_for_other_methods,
        a_document_that_is_called_a_form_is_a_document,
        what_is_said_is_said_once,
        what_is_said_cannot_be_made_up,
    ]
}

/// The cookie of what is said on the next page.
fn notice(answer: &Answer) -> String {
    let cookie = answer.all("set-cookie").find(|cookie| cookie.starts_with("notice="));
    let cookie = cookie.unwrap_or_else(|| panic!("nothing is said: {answer}"));
    assert!(cookie.contains("HttpOnly") && cookie.contains("Max-Age=60"), "{cookie}");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

fn a_form_leads_on_and_says_what_was_done() {
    let name = fresh("form");
    let person = Person::stranger(edge(), &name);
    let fields = [("name", &*name), ("password", PASSWORD), ("mail", ""), ("next", "/account")];
    let answer = person.form("accounts", &fields).expect(303);
    assert_eq!(answer.must("Location"), "/account");
    assert!(answer.must("Cache-Control").contains("no-store"));
    let _ = notice(&answer);
    assert_eq!(person.get("account").expect(200).json()["mail"], json!(null));
    let fields = [
        ("name", "laptop"),
        ("expires_in_days", "30"),
        ("scopes", "pull, push:acme/*"),
        ("next", "/account/tokens"),
    ];
    let _ = person.form("account/tokens", &fields).expect(303);
    let tokens = person.get("account/tokens").expect(200).json();
    assert_eq!(tokens["tokens"][0]["scopes"], json!(["pull", "push:acme/*"]));
}

fn a_form_that_is_refused_leads_back_and_says_why() {
    let person = Person::new(edge(), &fresh("refused"));
    let fields =
        [("name", "a"), ("password", "b"), ("next", "/"), ("back", "/account/sign-in?x=y")];
    let answer = Person::stranger(edge(), "a").form("session", &fields).expect(303);
    assert_eq!(answer.must("Location"), "/account/sign-in?x=y");
    assert!(!answer.all("set-cookie").any(|cookie| cookie.starts_with("session=")), "{answer}");
    let _ = notice(&answer);
    let fields = [("name", ""), ("expires_in_days", "many"), ("back", "/account/tokens")];
    let answer = person.form("account/tokens", &fields).expect(303);
    assert_eq!(answer.must("Location"), "/account/tokens");
    let without = person.form("account/tokens", &[("name", "")]).expect(400);
    assert_eq!(without.json()["errors"][0]["code"], "UNSUPPORTED");
}

fn a_form_leads_to_no_other_host() {
    let person = Person::new(edge(), &fresh("host"));
    for to in
        ["//evil.example", "/\\evil.example", "https://evil.example/", "evil", "/\t/evil.example"]
    {
        let answer = person.form("session", &[("name", &person.name), ("next", to), ("back", to)]);
        assert_eq!((answer.status, answer.header("Location")), (400, None), "{to}: {answer}");
        let fields = [("name", &*person.name), ("password", PASSWORD), ("next", to)];
        let answer = person.form("session", &fields);
        assert_eq!((answer.status, answer.header("Location")), (200, None), "{to}: {answer}");
    }
}

fn a_form_stands_for_other_methods() {
    let person = Person::new(edge(), &fresh("method"));
    let next = ("next", "/account/settings");
    let fields = [("mail", "a@b.example"), ("password", PASSWORD), next];
    let _ = person.form("account?_method=PUT", &fields).expect(303);
    assert_eq!(person.get("account").expect(200).json()["mail"], "a@b.example");
    let (id, _) = person.personal_token(&["pull"]);
    let path = format!("account/tokens/{id}?_method=DELETE");
    let _ = person.form(&path, &[("next", "/account/tokens")]).expect(303);
    assert_eq!(person.get("account/tokens").expect(200).json(), json!({ "tokens": [] }));
    let _ = person.form("session?_method=DELETE", &[("next", "/")]).expect(303);
    assert_eq!(person.session(), None);
}

fn only_a_form_stands_for_other_methods() {
    let person = Person::new(edge(), &fresh("json"));
    let _ = person.post("account?_method=PUT", &json!({ "mail": "a@b.example" })).expect(405);
    let _ = person.get("account?_method=DELETE").expect(200);
    let answer = person.form("account?_method=PATCH", &[("mail", "a@b.example")]).expect(405);
    assert!(answer.must("Allow").contains("PUT"), "{answer}");
}

/// `curl --data` calls everything a form.
fn a_document_that_is_called_a_form_is_a_document() {
    let person = Person::new(edge(), &fresh("curl"));
    let request = |path: &str| {
        let request = person.request("POST", path);
        request.header("Content-Type", "application/x-www-form-urlencoded")
    };
    let token = json!({ "name": "a=b&c", "expires_in_days": 3, "scopes": ["pull"] }).to_string();
    let made = request("account/tokens").body(format!(" {token}")).send().expect(201).json();
    assert_eq!(made["name"], "a=b&c");
    // It stands for no other method, and leads nowhere.
    let mail = json!({ "mail": "a@b.example", "next": "/" }).to_string();
    let _ = request("account?_method=PUT").body(mail).send().expect(405);
    let operator = Request::new("POST", "/api/v1/admin/sweep").at(edge().host()).as_operator();
    let operator = operator.header("Content-Type", "application/x-www-form-urlencoded");
    let _ = operator.clone().body(r#"{"grace_s":3600}"#).send().expect(200);
    let _ = operator.body("grace_s=3600").send().expect(200);
}

fn what_is_said_is_said_once() {
    let person = Person::new(edge(), &fresh("once"));
    let answer = person.form("session", &[("name", "x"), ("password", "y"), ("back", "/")]);
    let said = notice(&answer);
    let page = Request::get("/").at(edge().host()).header("Cookie", &said).send().expect(200);
    let ended = page.all("set-cookie").any(|cookie| cookie.starts_with("notice=;"));
    assert!(ended, "{:?}", page.headers);
    let image = Request::get("/favicon.svg").at(edge().host()).header("Cookie", &said);
    let image = image.header("Sec-Fetch-Dest", "image").send();
    assert!(!image.all("set-cookie").any(|cookie| cookie.starts_with("notice=")));
}

fn what_is_said_cannot_be_made_up() {
    use base64::Engine as _;
    let text = json!({ "problem": "call this number" }).to_string();
    let made_up = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&text);
    let page = Request::get("/").at(edge().host()).header("Cookie", format!("notice={made_up}"));
    let page = page.send().expect(200);
    assert!(!page.text().contains("call this number"));
    // Nor can a client say who it is.
    let visitor = json!({ "account": "made-up-by-the-client", "is_operator": true, "usage": null,
        "notice": { "problem": "call this number" } });
    let visitor = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(visitor.to_string());
    let page = Request::get("/").at(edge().host()).header("X-Roadstead-Visitor", visitor);
    let page = page.send().expect(200).text();
    assert!(!page.contains("call this number") && !page.contains("made-up-by-the-client"));
}
