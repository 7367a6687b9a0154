//! Who is refused, where, and in which words.

use super::edge::{ANONYMOUS, Image, Somebody, alone, edge, fresh, together};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{INDEX, MANIFEST, about, descriptor, digest, noise};
use roadstead_tests::objects;
use serde_json::json;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        who_has_spent_everything_is_told_so_at_the_manifest,
        nothing_but_an_image_is_refused,
        who_signs_in_goes_on,
        an_image_that_was_begun_is_finished,
        an_index_and_its_child_are_one_image,
        of_a_long_index_what_stands_first_is_finished,
        a_warning_comes_before_the_end,
        what_was_counted_survives_the_runtime,
        a_meter_that_fails_fails_no_pull,
    ]
}

/// Whether this is the refusal, whole.
pub(super) fn is_the_refusal(answer: Answer, who: &str) -> Answer {
    let answer = answer.expect(429);
    assert_eq!(crate::registry::error::is_an_error(&answer), "TOOMANYREQUESTS");
    let message = answer.json()["errors"][0]["message"].to_string();
    for part in ["anonymous", who, "4.0 MB", "UTC", &format!("docker login {}", edge().host())] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    answer
}

fn who_has_spent_everything_is_told_so_at_the_manifest() {
    let _together = together();
    let repository = fresh("refused");
    let image = Image::publish(&repository, Some("tag"), &[noise(311, 600)]);
    let somebody = Somebody::new();
    let _ = somebody.get(&repository, "manifests/tag").expect(200);
    somebody.spend();
    let answer = is_the_refusal(somebody.get(&repository, "manifests/tag"), somebody.address());
    // The end of the month is no time to wait for, except in its last minute.
    if somebody.usage()["resets_at"].as_str().is_some() {
        assert_eq!(answer.header("retry-after"), None, "{answer}");
    }
    assert!(answer.must("ratelimit-policy").contains("qu=\"content-bytes\""), "{answer}");
    assert!(answer.must("ratelimit").contains("r=0;"), "{answer}");
    assert_eq!(answer.header("warning"), None, "{answer}");
    let detail = &answer.json()["errors"][0]["detail"];
    assert_eq!(detail["limit_bytes"], ANONYMOUS);
    assert!(detail["used_bytes"].as_u64() >= Some(ANONYMOUS), "{detail}");
    let path = format!("manifests/{}", image.digest);
    is_the_refusal(somebody.get(&repository, &path), somebody.address());
    // A refusal costs nothing.
    let used = somebody.used();
    is_the_refusal(somebody.get(&repository, "manifests/tag"), somebody.address());
    somebody.must_have_used(used);
}

fn nothing_but_an_image_is_refused() {
    let _together = together();
    let repository = fresh("allowed");
    let image = Image::publish(&repository, Some("tag"), &[noise(312, 70_000)]);
    let signature = about(&image.manifest, "application/vnd.claims.signature");
    repository.push_blob(b"{}");
    let _ = repository.put_manifest(&digest(&signature), MANIFEST, &signature).expect(201);
    let somebody = Somebody::new();
    somebody.spend();
    let request = |method, rest: &str| somebody.request(method, &repository, rest);
    let _ = request("GET", "manifests/tag").send().expect(429);
    let _ = request("HEAD", "manifests/tag").send().expect(200);
    let known = request("GET", "manifests/tag");
    let _ = known.header("If-None-Match", format!("\"{}\"", image.digest)).send().expect(304);
    let _ = request("GET", "manifests/other").send().expect(404);
    for (digest, _) in &image.blobs {
        let _ = request("GET", &format!("blobs/{digest}")).send().expect(200);
        let _ = request("HEAD", &format!("blobs/{digest}")).send().expect(200);
    }
    let _ = request("GET", &format!("manifests/{}", digest(&signature))).send().expect(200);
    let _ = request("GET", &format!("referrers/{}", image.digest)).send().expect(200);
    let _ = request("GET", "tags/list").send().expect(200);
}

fn who_signs_in_goes_on() {
    let _together = together();
    let repository = fresh("signed-in");
    let _ = Image::publish(&repository, Some("tag"), &[noise(313, 600)]);
    let somebody = Somebody::new();
    somebody.spend();
    let _ = somebody.get(&repository, "manifests/tag").expect(429);
    let _ = somebody.signed_in().get(&repository, "manifests/tag").expect(200);
    let _ = somebody.get(&repository, "manifests/tag").expect(429);
}

/// An index of two images with `layer`, under `tag`.
fn index(repository: &Repository, layer: usize) -> (Vec<u8>, [Image; 2]) {
    let images = [314, 315].map(|seed| Image::publish(repository, None, &[noise(seed, layer)]));
    let index = json!({
        "schemaVersion": 2, "mediaType": INDEX,
        "manifests": images.each_ref().map(|image| descriptor(MANIFEST, &image.manifest)),
    });
    let index = index.to_string().into_bytes();
    let _ = repository.put_manifest("tag", INDEX, &index).expect(201);
    (index, images)
}

fn an_image_that_was_begun_is_finished() {
    let _together = together();
    let repository = fresh("begun");
    let (_, images) = index(&repository, 70_000);
    let other = fresh("other");
    let _ = Image::publish(&other, Some("tag"), &[noise(316, 600)]);
    let (somebody, nobody) = (Somebody::new(), Somebody::new());
    let _ = somebody.get(&repository, "manifests/tag").expect(200);
    somebody.spend();
    nobody.spend();
    for image in &images {
        let path = format!("manifests/{}", image.digest);
        // Who did not begin it does not finish it.
        is_the_refusal(nobody.get(&repository, &path), nobody.address());
        let _ = somebody.get(&repository, &path).expect(200);
        for (digest, _) in &image.blobs {
            let _ = somebody.get(&repository, &format!("blobs/{digest}")).expect(200);
        }
    }
    is_the_refusal(somebody.get(&repository, "manifests/tag"), somebody.address());
    is_the_refusal(somebody.get(&other, "manifests/tag"), somebody.address());
}

