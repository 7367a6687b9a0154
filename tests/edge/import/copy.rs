//! What arrives: the bytes of the source, under its digests, and nothing that was not asked for.

use super::{begin, end, import, order, reader, state};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::digest;
use roadstead_tests::upstream::{Day, Goods, Seen, image, index, upstream};
use serde_json::{Value, json};

pub(super) fn claims() -> Vec<Trial> {
    claims![
        an_index_arrives_with_all_that_it_names,
        only_the_platforms_that_were_asked_for_arrive,
        an_index_without_the_platform_says_which_it_has,
        what_was_asked_for_by_digest_gets_the_tag_that_was_asked_for,
        what_is_here_is_not_fetched_again,
        a_source_that_says_no_lengths_is_copied,
        an_import_that_is_cancelled_is_gone,
        progress_is_told_while_a_blob_is_copied,
    ]
}

/// Everything that `name` has here of these goods is what they are.
fn assert_here(name: &str, goods: &Goods, tag: &str) {
    let reader = reader(name);
    let answer = reader.get(&format!("manifests/{tag}")).send().expect(200);
    let (media_type, document) = &goods.manifests["1"];
    assert_eq!((answer.must("Content-Type"), &answer.body), (media_type.as_str(), document));
    for (reference, (media_type, document)) in &goods.manifests {
        if reference.starts_with("sha256:") {
            let answer = reader.get(&format!("manifests/{reference}")).send().expect(200);
            assert_eq!(
                (answer.must("Content-Type"), &answer.body),
                (media_type.as_str(), document)
            );
        }
    }
    for (digest, bytes) in &goods.blobs {
        let answer = reader.get(&format!("blobs/{digest}")).send().expect(200);
        assert!(answer.body == *bytes, "{digest} has other bytes");
    }
}

fn blobs_seen(name: &str) -> Vec<Seen> {
    upstream().seen(name).into_iter().filter(|seen| seen.at == "blobs").collect()
}

fn an_index_arrives_with_all_that_it_names() {
    let goods = index(1);
    upstream().sell("shop/index", &goods, Day::default());
    let target = Repository::fresh("import").name;
    let state = import(&order("shop/index:1", &target));
    assert_eq!(state["digest"], digest(goods.document("1")));
    assert_eq!(state["target"], format!("{target}:1"));
    assert_eq!(state["manifests"]["total"], 5);
    // Config, two layers of its own, one that both have, the empty one; and the attestations.
    assert_eq!(state["blobs"]["total"], 2 * 5 + 2 * 2);
    assert!(state["bytes"]["total"].as_u64().is_some_and(|bytes| bytes > 6 * 1024 * 1024));
    assert_here(&target, &goods, "1");
    // What both images have was fetched for one of them.
    let seen = blobs_seen("shop/index");
    let mut paths: Vec<&str> = seen.iter().map(|seen| seen.path.as_str()).collect();
    paths.sort_unstable();
    let count = paths.len();
    paths.dedup();
    assert_eq!(count, paths.len(), "a blob was fetched twice");
    assert!(seen.iter().all(|seen| seen.authorization.is_none()), "{seen:?}");
}

fn only_the_platforms_that_were_asked_for_arrive() {
    let goods = index(2);
    upstream().sell("shop/platforms", &goods, Day::default());
    let target = Repository::fresh("import").name;
    let mut order = order("shop/platforms:1", &format!("{target}:some"));
    order["platforms"] = json!(["linux/arm64/v8"]);
    let state = import(&order);
    assert_eq!(state["manifests"]["total"], 3, "the index, the image, what is said about it");
    let reader = reader(&target);
    let answer = reader.get("manifests/some").send().expect(200);
    assert_eq!(answer.body, goods.document("1"), "the index stays as it is");
    let index: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    for (child, status) in [(0, 404), (1, 200), (2, 404), (3, 200)] {
        let digest = index["manifests"][child]["digest"].as_str().unwrap_or_default();
        let _ = reader.get(&format!("manifests/{digest}")).send().expect(status);
    }
}

