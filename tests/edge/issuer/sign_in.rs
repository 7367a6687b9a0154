//! Signing in with a real provider, from the first step to the last.

use super::edge::{PASSWORD, account, api, call, edge, fresh, must, own_provider, owner, provider};
use libtest_mimic::Trial;
use roadstead_tests::browser::{self, Page};
use roadstead_tests::claim::with_programs;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::Repository;
use roadstead_tests::client::visitor::{Visitor, parameter, split};
use roadstead_tests::image::{CONFIG, MANIFEST};
use serde_json::{Value, json};

pub(super) fn claims() -> Vec<Trial> {
    let by_hand = claims![
        the_pages_are_told_with_whom_people_sign_in,
        somebody_signs_in_for_the_first_time_and_again,
        a_provider_without_a_secret_signs_people_in,
        a_name_that_is_taken_gets_a_number,
        a_name_that_is_kept_back_gets_a_number,
        a_name_that_the_operator_publishes_under_gets_a_number,
        what_is_proved_is_added_to_who_is_signed_in,
        a_session_alone_adds_no_way_in,
        a_way_in_is_removed_unless_it_is_the_last,
        a_new_password_by_a_link_ends_every_other_way_in,
        nobody_gets_an_identity_that_is_somebody_elses,
        who_signs_out_meanwhile_begins_again,
        who_gives_up_is_signed_in_nowhere,
        an_account_that_is_suspended_stays_out,
        an_account_without_a_password_has_none,
        nothing_that_is_sent_there_is_guessable_or_twice_the_same,
        a_provider_with_new_keys_is_believed,
        the_first_of_two_at_once_makes_the_account,
    ];
    let by_browser =
        with_programs(browser::PROGRAMS, claims![a_browser_signs_in, a_browser_adds_a_way_in]);
    by_hand.into_iter().chain(by_browser).collect()
}

/// Somebody whom the provider knows as `name`.
fn person(name: &str) -> Visitor {
    let mut visitor = Visitor::new();
    visitor.keep(&split(provider().url()).0, "person", name);
    visitor
}

/// Goes to the provider and back, all but the last step: the address that it leads back to.
fn to_the_door(visitor: &mut Visitor, client: &str) -> String {
    let start = edge().url(&format!("/api/v1/sign-in/{client}?next=/account/tokens"));
    until_back(visitor, &start)
}

fn until_back(visitor: &mut Visitor, start: &str) -> String {
    let (at, answer) = visitor.follow(start, |url| url.contains("/callback?"));
    if let Some(answer) = answer {
        panic!("{at}: {answer}");
    }
    at
}

fn ask_link(visitor: &mut Visitor, client: &str, password: Option<&str>) -> Answer {
    let asked = json!({ "provider": client, "password": password, "next": "/account/tokens" });
    call(visitor, "POST", "account/identities", &asked)
}

/// Adds a provider to the account, all but the last step.
fn to_the_link(visitor: &mut Visitor, client: &str) -> String {
    let answer = ask_link(visitor, client, Some(PASSWORD)).expect(303);
    until_back(visitor, answer.must("Location"))
}

/// The same to the end.
fn link(visitor: &mut Visitor, client: &str) -> Answer {
    let at = to_the_link(visitor, client);
    visitor.open(&at).expect(303)
}

/// The ways into somebody's account beside the password: what each is called.
fn ways(visitor: &mut Visitor) -> Vec<String> {
    let said = call(visitor, "GET", "account/identities", &Value::Null).expect(200).json();
    let all = said["identities"].as_array().cloned().unwrap_or_default();
    all.iter().map(|it| roadstead_tests::client::registry::text(it, "id")).collect()
}

/// The same to the end.
fn sign_in(visitor: &mut Visitor, client: &str) -> Answer {
    let at = to_the_door(visitor, client);
    visitor.open(&at).expect(303)
}

fn signed_in(visitor: &mut Visitor, client: &str) -> String {
    let answer = sign_in(visitor, client);
    assert_eq!(answer.must("Location"), "/account/tokens", "{answer}");
    let account = account(visitor).unwrap_or_else(|| panic!("nobody is signed in: {answer}"));
    roadstead_tests::client::registry::text(&account, "name")
}

fn is_refused(answer: &Answer) {
    assert_eq!(answer.status, 303, "{answer}");
    assert_eq!(answer.must("Location"), "/account/sign-in", "{answer}");
    assert!(answer.all("set-cookie").any(|it| it.starts_with("notice=ey")), "{answer}");
    assert!(!answer.all("set-cookie").any(|it| it.starts_with("session=ey")), "{answer}");
}

