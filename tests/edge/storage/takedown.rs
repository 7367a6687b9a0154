//! What the operator takes down: refused everywhere, with its reason, and back at once.

use super::edge::{CONTACT, Namespace, api, edge, image, together};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::{Repository, encode};
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::{MANIFEST, digest, noise};
use serde_json::json;
use std::thread;
use std::time::Duration;

/// An isolate that held the list when it changed looks at it anew with the first request after this.
const SEEN: Duration = Duration::from_secs(15);

pub(super) fn claims() -> Vec<Trial> {
    claims![
        what_is_taken_down_is_neither_given_nor_taken,
        what_is_refused_was_not_pulled,
        what_is_put_back_is_as_it_was,
        a_blob_of_what_is_taken_down_is_offered_to_nobody,
        the_list_names_what_is_taken_down,
        a_takedown_needs_a_reason_and_the_operator,
        the_site_says_why_and_lists_it_no_more,
        takedowns_at_once_are_all_seen,
        the_site_says_where_to_report,
    ]
}

struct Shown {
    repository: Repository,
    layer: Vec<u8>,
    manifest: Vec<u8>,
}

/// An image that everybody can pull.
fn shown(namespace: &Namespace, seed: u64) -> Shown {
    let repository = namespace.repository("shown");
    let layer = noise(seed, 100_000);
    let (manifest, config) = image(&seed.to_string(), &[&layer]);
    for blob in [&layer, &config] {
        repository.push_blob(blob);
    }
    let _ = repository.put_manifest("v1", MANIFEST, &manifest).expect(201);
    Shown { repository, layer, manifest }
}

fn path(repository: &Repository) -> String {
    format!("admin/takedowns/{}", repository.name)
}

fn take_down(repository: &Repository, reason: &str) {
    let answer = api().put(&path(repository), &json!({ "reason": reason })).expect(200).json();
    assert_eq!(answer["repository"], repository.name);
    assert_eq!(answer["reason"], reason);
    let is_down = || (repository.get("manifests/v1").send().status == 451).then_some(());
    assert!(Deadline::after(SEEN).wait(is_down).is_some(), "it is not taken down");
}

fn put_back(repository: &Repository) {
    let _ = api().request("DELETE", &path(repository)).as_operator().send().expect(204);
    let is_back = || (repository.get("manifests/v1").send().status == 200).then_some(());
    assert!(Deadline::after(SEEN).wait(is_back).is_some(), "it is not back");
}

fn is_refused(answer: &Answer, reason: &str) {
    assert_eq!(answer.status, 451, "{answer}");
    assert_eq!(crate::registry::error::is_an_error(answer), "DENIED");
    let error = &answer.json()["errors"][0];
    assert!(error["message"].as_str().is_some_and(|text| text.contains(reason)), "{answer}");
    assert_eq!(error["detail"]["reason"], reason, "{answer}");
    assert_eq!(error["detail"]["contact"], format!("mailto:{CONTACT}"), "{answer}");
    assert_eq!(answer.must("Link"), format!("<mailto:{CONTACT}>; rel=\"blocked-by\""));
}

fn what_is_taken_down_is_neither_given_nor_taken() {
    let _together = together();
    let Shown { repository, layer, manifest } = shown(&Namespace::fresh(), 960);
    take_down(&repository, "it names a person");
    let blob = digest(&layer);
    let anyone = Repository::as_anyone(&repository.name).on(edge());
    for path in [
        "manifests/v1",
        &format!("manifests/{}", digest(&manifest)),
        &format!("blobs/{blob}"),
        "tags/list",
        &format!("referrers/{}", digest(&manifest)),
        "manifests/never-there",
    ] {
        is_refused(&anyone.get(path).send(), "it names a person");
        is_refused(&repository.get(path).send(), "it names a person");
    }
    for path in ["manifests/v1", &format!("blobs/{blob}")] {
        let answer = anyone.head(path).send();
        assert_eq!(answer.status, 451, "{answer}");
    }
    for answer in [
        repository.put_manifest("v2", MANIFEST, &manifest),
        repository.request("POST", "blobs/uploads/").body(b"").send(),
        repository
            .request("POST", &format!("blobs/uploads/?mount={}", encode(&blob)))
            .body(b"")
            .send(),
    ] {
        is_refused(&answer, "it names a person");
    }
    let import = json!({
        "source": "docker.io/library/alpine:3.20", "target": format!("{}:v3", repository.name),
    });
    is_refused(&api().post("import", &import), "it names a person");
    // Its neighbour is nobody's business.
    let neighbour = Namespace(repository.name.replace("/shown", "")).repository("neighbour");
    neighbour.push_blob(&noise(961, 500));
}

