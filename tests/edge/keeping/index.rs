//! The index for people: lost with every table, and made anew from the bucket.

use super::edge::{alone, api, edge, fresh, path};
use super::image::{Image, delete};
use libtest_mimic::Trial;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::encode;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::noise;
use roadstead_tests::sweep::sweep;
use roadstead_tests::{claims, database};
use serde_json::json;
use std::time::Duration;

/// The rows follow a rebuild from each repository's own outbox.
const FOLLOW: Duration = Duration::from_secs(30);
/// A rebuild does a bounded part of the work at a time.
const ROUNDS: usize = 100;

pub(super) fn claims() -> Vec<Trial> {
    claims![an_index_that_was_lost_is_made_anew]
}

/// Waits until a page has all these words.
fn shows(target: &str, words: &[&str]) {
    let page = || Request::get(target).at(edge().host()).send();
    let has = || {
        let page = page();
        (page.status == 200 && words.iter().all(|word| page.text().contains(word))).then_some(())
    };
    let found = Deadline::after(FOLLOW).wait(has);
    assert!(found.is_some(), "{target} does not show {words:?}: {}", page().status);
}

fn rebuild() {
    let mut target = "admin/rebuild".to_owned();
    for _ in 0..ROUNDS {
        let answer = api().post(&target, &json!({}));
        assert!(matches!(answer.status, 200 | 202), "{answer}");
        let said = answer.json();
        if said["more"] != true {
            return;
        }
        let after = said["after"].as_str().unwrap_or_default();
        target = format!("admin/rebuild?after={}", encode(after));
    }
    panic!("the rebuild does not come to an end");
}

fn an_index_that_was_lost_is_made_anew() {
    let _alone = alone();
    let repositories = [fresh("shown"), fresh("shown")];
    let image = Image::new("shown", &[noise(251, 70_000)]);
    for repository in &repositories {
        for tag in ["1.0-shown", "2.0-shown", "deleted"] {
            let _ = image.try_push(repository, tag).expect(201);
        }
        delete(repository, "manifests/deleted");
    }
    let settings = json!({ "immutable_tags": true, "mutable_tags": ["*-dev"], "sparse": true });
    let _ = api().put(&path(&repositories[0]), &settings);
    let before = repositories.each_ref().map(|r| api().get(&path(r)).expect(200).json());
    let all_is_shown = || {
        for repository in &repositories {
            shows("/", &[&repository.name]);
            shows(&format!("/r/{}", repository.name), &["1.0-shown", "2.0-shown"]);
        }
    };
    all_is_shown();

    edge().stop();
    let dropped = database::drop_all(edge());
    assert!(dropped.iter().any(|table| table == "repositories"), "{dropped:?}");
    edge().restart().unwrap_or_else(|error| panic!("{error}"));
    // Pulls never ask the index.
    image.is_whole(&repositories[0], "1.0-shown");
    rebuild();
    all_is_shown();

    let after = repositories.each_ref().map(|r| api().get(&path(r)).expect(200).json());
    assert_eq!(before, after);
    sweep(edge());
    for repository in &repositories {
        image.is_whole(repository, "2.0-shown");
        let asked = json!({ "reference": "deleted" });
        let _ = api().post(&format!("{}/restore", path(repository)), &asked).expect(200);
        image.is_whole(repository, "deleted");
    }
}