fn the_pages_are_told_with_whom_people_sign_in() {
    let answer = Request::get("/api/v1/sign-in").send_to(edge().host()).expect(200).json();
    let providers = must(answer["providers"].as_array());
    assert!(providers.contains(&json!({ "name": "basic", "title": "Basic" })), "{answer}");
    assert!(providers.contains(&json!({ "name": "public", "title": "public" })), "{answer}");
    assert!(!answer.to_string().contains("SECRET"), "{answer}");
}

fn somebody_signs_in_for_the_first_time_and_again() {
    let name = fresh("alice");
    let mut alice = person(&name);
    let answer = sign_in(&mut alice, "basic");
    let session = must(answer.all("set-cookie").find(|it| it.starts_with("session=")));
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(session.contains(attribute), "{session}");
    }
    assert_eq!(alice.cookie(edge().host(), "sign-in"), None, "it is over");
    let account = must(account(&mut alice));
    assert_eq!(account["name"], json!(name));
    assert_eq!(account["namespaces"], json!([{ "name": name, "role": "owner" }]));
    // In another browser, and through another client of the same provider.
    assert_eq!(signed_in(&mut person(&name), "basic"), name);
    assert_eq!(signed_in(&mut person(&name), "public"), name);
    let lines = api().get(&format!("admin/audit?target={name}")).expect(200).json().to_string();
    assert_eq!(lines.matches("account.created").count(), 1, "{lines}");
}

fn a_provider_without_a_secret_signs_people_in() {
    let name = fresh("public");
    assert_eq!(signed_in(&mut person(&name), "public"), name);
}

fn a_name_that_is_taken_gets_a_number() {
    let (name, _) = owner("taken");
    assert_eq!(signed_in(&mut person(&name), "basic"), format!("{name}-2"));
    assert_eq!(signed_in(&mut person(&name), "basic"), format!("{name}-2"));
}

fn a_name_that_is_kept_back_gets_a_number() {
    // Reserved; and the operator's own.
    assert_eq!(signed_in(&mut person("library"), "basic"), "library-2");
    assert_eq!(signed_in(&mut person("operator"), "basic"), "operator-2");
}

fn a_name_that_the_operator_publishes_under_gets_a_number() {
    let name = fresh("published");
    let repository = Repository::as_operator(&format!("{name}/tool")).on(edge());
    let config = repository.push_blob(b"{}");
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "layers": [],
        "config": { "mediaType": CONFIG, "digest": config, "size": 2 },
    });
    let manifest = manifest.to_string().into_bytes();
    let _ = repository.put_manifest("v1", MANIFEST, &manifest).expect(201);
    assert_eq!(signed_in(&mut person(&name), "basic"), format!("{name}-2"));
}

fn what_is_proved_is_added_to_who_is_signed_in() {
    let (name, visitor) = owner("linked");
    let elsewhere = fresh("elsewhere");
    let mut both = visitor;
    both.keep(&split(provider().url()).0, "person", &elsewhere);
    assert_eq!(link(&mut both, "basic").must("Location"), "/account/tokens");
    assert_eq!(must(account(&mut both))["name"], json!(name));
    // From now on without the password.
    assert_eq!(signed_in(&mut person(&elsewhere), "basic"), name);
    // Once more changes nothing.
    let _ = link(&mut both, "basic");
    assert_eq!(ways(&mut both).len(), 1);
    let lines = api().get(&format!("admin/audit?target={name}")).expect(200).json().to_string();
    assert!(lines.contains("account.linked"), "{lines}");
}

fn a_session_alone_adds_no_way_in() {
    let (name, mut found) = owner("found");
    let elsewhere = fresh("elsewhere");
    found.keep(&split(provider().url()).0, "person", &elsewhere);
    for password in [None, Some(""), Some("not the password")] {
        let answer = ask_link(&mut found, "basic", password).expect(403);
        assert_eq!(answer.json()["errors"][0]["code"], "DENIED");
    }
    // Nor does who is led to a sign-in: that signs in to somebody's own account.
    assert_eq!(signed_in(&mut found, "basic"), elsewhere);
    assert_eq!(signed_in(&mut person(&elsewhere), "basic"), elsewhere);
    let lines = api().get(&format!("admin/audit?target={name}")).expect(200).json().to_string();
    assert!(!lines.contains("account.linked"), "{lines}");
    let nobody = ask_link(&mut Visitor::new(), "basic", Some(PASSWORD));
    assert_eq!(nobody.status, 401, "{nobody}");
}