fn an_index_without_the_platform_says_which_it_has() {
    upstream().sell("shop/lacking", &index(3), Day::default());
    let mut order = order("shop/lacking:1", &Repository::fresh("import").name);
    order["platforms"] = json!(["windows/amd64"]);
    let why = super::failure(&order);
    assert!(why.contains("linux/amd64, linux/arm64"), "{why}");
}

fn what_was_asked_for_by_digest_gets_the_tag_that_was_asked_for() {
    let goods = image(4, 100_000);
    upstream().sell("shop/digest", &goods, Day::default());
    let digest = digest(goods.document("1"));
    let (with, without) = (Repository::fresh("import").name, Repository::fresh("import").name);
    let source = format!("shop/digest@{digest}");
    let state = import(&order(&source, &format!("{with}:own")));
    assert_eq!(state["target"], format!("{with}:own"));
    let _ = reader(&with).get("manifests/own").send().expect(200);
    let state = import(&order(&source, &without));
    assert_eq!(state["target"], without);
    let _ = reader(&without).get(&format!("manifests/{digest}")).send().expect(200);
    let tags = reader(&without).get("tags/list").send().expect(200).json();
    assert_eq!(tags["tags"], json!([]));
}

fn what_is_here_is_not_fetched_again() {
    let goods = image(5, 200_000);
    upstream().sell("shop/once", &goods, Day::default());
    let first = Repository::fresh("import").name;
    import(&order("shop/once:1", &first));
    let before = blobs_seen("shop/once").len();
    assert_eq!(before, 2, "config and layer");
    let second = Repository::fresh("import").name;
    let state = import(&order("shop/once:1", &second));
    assert_eq!(state["blobs"]["done"], 2);
    assert_eq!(blobs_seen("shop/once").len(), before);
    assert_here(&second, &goods, "1");
}

fn a_source_that_says_no_lengths_is_copied() {
    let goods = index(6);
    upstream().sell("shop/unmeasured", &goods, Day { unmeasured: true, ..Day::default() });
    let target = Repository::fresh("import").name;
    import(&order("shop/unmeasured:1", &target));
    assert_here(&target, &goods, "1");
}

fn an_import_that_is_cancelled_is_gone() {
    let goods = image(7, 20 * 1024 * 1024);
    upstream().sell("shop/cancelled", &goods, Day::slow(3_500_000));
    let target = Repository::fresh("import").name;
    let location = begin(&order("shop/cancelled:1", &target));
    // In the middle of a layer.
    let came = || state(&location)["bytes"]["done"].as_u64().filter(|bytes| *bytes > 2_000_000);
    roadstead_tests::deadline::Deadline::after(super::PATIENCE).wait(came);
    let _ = Request::new("DELETE", &location).as_operator().send().expect(204);
    let _ = Request::get(&location).as_operator().send().expect(404);
    let _ = Request::new("DELETE", &location).as_operator().send().expect(404);
    std::thread::sleep(std::time::Duration::from_secs(3));
    let _ = Request::get(&location).as_operator().send().expect(404);
    let _ = reader(&target).get("manifests/1").send().expect(404);
}

fn progress_is_told_while_a_blob_is_copied() {
    let goods = image(8, 8 * 1024 * 1024);
    upstream().sell("shop/slow", &goods, Day::slow(3_500_000));
    let target = Repository::fresh("import").name;
    let location = begin(&order("shop/slow:1", &target));
    let part = || {
        let state = state(&location);
        let (done, total) = (state["bytes"]["done"].as_u64()?, state["bytes"]["total"].as_u64()?);
        (done > 1_000_000 && done < total && state["state"] == "running").then_some(())
    };
    let told = roadstead_tests::deadline::Deadline::after(super::PATIENCE).wait(|| {
        part().map(|()| true).or_else(|| (state(&location)["state"] != "running").then_some(false))
    });
    assert_eq!(told, Some(true), "the bytes of a blob are told only when all are here");
    assert_eq!(end(&location)["state"], "done");
    assert_here(&target, &goods, "1");
}