fn an_index_and_its_child_are_one_image() {
    let _together = together();
    let repository = fresh("counted");
    let (index, images) = index(&repository, 600);
    let somebody = Somebody::new();
    let _ = somebody.get(&repository, "manifests/tag").expect(200);
    let _ = somebody.get(&repository, &format!("manifests/{}", images[0].digest)).expect(200);
    assert_eq!(somebody.pulls(), 1);
    let _ = somebody.get(&repository, &format!("manifests/{}", digest(&index))).expect(200);
    assert_eq!(somebody.pulls(), 2);
    // By itself a child is an image.
    let other = Somebody::new();
    let _ = other.get(&repository, &format!("manifests/{}", images[0].digest)).expect(200);
    assert_eq!(other.pulls(), 1);
}

fn of_a_long_index_what_stands_first_is_finished() {
    let _together = together();
    let repository = fresh("long");
    let [first, last] = [320, 321].map(|seed| {
        let image = Image::publish(&repository, None, &[noise(seed, 600)]);
        (descriptor(MANIFEST, &image.manifest), format!("manifests/{}", image.digest))
    });
    let between = (0..600).map(|n: u32| descriptor(MANIFEST, &n.to_le_bytes()));
    let all: Vec<_> = [first.0].into_iter().chain(between).chain([last.0]).collect();
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": all });
    let index = index.to_string().into_bytes();
    let _ = repository.put_manifest("tag", INDEX, &index).expect(201);
    let somebody = Somebody::new();
    assert!(somebody.get(&repository, "manifests/tag").expect(200).body == index);
    somebody.spend();
    let _ = somebody.get(&repository, &first.1).expect(200);
    is_the_refusal(somebody.get(&repository, &last.1), somebody.address());
}

fn a_warning_comes_before_the_end() {
    let _together = together();
    let repository = fresh("warned");
    let image = Image::publish(&repository, Some("tag"), &[noise(317, 1_700_000)]);
    let layer = format!("blobs/{}", image.blobs[1].0);
    let somebody = Somebody::new();
    let mut used = 0;
    for (percent, is_warned) in [(0, false), (42, false), (85, true)] {
        let answer = somebody.get(&repository, "manifests/tag").expect(200);
        let warning = answer.header("warning");
        assert_eq!(warning.is_some(), is_warned, "{percent}: {answer}");
        if let Some(warning) = warning {
            assert!(warning.starts_with("299 - \"85 % of "), "{warning}");
        }
        let left = format!("r={};", ANONYMOUS - used);
        assert!(answer.must("ratelimit").contains(&left), "{left}: {answer}");
        used += answer.body.len() as u64;
        // HEAD says the same where it is known.
        let head = somebody.request("HEAD", &repository, "manifests/tag").send().expect(200);
        let left = format!("r={};", ANONYMOUS - used);
        assert!(head.must("ratelimit").contains(&left), "{left}: {head}");
        used += somebody.get(&repository, &layer).expect(200).body.len() as u64;
        somebody.must_have_used(used);
    }
    let _ = somebody.get(&repository, "manifests/tag").expect(429);
}

fn what_was_counted_survives_the_runtime() {
    let _alone = alone();
    let repository = fresh("crashed");
    let _ = Image::publish(&repository, Some("tag"), &[noise(318, 600)]);
    let somebody = Somebody::new();
    let _ = somebody.get(&repository, "manifests/tag").expect(200);
    somebody.spend();
    let used = somebody.used();
    // It was told a second ago at most; what rests outlives what ran.
    std::thread::sleep(super::edge::LATE);
    edge().crash();
    edge().restart().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(somebody.used(), used);
    is_the_refusal(somebody.get(&repository, "manifests/tag"), somebody.address());
}

/// The meters' storage is made unreadable, and readable again.
fn a_meter_that_fails_fails_no_pull() {
    let _alone = alone();
    let repository = fresh("failing");
    let image = Image::publish(&repository, Some("tag"), &[noise(319, 70_000)]);
    let somebody = Somebody::new();
    somebody.spend();
    let _ = somebody.get(&repository, "manifests/tag").expect(429);
    let used = somebody.used();
    let change = |statement: &str| {
        edge().stop();
        let rows = objects::change(edge(), "Meter", statement);
        assert!(rows > 0, "there is no meter to be broken");
        edge().restart().unwrap_or_else(|error| panic!("{error}"));
    };
    change("UPDATE parts SET value = 'broken' || value");
    for _ in 0..2 {
        let answer = somebody.get(&repository, "manifests/tag").expect(200);
        assert_eq!(answer.header("ratelimit"), None, "nobody knows: {answer}");
        let _ = somebody.get(&repository, &format!("blobs/{}", image.blobs[1].0)).expect(200);
        let _ = somebody.request("HEAD", &repository, "manifests/tag").send().expect(200);
    }
    let page = Request::get("/").at(edge().host());
    let _ = page.header("CF-Connecting-IP", somebody.address()).send().expect(200);
    let usage = Request::get("/api/v1/usage").at(edge().host());
    let usage = usage.header("CF-Connecting-IP", somebody.address()).send().expect(503);
    assert_eq!(crate::registry::error::is_an_error(&usage), "UNAVAILABLE");
    assert!(edge().log().contains(&format!("\"meter\":\"ip4:{}\"", somebody.address())));
    change("UPDATE parts SET value = substr(value, 7)");
    assert_eq!(somebody.used(), used);
    let _ = somebody.get(&repository, "manifests/tag").expect(429);
}