fn what_is_refused_was_not_pulled() {
    let _together = together();
    let Shown { repository, .. } = shown(&Namespace::fresh(), 967);
    let from = |request: Request| request.header("CF-Connecting-IP", "203.0.113.99");
    let used = || {
        let usage = from(Request::get("/api/v1/usage").at(edge().host())).send().expect(200).json();
        let pulls = usage["days"].as_array().and_then(|days| days.last()?["pulls"].as_u64());
        (usage["used_bytes"].as_u64(), pulls)
    };
    take_down(&repository, "it is counted for nobody");
    let anyone = Repository::as_anyone(&repository.name).on(edge());
    for _ in 0..3 {
        let _ = from(anyone.request("GET", "manifests/v1")).send().expect(451);
    }
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(used(), (Some(0), Some(0)));
}

fn what_is_put_back_is_as_it_was() {
    let _together = together();
    let Shown { repository, layer, manifest } = shown(&Namespace::fresh(), 962);
    // What others have is not given to it meanwhile.
    let others = Namespace::fresh().repository("others").push_blob(&noise(967, 100_000));
    take_down(&repository, "a mistake");
    assert_eq!(repository.head(&format!("blobs/{others}")).send().status, 451);
    put_back(&repository);
    let anyone = Repository::as_anyone(&repository.name).on(edge());
    let _ = anyone.get(&format!("blobs/{others}")).send().expect(404);
    let answer = anyone.get("manifests/v1").send().expect(200);
    assert!(answer.body == manifest, "{answer}");
    let answer = anyone.get(&format!("blobs/{}", digest(&layer))).send().expect(200);
    assert!(answer.body == layer);
    let again = api().request("DELETE", &path(&repository)).as_operator().send();
    crate::registry::error::is_an_error(&again.expect(404));
}

fn a_blob_of_what_is_taken_down_is_offered_to_nobody() {
    let _together = together();
    let Shown { repository, layer, .. } = shown(&Namespace::fresh(), 963);
    let blob = digest(&layer);
    take_down(&repository, "stolen");
    let other = Namespace::fresh().repository("other");
    let mount = format!("blobs/uploads/?mount={}&from={}", encode(&blob), encode(&repository.name));
    // Another object of the platform's decides it, which may have held the list as well.
    let is_hidden = || {
        let third = Namespace("nobodys".to_owned()).repository(&fresh_name());
        (third.head(&format!("blobs/{blob}")).send().status == 404).then_some(())
    };
    assert!(Deadline::after(SEEN).wait(is_hidden).is_some(), "it is offered");
    let _ = other.request("POST", &mount).body(b"").send().expect(202);
    let _ = other.head(&format!("blobs/{blob}")).send().expect(404);
    let _ = other.get(&format!("blobs/{blob}")).send().expect(404);
    // Who has the bytes may publish them elsewhere; from there they are offered.
    other.push_blob(&layer);
    let third = Namespace::fresh().repository("third");
    let _ = third.head(&format!("blobs/{blob}")).send().expect(200);
}

