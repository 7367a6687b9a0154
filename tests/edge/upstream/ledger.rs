//! What rests of other registries, as it is counted, let go of and forgotten; and what the operator
//! is told of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libtest_mimic::Trial;
use roadstead_tests::bucket::Bucket;
use roadstead_tests::claims;
use roadstead_tests::client::api::Api;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::person::Person;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::noise;
use roadstead_tests::stack::{OPERATOR, PASSWORD, Stack};
use roadstead_tests::upstream::{At, Day, Fault, Goods, Wrong, image, index, upstream};
use serde_json::{Value, json};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::Duration;

/// What may rest by the rule `little`: three images of a layer of [`LAYER_BYTES`].
const BUDGET: u64 = 3_500_000;
/// What the layer of an image has.
const LAYER_BYTES: usize = 1_000_000;
/// After this the edge has told what was pulled.
const TOLD: Duration = Duration::from_millis(1_800);
/// The rules of the claims' edge.
const PREFIXES: [&str; 8] =
    ["little", "twice", "purged", "aged", "counted", "kept", "back", "shown"];

static EDGE: OnceLock<Result<Stack, String>> = OnceLock::new();

pub(super) fn claims() -> Vec<Trial> {
    claims![
        the_least_recently_pulled_makes_room,
        what_two_images_have_is_counted_once_and_stays_for_the_other,
        an_image_that_is_purged_goes_with_all_that_it_names,
        a_tag_that_is_refreshed_is_looked_at_anew,
        a_tag_goes_back_while_its_new_image_cannot_be_had,
        what_was_given_out_is_counted,
        the_operators_page_says_how_the_rules_stand,
        only_the_operator_reads_and_purges,
        what_is_asked_wrongly_is_told,
        a_runtime_that_ends_loses_nothing,
        nothing_is_left_of_a_rule_that_was_purged,
    ]
}

/// Ends the edge, if any claim had asked for it.
pub(crate) fn stop() {
    if let Some(Ok(stack)) = EDGE.get() {
        stack.stop();
    }
}

fn edge() -> &'static Stack {
    let started = EDGE.get_or_init(|| Stack::own("ledger", &settings(&PREFIXES)));
    started.as_ref().unwrap_or_else(|error| panic!("the edge did not start: {error}"))
}

fn settings(prefixes: &[&str]) -> String {
    let mut rules = serde_json::Map::new();
    for prefix in prefixes {
        let rule = json!({
            "url": format!("http://{}", upstream().host()), "host": format!("{prefix}.ledger.example"),
            "allow_private": true, "budget_bytes": if *prefix == "little" { BUDGET } else { 1 << 30 },
        });
        rules.insert((*prefix).to_owned(), rule);
    }
    let tiers = json!({ "anonymous": { "bytes_per_month": null } });
    format!("UPSTREAMS={}\nTIERS={tiers}\n", Value::Object(rules))
}

fn cached(stack: &Stack, prefix: &str, name: &str) -> Repository {
    Repository::as_anyone(&format!("{prefix}/{name}")).on(stack)
}

/// Pulls the tag `1` and every blob that it names, and looks at each byte.
fn pull(stack: &Stack, prefix: &str, name: &str, goods: &Goods) {
    let reader = cached(stack, prefix, name);
    let document = reader.get("manifests/1").send().expect(200).body;
    assert!(document == goods.document("1"), "{name} has another manifest");
    for (digest, bytes) in &goods.blobs {
        let answer = reader.get(&format!("blobs/{digest}")).send().expect(200);
        assert!(answer.body == *bytes, "{digest} of {name} has other bytes");
    }
}

/// Puts an image on sale that nobody else sells.
fn sell(name: &str, seed: u64) -> Goods {
    let goods = image(seed, LAYER_BYTES);
    upstream().sell(name, &goods, Day::default());
    goods
}

/// How often the registry was asked for something of `name`, tokens aside.
fn asked(name: &str) -> usize {
    upstream().seen(name).iter().filter(|seen| seen.at != "token").count()
}

fn report(stack: &Stack, prefix: &str) -> Value {
    let all = Api::of(stack).get("upstreams").expect(200).json();
    let rules = all["upstreams"].as_array().cloned().unwrap_or_default();
    let found = rules.into_iter().find(|rule| rule["prefix"] == prefix);
    found.unwrap_or_else(|| panic!("no {prefix} in {all}"))
}

fn number(report: &Value, key: &str) -> u64 {
    report[key].as_u64().unwrap_or_else(|| panic!("no number {key}: {report}"))
}

