//! The runtime is killed while uploads are at every step: what is counted then is what is there.

use super::edge::{Namespace, alone, api, edge, image};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::{encode, path};
use roadstead_tests::image::{MANIFEST, digest, noise};
use roadstead_tests::sweep::purge;
use serde_json::json;
use std::fs;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

/// When the runtime is killed, in ms after every request was sent.
const MOMENTS_MS: [u64; 6] = [0, 20, 60, 150, 300, 600];

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_namespace_without_a_ledger_counts_what_is_there,
        what_is_counted_after_a_crash_is_what_is_there,
    ]
}

/// Takes the objects that count away from the state of a stack that does not run.
fn forget_ledgers() {
    let objects = edge().state().join("v3/do");
    let folders = fs::read_dir(&objects).unwrap_or_else(|e| panic!("{}: {e}", objects.display()));
    let mut gone = 0;
    for folder in folders.flatten() {
        if folder.file_name().to_string_lossy().ends_with("-Namespace") {
            fs::remove_dir_all(folder.path()).unwrap_or_else(|error| panic!("{error}"));
            gone += 1;
        }
    }
    assert_eq!(gone, 1, "where are the namespaces?");
}

fn again(strike: impl FnOnce()) {
    edge().stop();
    strike();
    edge().restart().unwrap_or_else(|error| panic!("{error}"));
}

fn a_namespace_without_a_ledger_counts_what_is_there() {
    let _alone = alone();
    let namespace = Namespace::fresh();
    let (one, two) = (namespace.repository("one"), namespace.repository("two"));
    let layers = [noise(980, 600), noise(981, 90_000), noise(982, 17_000_000)];
    let (manifest, config) = image("counted", &[&layers[0], &layers[1], &layers[2]]);
    for repository in [&one, &two] {
        for blob in layers.iter().chain([&config]) {
            repository.push_blob(blob);
        }
        let _ = repository.put_manifest("v1", MANIFEST, &manifest).expect(201);
    }
    // One that is deleted and can be restored is still there, and so is half an upload.
    let (deleted, config) = image("deleted", &[&layers[0]]);
    one.push_blob(&config);
    let _ = one.put_manifest("v2", MANIFEST, &deleted).expect(201);
    let _ = one.request("DELETE", &format!("manifests/{}", digest(&deleted))).send().expect(202);
    let location = two.start_upload();
    let _ = two.upload("PATCH", &location).chunked(noise(983, 1_000_000)).send().expect(202);
    let before = namespace.standing();
    assert_eq!(before["reserved_bytes"], 1_000_000);
    again(forget_ledgers);
    assert_eq!(namespace.standing(), before);
    // And from there it goes on.
    two.push_blob(&noise(984, 50_000));
    let held = before["held_bytes"].as_u64().unwrap_or_default();
    assert_eq!(namespace.standing()["held_bytes"], held + 50_000);
}

/// Requests that are all about to be answered.
fn steps(namespace: &Namespace, round: u64) -> Vec<Request> {
    let repository = namespace.repository("killed");
    let bytes = |number: u64, length| noise(10_000 + round * 100 + number, length);
    let mut steps = Vec::new();
    for (number, length) in [(0, 500), (1, 70_000), (2, 2_000_000)] {
        let bytes = bytes(number, length);
        let target = format!("{}?digest={}", repository.start_upload(), encode(&digest(&bytes)));
        steps.push(repository.upload("PUT", &target).body(bytes));
    }
    let chunk = bytes(3, 1_500_000);
    let location = repository.start_upload();
    steps.push(repository.upload("PATCH", &location).chunked(&chunk));
    let location = repository.start_upload();
    let answer = repository.upload("PATCH", &location).chunked(bytes(4, 300_000)).send();
    let location = path(answer.expect(202).must("Location"));
    let target = format!("{location}?digest={}", encode(&digest(&bytes(4, 300_000))));
    steps.push(repository.upload("PUT", &target).body(b""));
    let (manifest, config) = image(&format!("round {round}"), &[]);
    repository.push_blob(&config);
    let put = repository.request("PUT", &format!("manifests/v{round}"));
    steps.push(put.header("Content-Type", MANIFEST).body(manifest));
    let location = repository.start_upload();
    let _ = repository.upload("PATCH", &location).chunked(bytes(5, 400_000)).send().expect(202);
    steps.push(repository.upload("DELETE", &location));
    steps
}

fn what_is_counted_after_a_crash_is_what_is_there() {
    let _alone = alone();
    let namespace = Namespace::fresh();
    let whole = namespace.repository("whole");
    let layer = noise(985, 800_000);
    let (manifest, config) = image("whole", &[&layer]);
    for blob in [&layer, &config] {
        whole.push_blob(blob);
    }
    let _ = whole.put_manifest("v1", MANIFEST, &manifest).expect(201);
    let least = (layer.len() + config.len() + manifest.len()) as u64;
    let mut answered = 0;
    for (round, moment) in (0..).zip(MOMENTS_MS) {
        let steps = steps(&namespace, round);
        let start = Barrier::new(steps.len() + 1);
        answered += thread::scope(|scope| {
            let take = |step: &'_ Request| {
                start.wait();
                step.try_send().is_ok_and(|answer| answer.status < 300)
            };
            let sent: Vec<_> = steps.iter().map(|step| scope.spawn(move || take(step))).collect();
            start.wait();
            thread::sleep(Duration::from_millis(moment));
            edge().crash();
            let ended = sent.into_iter().map(|sent| sent.join().unwrap_or_default());
            ended.filter(|answered| *answered).count()
        });
        edge().restart().unwrap_or_else(|error| panic!("after {moment} ms: {error}"));
    }
    // What is there and nobody names goes; uploads that nobody continues do, too.
    thread::sleep(Duration::from_secs(61));
    purge(edge());
    purge(edge());
    let ask = json!({ "namespace": namespace.0 });
    let _ = api().post("admin/sweep", &ask).expect(200);
    let counted = namespace.standing();
    assert_eq!(counted["reserved_bytes"], 0, "{counted}");
    assert!(counted["held_bytes"].as_u64() >= Some(least), "{counted}");
    again(forget_ledgers);
    assert_eq!(namespace.standing(), counted, "the bucket has something else");
    println!("killed {} times, {answered} requests answered: {counted}", MOMENTS_MS.len());
}