fn a_way_in_is_removed_unless_it_is_the_last() {
    let (name, mut both) = owner("both");
    let elsewhere = fresh("elsewhere");
    both.keep(&split(provider().url()).0, "person", &elsewhere);
    let _ = link(&mut both, "basic");
    let path = |id: &str| format!("account/identities/{id}");
    let id = must(ways(&mut both).pop());
    // Nobody else's, even by its name.
    let (_, mut other) = owner("other");
    let _ = call(&mut other, "DELETE", &path(&id), &json!({})).expect(404);
    let _ = call(&mut both, "DELETE", &path(&id), &json!({})).expect(204);
    let _ = call(&mut both, "DELETE", &path(&id), &json!({})).expect(404);
    assert_eq!(signed_in(&mut person(&elsewhere), "basic"), elsewhere, "no longer {name}");
    let lines = api().get(&format!("admin/audit?target={name}")).expect(200).json().to_string();
    assert!(lines.contains("account.unlinked"), "{lines}");
    // Who has no password keeps one.
    let mut alone = person(&fresh("alone"));
    let _ = signed_in(&mut alone, "basic");
    let id = must(ways(&mut alone).pop());
    let _ = call(&mut alone, "DELETE", &path(&id), &json!({})).expect(409);
    assert_eq!(ways(&mut alone), [id]);
}

fn a_new_password_by_a_link_ends_every_other_way_in() {
    let (name, mut owner) = owner("regained");
    let elsewhere = fresh("elsewhere");
    owner.keep(&split(provider().url()).0, "person", &elsewhere);
    let _ = link(&mut owner, "basic");
    let made = api().post(&format!("admin/accounts/{name}/recovery"), &json!({})).expect(200);
    let url = roadstead_tests::client::registry::text(&made.json(), "url");
    let asked = json!({ "token": parameter(&url, "token"), "new_password": "another long one" });
    let _ = call(&mut Visitor::new(), "POST", "account/recover", &asked).expect(200);
    assert_eq!(account(&mut owner), None);
    assert_eq!(signed_in(&mut person(&elsewhere), "basic"), elsewhere, "no longer {name}");
}

fn nobody_gets_an_identity_that_is_somebody_elses() {
    let taken = fresh("bob");
    assert_eq!(signed_in(&mut person(&taken), "basic"), taken);
    let (name, mut other) = owner("other");
    other.keep(&split(provider().url()).0, "person", &taken);
    is_refused(&link(&mut other, "basic"));
    // Both are who they were.
    assert_eq!(must(account(&mut other))["name"], json!(name));
    assert_eq!(signed_in(&mut person(&taken), "basic"), taken);
}

fn who_signs_out_meanwhile_begins_again() {
    let (_, mut visitor) = owner("leaves");
    visitor.keep(&split(provider().url()).0, "person", &fresh("leaves"));
    let at = to_the_link(&mut visitor, "basic");
    visitor.drop_cookie(edge().host(), "session");
    is_refused(&visitor.open(&at));
    assert_eq!(account(&mut visitor), None);
}

fn who_gives_up_is_signed_in_nowhere() {
    let mut nobody = Visitor::new();
    let at = to_the_door(&mut nobody, "basic");
    assert_eq!(parameter(&at, "error").as_deref(), Some("access_denied"));
    is_refused(&nobody.open(&at));
    assert_eq!(account(&mut nobody), None);
}

fn an_account_that_is_suspended_stays_out() {
    let name = fresh("suspended");
    assert_eq!(signed_in(&mut person(&name), "basic"), name);
    let path = format!("admin/accounts/{name}");
    let _ = api().put(&path, &json!({ "suspended": "abuse" })).expect(200);
    let mut visitor = person(&name);
    is_refused(&sign_in(&mut visitor, "basic"));
    assert_eq!(account(&mut visitor), None);
    let _ = api().put(&path, &json!({ "suspended": null })).expect(200);
    assert_eq!(signed_in(&mut person(&name), "basic"), name);
}

fn an_account_without_a_password_has_none() {
    let name = fresh("without");
    assert_eq!(signed_in(&mut person(&name), "basic"), name);
    for password in ["", "null", "NULL", "correct horse battery"] {
        let document = json!({ "name": name, "password": password });
        let answer = call(&mut Visitor::new(), "POST", "session", &document);
        assert!(matches!(answer.status, 400 | 401), "{answer}");
    }
}

