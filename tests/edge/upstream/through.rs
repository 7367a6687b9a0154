//! What is passed through: HEAD of what is not here, lists of tags, referrers and the tags of the
//! time before them, and what is not: registries without a rule.

use super::edge::{cached, called, edge, registry};
use super::pull::must_pull;
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::{Repository, encode, path};
use roadstead_tests::image::{INDEX, MANIFEST, descriptor};
use roadstead_tests::upstream::{Day, Goods, image};
use serde_json::{Value, json};

const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const SBOM: &str = "application/spdx+json";

pub(super) fn claims() -> Vec<Trial> {
    claims![
        head_of_what_is_not_here_asks_the_registry,
        tags_are_listed_in_order_and_in_pages_also_when_it_is_gone,
        referrers_are_found_and_fetched,
        the_tag_of_referrers_is_used_where_there_is_no_end_point,
        ns_leads_to_the_rule_of_that_name_and_to_no_other,
    ]
}

/// Or caches in a row break.
fn head_of_what_is_not_here_asks_the_registry() {
    let (name, goods) = ("through/head", image(851, 100_000));
    registry("stub").sell(name, &goods, Day::default());
    let reader = cached("stub", name);
    for (digest, bytes) in &goods.blobs {
        let head = reader.head(&format!("blobs/{digest}")).send().expect(200);
        assert_eq!(head.must("Content-Length"), bytes.len().to_string());
    }
    let head = reader.head("manifests/1").send().expect(200);
    assert_eq!(head.must("Docker-Content-Digest"), goods.digest("1"));
    assert_eq!(head.must("Content-Length"), goods.document("1").len().to_string());
    let unknown = format!("sha256:{}", "0".repeat(64));
    for path in ["manifests/2", &format!("manifests/{unknown}"), &format!("blobs/{unknown}")] {
        let _ = reader.head(path).send().expect(404);
        let _ = reader.get(path).send().expect(404);
    }
    assert_eq!(registry("stub").count(name, "GET", "blobs"), 1, "the GET of what is unknown");
    must_pull(&reader, &goods, "1");
}

/// All tags, page by page, as the answers say where the next one is.
fn all_tags(reader: &Repository, first: &str) -> Vec<String> {
    let (mut next, mut all) = (first.to_owned(), Vec::new());
    for _ in 0..20 {
        let answer = reader.get(&next).send().expect(200);
        let tags = answer.json()["tags"].as_array().cloned().unwrap_or_default();
        all.extend(tags.iter().filter_map(Value::as_str).map(str::to_owned));
        let Some(link) = answer.header("Link") else { return all };
        let (target, _) = link.trim_start_matches('<').split_once('>').unwrap_or_default();
        let below = format!("/v2/{}/", reader.name);
        let target = path(target);
        let rest = target.strip_prefix(&below);
        rest.unwrap_or_else(|| panic!("leads elsewhere: {link}")).clone_into(&mut next);
    }
    panic!("pages without an end: {all:?}");
}

fn tags_are_listed_in_order_and_in_pages_also_when_it_is_gone() {
    let name = "through/tags";
    let tags: Vec<String> = (10..35).map(|number| format!("v{number}")).collect();
    let add = |goods: Goods, tag: &String| goods.tagged(tag, tag.as_bytes());
    let goods = tags.iter().fold(Goods::default(), add);
    let shop = registry("listing");
    shop.sell(name, &goods, Day { page: Some(10), ..Day::default() });
    let reader = cached("listing", name);
    assert_eq!(all_tags(&reader, "tags/list"), tags);
    assert_eq!(all_tags(&reader, "tags/list?n=7"), tags);
    assert_eq!(all_tags(&reader, "tags/list?n=4&last=v30"), tags[21..]);
    must_pull(&reader, &goods, "v11");
    shop.close();
    let answer = reader.get("tags/list").send();
    shop.open();
    let answer = answer.expect(200).json();
    assert_eq!(answer["tags"], json!(["v11"]), "what is stored");
}