fn fresh_name() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("hidden-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn the_list_names_what_is_taken_down() {
    let _together = together();
    let Shown { repository, .. } = shown(&Namespace::fresh(), 964);
    let listed = || {
        let list = api().get("admin/takedowns").expect(200).json();
        let rows = list["takedowns"].as_array().cloned().unwrap_or_default();
        rows.into_iter().find(|row| row["repository"] == repository.name)
    };
    assert_eq!(listed(), None);
    take_down(&repository, "first");
    take_down(&repository, "second");
    let row = listed().unwrap_or_else(|| panic!("not on the list"));
    assert_eq!(row["reason"], "second");
    assert!(row["since"].as_str().is_some_and(|since| since.ends_with('Z')), "{row}");
    put_back(&repository);
    assert_eq!(listed(), None);
}

fn a_takedown_needs_a_reason_and_the_operator() {
    let _together = together();
    let Shown { repository, .. } = shown(&Namespace::fresh(), 965);
    for wrong in [json!({}), json!({ "reason": "" }), json!({ "reason": "a\nb" }), json!([])] {
        let answer = api().put(&path(&repository), &wrong);
        crate::registry::error::is_an_error(&answer.expect(400));
    }
    for (method, path) in [
        ("GET", "admin/takedowns".to_owned()),
        ("PUT", path(&repository)),
        ("DELETE", path(&repository)),
        ("GET", "admin/storage/acme".to_owned()),
    ] {
        let request = api().request(method, &path).body(b"{\"reason\":\"x\"}");
        let _ = request.send().expect(401);
        let _ = request.clone().basic("operator", "wrong").send().expect(401);
        let _ = request.bearer(&repository.token()).send().expect(403);
    }
    let _ = repository.get("manifests/v1").send().expect(200);
}

fn page(path: &str) -> Answer {
    Request::get(path).at(edge().host()).header("Accept", "text/html").send()
}

fn the_site_says_why_and_lists_it_no_more() {
    let _together = together();
    let Shown { repository, .. } = shown(&Namespace::fresh(), 966);
    let link = format!("/r/{}", repository.name);
    let is_listed = || page("/").text().contains(&link).then_some(());
    assert!(Deadline::after(SEEN).wait(is_listed).is_some(), "it is not listed yet");
    take_down(&repository, "a <b>reason</b>");
    let answer = page(&link).expect(451);
    let text = answer.text();
    assert!(text.contains("a &lt;b&gt;reason&lt;/b&gt;"), "{text}");
    assert!(text.contains("/report"), "{text}");
    assert!(answer.must("Link").contains("rel=\"blocked-by\""), "{answer}");
    assert!(!page("/").text().contains(&link), "it is still listed");
    put_back(&repository);
    let _ = page(&link).expect(200);
    assert!(page("/").text().contains(&link));
}

fn takedowns_at_once_are_all_seen() {
    let _together = together();
    let namespace = Namespace::fresh();
    let repositories: Vec<_> =
        (0..8).map(|number| namespace.repository(&format!("at-once-{number}"))).collect();
    // Two at a time: of more, the list in the bucket refuses some, which is not what this is about.
    for two in repositories.chunks(2) {
        thread::scope(|scope| {
            for repository in two {
                let reason = json!({ "reason": "at once" });
                scope.spawn(move || api().put(&path(repository), &reason).expect(200));
            }
        });
    }
    for repository in &repositories {
        let _ = page(&format!("/r/{}", repository.name)).expect(451);
    }
    for two in repositories[1..].chunks(2) {
        thread::scope(|scope| {
            for repository in two {
                let request = api().request("DELETE", &path(repository)).as_operator();
                scope.spawn(move || request.send().expect(204));
            }
        });
    }
    let _ = page(&format!("/r/{}", repositories[0].name)).expect(451);
    for repository in &repositories[1..] {
        assert_ne!(page(&format!("/r/{}", repository.name)).status, 451);
    }
}

fn the_site_says_where_to_report() {
    let _together = together();
    let text = page("/report").expect(200).text().clone();
    assert!(text.contains(&format!("mailto:{CONTACT}")), "{text}");
    assert!(page("/").text().contains("href=\"/report\""), "no page leads there");
}