fn nothing_that_is_sent_there_is_guessable_or_twice_the_same() {
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..5 {
        let mut visitor = Visitor::new();
        let answer = visitor.open(&edge().url("/api/v1/sign-in/basic")).expect(303);
        let location = answer.must("Location");
        assert!(location.starts_with(&format!("{}/auth?", provider().url())), "{location}");
        assert_eq!(parameter(location, "code_challenge_method").as_deref(), Some("S256"));
        for name in ["state", "nonce", "code_challenge"] {
            let word = must(parameter(location, name));
            assert!(word.len() >= 43, "{name}: {word}");
            assert!(seen.insert(word), "{name} came twice");
        }
        let cookie = must(answer.all("set-cookie").find(|it| it.starts_with("sign-in=")));
        for attribute in ["HttpOnly", "SameSite=Lax", "Max-Age=600"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(answer.must("Cache-Control").contains("no-store"));
    }
}

fn a_provider_with_new_keys_is_believed() {
    // This needs a provider of its own: the others' sign-ins would be cut in the middle.
    let name = fresh("rotated");
    let comes = || {
        let mut visitor = Visitor::new();
        visitor.keep(&split(own_provider().url()).0, "person", &name);
        visitor
    };
    assert_eq!(signed_in(&mut comes(), "own"), name);
    own_provider().restart().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(signed_in(&mut comes(), "own"), name);
    own_provider().stop();
    // Down: it is said, and nobody is signed in.
    let mut visitor = Visitor::new();
    let answer = visitor.open(&edge().url("/api/v1/sign-in/own")).expect(303);
    let location = answer.must("Location").to_owned();
    // Its addresses are known, so that a browser is sent there; coming back with a code fails.
    let state = must(parameter(&location, "state"));
    let back = format!("/api/v1/sign-in/own/callback?code=x&state={state}");
    is_refused(&visitor.open(&edge().url(&back)));
}

fn the_first_of_two_at_once_makes_the_account() {
    let name = fresh("twice");
    let doors: Vec<(Visitor, String)> = (0..4)
        .map(|_| {
            let mut visitor = person(&name);
            let at = to_the_door(&mut visitor, "basic");
            (visitor, at)
        })
        .collect();
    let threads: Vec<_> = doors
        .into_iter()
        .map(|(mut visitor, at)| {
            std::thread::spawn(move || {
                let answer = visitor.open(&at).expect(303);
                assert_eq!(answer.must("Location"), "/account/tokens", "{answer}");
                account(&mut visitor).map(|account| account["name"].clone())
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(must(thread.join().ok()), Some(Value::from(name.as_str())));
    }
}

fn a_browser_signs_in() {
    let name = fresh("browser");
    let page = Page::open_address(&format!("{}/be/{name}", provider().url()));
    page.go_to(&edge().url("/api/v1/sign-in/basic?next=/"));
    assert_eq!(page.address(), edge().url("/"), "there and back");
    let account = page.evaluate("fetch('/api/v1/account').then((answer) => answer.json())");
    assert_eq!(account["name"], json!(name), "{account}");
    // No script sees what it is signed in with.
    assert_eq!(page.evaluate("document.cookie.includes('session')"), json!(false));
}

/// By a form without a script, under the policy of the pages: it lets no form lead elsewhere.
fn a_browser_adds_a_way_in() {
    let name = fresh("adds");
    let page = Page::open_address(&format!("{}/be/{}", provider().url(), fresh("elsewhere")));
    page.go_to(&edge().url("/account/sign-in"));
    let asked = json!({ "name": name, "password": PASSWORD });
    let signed_up = format!(
        "fetch('/api/v1/accounts', {{ method: 'POST', headers: {{ 'content-type': \
         'application/json' }}, body: JSON.stringify({asked}) }}).then((answer) => answer.status)"
    );
    assert_eq!(page.evaluate(&signed_up), json!(201));
    page.go_to(&edge().url("/account/settings"));
    let fields = json!({ "provider": "basic", "password": PASSWORD, "next": "/account/tokens" });
    let form = format!(
        "(() => {{ const form = document.createElement('form'); form.method = 'post'; \
         form.action = '/api/v1/account/identities'; \
         for (const [name, value] of Object.entries({fields})) {{ \
         const field = document.createElement('input'); field.name = name; field.value = value; \
         form.append(field); }} document.body.append(form); form.submit(); return true; }})()"
    );
    assert_eq!(page.evaluate(&form), json!(true));
    let there = edge().url("/account/tokens");
    for _ in 0..100 {
        if page.address() == there {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(page.address(), there, "there and back");
    let ways = page.evaluate("fetch('/api/v1/account/identities').then((it) => it.json())");
    assert_eq!(ways["identities"].as_array().map(Vec::len), Some(1), "{ways}");
}