/// What an image has here: its blobs, and its manifest by digest and by tag.
fn bytes_of(goods: &Goods) -> u64 {
    let blobs: usize = goods.blobs.values().map(Vec::len).sum();
    (blobs + 2 * goods.document("1").len()) as u64
}

fn the_least_recently_pulled_makes_room() {
    let name = |number: u64| format!("ledger/little-{number}");
    let mut goods = Vec::new();
    for number in 0..3 {
        goods.push(sell(&name(number), 91_000 + number));
        pull(edge(), "little", &name(number), &goods[goods.len() - 1]);
    }
    let held = report(edge(), "little");
    assert_eq!(self::number(&held, "stored_bytes"), goods.iter().map(bytes_of).sum::<u64>());
    assert_eq!((self::number(&held, "images"), self::number(&held, "evicted")), (3, 0));
    // The oldest is pulled again, and so is the one after it not any more.
    sleep(TOLD);
    pull(edge(), "little", &name(0), &goods[0]);
    sleep(TOLD);
    let fourth = sell(&name(3), 91_003);
    pull(edge(), "little", &name(3), &fourth);
    let held = report(edge(), "little");
    assert!(self::number(&held, "stored_bytes") <= BUDGET, "{held}");
    assert_eq!((self::number(&held, "images"), self::number(&held, "evicted")), (3, 1));
    for (number, is_here) in [(0, true), (2, true), (1, false)] {
        let before = asked(&name(number));
        pull(edge(), "little", &name(number), &goods[usize::try_from(number).unwrap_or_default()]);
        assert_eq!(asked(&name(number)) == before, is_here, "image {number}");
        let stored = self::number(&report(edge(), "little"), "stored_bytes");
        assert!(stored <= BUDGET, "{stored}");
    }
    // What is larger than everything that may rest comes all the same, and takes nothing with it.
    let before = report(edge(), "little");
    let large = image(91_009, 4_000_000);
    upstream().sell("ledger/large", &large, Day::default());
    pull(edge(), "little", "ledger/large", &large);
    let after = report(edge(), "little");
    assert!(self::number(&after, "stored_bytes") <= BUDGET, "{after}");
    let went = self::number(&after, "evicted_bytes") - self::number(&before, "evicted_bytes");
    assert!(went < LAYER_BYTES as u64 / 10, "{went} bytes went for nothing: {after}");
}

/// An image with a layer that another one has, too.
fn twin(seed: u64, common: &[u8]) -> Goods {
    let mut goods = Goods::default();
    let _ = goods.image(Some("1"), "amd64", &[common.to_vec(), noise(seed, 1_000)]);
    goods
}

fn what_two_images_have_is_counted_once_and_stays_for_the_other() {
    let common = noise(92_000, LAYER_BYTES);
    let (one, other) = (twin(92_001, &common), twin(92_002, &common));
    upstream().sell("ledger/one", &one, Day::default());
    upstream().sell("ledger/other", &other, Day::default());
    pull(edge(), "twice", "ledger/one", &one);
    pull(edge(), "twice", "ledger/other", &other);
    let all = bytes_of(&one) + bytes_of(&other);
    let held = report(edge(), "twice");
    assert_eq!(number(&held, "stored_bytes"), all - LAYER_BYTES as u64);
    let purge = json!({ "prefix": "twice", "name": "ledger/one" });
    let _ = Api::of(edge()).post("cache/purge", &purge).expect(200);
    assert_eq!(number(&report(edge(), "twice"), "stored_bytes"), bytes_of(&other));
    let before = asked("ledger/other");
    pull(edge(), "twice", "ledger/other", &other);
    assert_eq!(asked("ledger/other"), before);
}

fn an_image_that_is_purged_goes_with_all_that_it_names() {
    let (goods, stays) = (index(93), sell("ledger/stays", 93_001));
    upstream().sell("ledger/index", &goods, Day::default());
    let reader = cached(edge(), "purged", "ledger/index");
    pull(edge(), "purged", "ledger/index", &goods);
    for reference in goods.manifests.keys() {
        let _ = reader.get(&format!("manifests/{reference}")).send().expect(200);
    }
    pull(edge(), "purged", "ledger/stays", &stays);
    let held = report(edge(), "purged");
    assert_eq!(number(&held, "images"), 2, "{held}");
    let purge = json!({ "prefix": "purged", "name": "ledger/index", "reference": "1" });
    let _ = Api::of(edge()).post("cache/purge", &purge).expect(200);
    let held = report(edge(), "purged");
    assert_eq!(number(&held, "images"), 1, "{held}");
    assert_eq!(number(&held, "stored_bytes"), bytes_of(&stays));
    pull(edge(), "purged", "ledger/index", &goods);
}