/// An image, a signature of it, and an SBOM.
fn signed() -> Goods {
    let mut goods = image(852, 50_000);
    let _ = goods.about("1", BUNDLE, b"signed");
    let _ = goods.about("1", SBOM, b"what is in it");
    goods
}

fn listed(answer: Answer) -> Vec<String> {
    let answer = answer.expect(200);
    assert_eq!(answer.must("Content-Type"), INDEX);
    let manifests = answer.json()["manifests"].as_array().cloned().unwrap_or_default();
    manifests.iter().map(|it| it["digest"].as_str().unwrap_or_default().to_owned()).collect()
}

fn referrers_are_found_and_fetched() {
    let (name, goods) = ("through/signed", signed());
    registry("stub").sell(name, &goods, Day::default());
    let reader = cached("stub", name);
    let subject = goods.digest("1");
    let all = listed(reader.get(&format!("referrers/{subject}")).send());
    assert_eq!(all.len(), 2, "{all:?}");
    for digest in &all {
        must_pull(&reader, &goods, digest);
    }
    let filtered = format!("referrers/{subject}?artifactType={}", encode(SBOM));
    let sboms = listed(reader.get(&filtered).send());
    assert_eq!(sboms.len(), 1, "{sboms:?}");
    let document = String::from_utf8_lossy(goods.document(&sboms[0])).into_owned();
    assert!(document.contains(SBOM), "{document}");
    let none = listed(reader.get(&format!("referrers/sha256:{}", "0".repeat(64))).send());
    assert!(none.is_empty(), "{none:?}");
}

fn the_tag_of_referrers_is_used_where_there_is_no_end_point() {
    let (name, mut goods) = ("through/old", image(853, 50_000));
    let about = goods.about("1", BUNDLE, b"signed long ago");
    let mut entry = descriptor(MANIFEST, goods.document(&about));
    entry["artifactType"] = json!(BUNDLE);
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [entry] });
    let subject = goods.digest("1");
    let tag = subject.replace(':', "-");
    let _ = goods.manifest(Some(&tag), INDEX, &index);
    registry("stub").sell(name, &goods, Day { is_old: true, ..Day::default() });
    let reader = cached("stub", name);
    assert_eq!(listed(reader.get(&format!("referrers/{subject}")).send()), [about]);
    // Who knows of the tag finds it, too, and what it names.
    must_pull(&reader, &goods, &tag);
}

fn ns_leads_to_the_rule_of_that_name_and_to_no_other() {
    let (name, goods) = ("through/ns", image(854, 1000));
    registry("stub").sell(name, &goods, Day::default());
    registry("hub").sell(name, &image(855, 1000), Day::default());
    let reader = Repository::as_anyone(name).on(edge());
    let ask = |ns: &str| reader.get(&format!("manifests/1?ns={}", encode(ns))).send();
    let answer = ask(&called("stub")).expect(200);
    assert_eq!(answer.body, goods.document("1"));
    assert_eq!(answer.must("OCI-Namespace"), called("stub"));
    // Nobody is asked, wherever that is: not the rule of the root, and not the host itself.
    let stranger = registry("unruled");
    stranger.sell(name, &goods, Day::default());
    let before = registry("hub").seen(name).len();
    for ns in [stranger.host(), "evil.example", "169.254.169.254", "http://127.0.0.1"] {
        let status = ask(ns).status;
        assert!((400..500).contains(&status), "{ns}: {status}");
    }
    assert!(stranger.seen(name).is_empty());
    assert_eq!(registry("hub").seen(name).len(), before);
    // No name of it can be published, either.
    let put = Request::new("PUT", "/v2/stub/through/mine/manifests/1").at(edge().host());
    let owner = Repository::as_operator("stub/through/mine").on(edge());
    let put = put.bearer(&owner.token()).header("Content-Type", MANIFEST);
    let status = put.body(goods.document("1")).send().status;
    assert!((400..500).contains(&status), "{status}");
}
