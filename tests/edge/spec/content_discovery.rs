//! "Content discovery": lists of what was published about a manifest, page by page, `end-12`.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::{Repository, encode, path};
use roadstead_tests::image::{EMPTY, INDEX, MANIFEST, descriptor, digest, publish};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// More than two pages of the edge's own, which have at most a hundred each.
const COUNT: usize = 230;
const PAGE: usize = 100;
/// Two kinds, in turns; one has a character that has to be encoded in a query.
const KINDS: [&str; 2] =
    ["application/vnd.claims.signature+json", "application/vnd.claims.note; version=1"];

pub(super) fn claims() -> Vec<Trial> {
    claims![
        pages_of_referrers_lead_to_each_exactly_once,
        pages_of_one_kind_lead_to_each_exactly_once,
        a_page_has_as_many_as_were_asked_for,
        a_filter_is_said_and_kept_on_every_page,
        an_index_refers_too,
        referrers_of_a_sha512_subject_are_listed,
    ]
}

/// A repository with much said about one manifest: its digest, and the kind of each by digest.
struct Signed {
    repository: Repository,
    subject: String,
    said: BTreeMap<String, &'static str>,
}

fn signed() -> &'static Signed {
    static SIGNED: OnceLock<Signed> = OnceLock::new();
    SIGNED.get_or_init(|| {
        let repository = Repository::fresh("much-signed");
        let image = publish(&repository, "amd64", b"much signed");
        repository.push_blob(b"{}");
        let mut said = BTreeMap::new();
        for number in 0..COUNT {
            let kind = KINDS[number % KINDS.len()];
            let bytes = note(&descriptor(MANIFEST, &image), kind, number);
            let _ = repository.put_manifest(&digest(&bytes), MANIFEST, &bytes).expect(201);
            said.insert(digest(&bytes), kind);
        }
        Signed { repository, subject: digest(&image), said }
    })
}

fn note(subject: &serde_json::Value, kind: &str, number: usize) -> Vec<u8> {
    let note = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": kind, "subject": subject,
        "config": descriptor(EMPTY, b"{}"), "layers": [descriptor(EMPTY, b"{}")],
        "annotations": { "number": number.to_string() },
    });
    note.to_string().into_bytes()
}

/// Digest and kind of what a page lists.
fn listed(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.must("Content-Type"), INDEX);
    let page = answer.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = page["manifests"].as_array().cloned().unwrap_or_default();
    list.iter().map(|entry| (text(&entry["digest"]), text(&entry["artifactType"]))).collect()
}

/// Every page from this query on; anonymous, as most who verify signatures are.
fn pages(signed: &Signed, query: &str) -> Vec<Answer> {
    let reader = Repository::as_anyone(&signed.repository.name);
    let mut target =
        Some(format!("/v2/{}/referrers/{}{query}", signed.repository.name, signed.subject));
    let mut pages = Vec::new();
    // As many pages as there are entries would be all of them: a list without end fails here.
    while let Some(this) = target.take() {
        assert!(pages.len() <= COUNT, "no end: {this}");
        let answer = reader.upload("GET", &this).send().expect(200);
        target = next(&answer);
        pages.push(answer);
    }
    pages
}

/// Where `Link` says that the next page is.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("Link")?;
    let target = link.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    let (target, rest) = target.unwrap_or_else(|| panic!("Link: {link}"));
    assert!(rest.contains("rel=\"next\""), "Link: {link}");
    Some(path(target))
}

/// Whether the pages have each of these, once.
fn are(pages: &[Answer], wanted: &BTreeMap<String, &str>) {
    let found: Vec<_> = pages.iter().flat_map(listed).collect();
    assert_eq!(found.len(), wanted.len(), "on {} pages", pages.len());
    for (digest, kind) in &found {
        assert_eq!(wanted.get(digest).copied(), Some(kind.as_str()), "{digest}");
    }
    let once: BTreeMap<_, _> = found.into_iter().collect();
    assert_eq!(once.len(), wanted.len());
}

fn pages_of_referrers_lead_to_each_exactly_once() {
    let signed = signed();
    for query in ["", "?n=1000", "?n=37", "?n=100"] {
        let pages = pages(signed, query);
        assert!(pages.len() > 2, "{query}: {} pages", pages.len());
        assert!(pages.iter().all(|page| listed(page).len() <= PAGE), "{query}");
        are(&pages, &signed.said);
    }
}

fn of_kind(kind: &'static str) -> BTreeMap<String, &'static str> {
    let said = signed().said.iter().filter(|(_, found)| **found == kind);
    said.map(|(digest, kind)| (digest.clone(), *kind)).collect()
}

fn pages_of_one_kind_lead_to_each_exactly_once() {
    for kind in KINDS {
        for n in ["", "&n=20"] {
            let query = format!("?artifactType={}{n}", encode(kind));
            are(&pages(signed(), &query), &of_kind(kind));
        }
    }
}

fn a_page_has_as_many_as_were_asked_for() {
    let first = |n: usize| listed(&pages(signed(), &format!("?n={n}"))[0]).len();
    for n in [10, 77] {
        assert_eq!(first(n), n);
    }
}

fn a_filter_is_said_and_kept_on_every_page() {
    let query = format!("?artifactType={}&n=20", encode(KINDS[1]));
    let pages = pages(signed(), &query);
    assert!(pages.len() > 2, "{} pages", pages.len());
    for page in &pages {
        assert_eq!(page.must("OCI-Filters-Applied"), "artifactType");
        if let Some(next) = next(page) {
            assert!(next.contains("artifactType="), "{next}");
        }
    }
}

fn an_index_refers_too() {
    let repository = Repository::fresh("index");
    let image = publish(&repository, "amd64", b"a layer");
    let index = json!({
        "schemaVersion": 2, "mediaType": INDEX, "manifests": [], "artifactType": KINDS[0],
        "subject": descriptor(MANIFEST, &image), "annotations": { "kept": "yes" },
    });
    let index = index.to_string().into_bytes();
    let _ = repository.put_manifest(&digest(&index), INDEX, &index).expect(201);
    let answer = repository.get(&format!("referrers/{}", digest(&image))).send().expect(200);
    assert_eq!(listed(&answer), [(digest(&index), KINDS[0].to_owned())]);
    let entry = &answer.json()["manifests"][0];
    assert_eq!(entry["mediaType"], INDEX);
    assert_eq!(entry["annotations"], json!({ "kept": "yes" }));
}

fn referrers_of_a_sha512_subject_are_listed() {
    use roadstead_tests::image::digest_sha512;
    let repository = Repository::fresh("sha512");
    let image = publish(&repository, "amd64", b"a layer");
    let named = digest_sha512(&image);
    let _ = repository.put_manifest(&named, MANIFEST, &image).expect(201);
    repository.push_blob(b"{}");
    let subject = json!({ "mediaType": MANIFEST, "digest": named, "size": image.len() });
    let bytes = note(&subject, KINDS[0], 0);
    let answer = repository.put_manifest(&digest(&bytes), MANIFEST, &bytes).expect(201);
    assert_eq!(answer.must("OCI-Subject"), named);
    let answer = repository.get(&format!("referrers/{named}")).send().expect(200);
    assert_eq!(listed(&answer).len(), 1);
}