fn a_tag_that_is_refreshed_is_looked_at_anew() {
    let goods = sell("ledger/aged", 94_000);
    let reader = cached(edge(), "aged", "ledger/aged");
    pull(edge(), "aged", "ledger/aged", &goods);
    let pulled = || {
        let before = asked("ledger/aged");
        let _ = reader.get("manifests/1").send().expect(200);
        asked("ledger/aged") - before
    };
    assert_eq!(pulled(), 0);
    for what in [json!({ "name": "ledger/aged", "reference": "1" }), json!({})] {
        let mut refresh = what;
        refresh["prefix"] = json!("aged");
        // What was looked at this very moment is not looked at again.
        sleep(Duration::from_secs(1));
        let _ = Api::of(edge()).post("cache/refresh", &refresh).expect(200);
        let (first, second) = (pulled(), pulled());
        assert!(first > 0 && second == 0, "asked {first} and {second} times after {refresh}");
    }
}

fn a_tag_goes_back_while_its_new_image_cannot_be_had() {
    let name = "ledger/back";
    let old = sell(name, 98_000);
    let reader = cached(edge(), "back", name);
    pull(edge(), "back", name, &old);
    let new = image(98_001, LAYER_BYTES);
    upstream().restock(name, &new);
    upstream().day(name, Day::with([Wrong::always(At::Blobs, Fault::Status(503))]));
    let refresh = json!({ "prefix": "back", "name": name });
    sleep(Duration::from_secs(1));
    let _ = Api::of(edge()).post("cache/refresh", &refresh).expect(200);
    let moved = reader.get("manifests/1").send().expect(200);
    assert!(moved.body == new.document("1"), "the registry has moved the tag");
    let lacking = new.blobs.iter().max_by_key(|(_, bytes)| bytes.len());
    let lacking = lacking.map(|(digest, _)| digest.as_str()).unwrap_or_default();
    let answer = reader.get(&format!("blobs/{lacking}")).send();
    assert!(answer.status >= 500, "{answer}");
    // All of the image before is here, and nothing of the new one.
    pull(edge(), "back", name, &old);
    upstream().day(name, Day::default());
    let back = Deadline::after(Duration::from_secs(40)).wait(|| {
        let answer = reader.get("manifests/1").send().expect(200);
        (answer.body == new.document("1")).then_some(())
    });
    assert!(back.is_some(), "the registry is well and nobody asks it");
    pull(edge(), "back", name, &new);
}

fn what_was_given_out_is_counted() {
    let goods = sell("ledger/counted", 95_000);
    pull(edge(), "counted", "ledger/counted", &goods);
    sleep(TOLD);
    let first = report(edge(), "counted");
    assert_eq!((number(&first, "hits"), number(&first, "misses")), (0, 3), "{first}");
    assert!(number(&first, "requests") >= 3 && number(&first, "fetched_bytes") > 1_000_000);
    pull(edge(), "counted", "ledger/counted", &goods);
    sleep(TOLD);
    let second = report(edge(), "counted");
    assert_eq!((number(&second, "hits"), number(&second, "misses")), (3, 3), "{second}");
    assert_eq!(second["hit_rate"], json!(0.5));
    assert_eq!(second["problem"], Value::Null);
    let saved = bytes_of(&goods) - goods.document("1").len() as u64;
    assert_eq!(number(&second, "saved_bytes"), saved);
    let metrics = Request::get("/metrics").at(edge().host()).as_operator().send().expect(200);
    let token = json!({ "name": "prometheus", "expires_in_days": 1, "scopes": ["pull"] });
    let token = Api::of(edge()).post("account/tokens", &token).expect(201).json();
    let basic =
        STANDARD.encode(format!("operator:{}", token["token"].as_str().unwrap_or_default()));
    let by_token = Request::get("/metrics").at(edge().host());
    let _ = by_token.header("Authorization", format!("Basic {basic}")).send().expect(200);
    assert!(metrics.must("Content-Type").starts_with("text/plain; version=0.0.4"));
    let text = String::from_utf8_lossy(&metrics.body).into_owned();
    let line = format!("roadstead_upstream_saved_bytes_total{{prefix=\"counted\"}} {saved}");
    assert!(text.lines().any(|other| other == line), "{line}\n{text}");
}

fn the_operators_page_says_how_the_rules_stand() {
    let goods = sell("ledger/shown", 99_000);
    pull(edge(), "shown", "ledger/shown", &goods);
    let operator = Person::stranger(edge(), OPERATOR);
    let _ = operator.sign_in(PASSWORD).expect(200);
    let cookie = operator.session().unwrap_or_default();
    let page = || {
        let page = Request::get("/operator/upstreams").at(edge().host());
        let page = page.header("Accept", "text/html").header("Cookie", &cookie);
        String::from_utf8_lossy(&page.send().expect(200).body).into_owned()
    };
    let html = page();
    for words in ["shown.ledger.example", "1 image, a budget of 1.1 GB", "As of "] {
        assert!(html.contains(words), "{words} is not in {html}");
    }
    let fields = [
        ("prefix", "shown"),
        ("name", "ledger/shown"),
        ("reference", ""),
        ("next", "/operator/upstreams"),
        ("back", "/"),
    ];
    let answer = operator.form("cache/purge", &fields).expect(303);
    assert_eq!(answer.must("Location"), "/operator/upstreams");
    assert_eq!(number(&report(edge(), "shown"), "stored_bytes"), 0);
    assert!(page().contains("0 images, a budget of 1.1 GB"));
}

fn only_the_operator_reads_and_purges() {
    let api = Api::of(edge());
    let calls = [("GET", "upstreams"), ("POST", "cache/purge"), ("POST", "cache/refresh")];
    for (method, path) in calls {
        let answer = api.request(method, path).body(b"{}").send().expect(401);
        assert!(answer.must("WWW-Authenticate").starts_with("Basic"), "{path}");
        let token = Repository::as_anyone("twice/ledger/one").on(edge()).token();
        let bearer = api.request(method, path).header("Authorization", format!("Bearer {token}"));
        let _ = bearer.body(b"{}").send().expect(403);
    }
    let _ = Request::get("/metrics").at(edge().host()).send().expect(401);
    let _ = Request::new("POST", "/metrics").at(edge().host()).as_operator().send().expect(405);
}

fn what_is_asked_wrongly_is_told() {
    let api = Api::of(edge());
    for wrong in [
        json!({}),
        json!({ "prefix": "" }),
        json!({ "prefix": "a/b" }),
        json!({ "prefix": "twice", "name": "UPPER" }),
        json!({ "prefix": "twice", "reference": "1" }),
        json!({ "prefix": "twice", "name": "a", "reference": "sha256:1" }),
        json!({ "prefix": "twice", "nmae": "a" }),
    ] {
        let _ = api.post("cache/purge", &wrong).expect(400);
        let _ = api.post("cache/refresh", &wrong).expect(400);
    }
    let nobody = json!({ "prefix": "kept", "name": "ledger/nobody", "reference": "9" });
    let _ = api.post("cache/purge", &nobody).expect(200);
}

/// On an edge of its own: the runtime ends while others use theirs.
fn a_runtime_that_ends_loses_nothing() {
    let stack = Stack::own("ledger-ends", &settings(&["kept"]));
    let stack = stack.unwrap_or_else(|error| panic!("the edge did not start: {error}"));
    let goods = sell("ledger/kept", 96_000);
    pull(&stack, "kept", "ledger/kept", &goods);
    let before = report(&stack, "kept");
    stack.restart().unwrap_or_else(|error| panic!("it did not start again: {error}"));
    let after = report(&stack, "kept");
    assert_eq!(after["stored_bytes"], before["stored_bytes"]);
    assert_eq!(number(&after, "stored_bytes"), bytes_of(&goods));
    let asked_before = asked("ledger/kept");
    pull(&stack, "kept", "ledger/kept", &goods);
    assert_eq!(asked("ledger/kept"), asked_before);
    stack.stop();
}

fn nothing_is_left_of_a_rule_that_was_purged() {
    let stack = Stack::own("ledger-purged", &settings(&["purged", "kept"]));
    let stack = stack.unwrap_or_else(|error| panic!("the edge did not start: {error}"));
    let goods = index(97);
    upstream().sell("ledger/bare", &goods, Day::default());
    pull(&stack, "purged", "ledger/bare", &goods);
    pull(&stack, "kept", "ledger/bare", &goods);
    let _ = Api::of(&stack).post("cache/purge", &json!({ "prefix": "purged" })).expect(200);
    let held = report(&stack, "purged");
    assert_eq!((number(&held, "stored_bytes"), number(&held, "images")), (0, 0));
    let kept = number(&report(&stack, "kept"), "stored_bytes");
    assert!(kept > 0);
    stack.stop();
    let bucket = Bucket::of(&stack);
    assert_eq!(bucket.below("cache/purged/").len(), 0, "{:?}", bucket.below("cache/purged/"));
    assert!(!bucket.below("cache/kept/").is_empty());
}
