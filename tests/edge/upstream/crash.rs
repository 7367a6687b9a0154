//! The runtime is killed in the middle of a fill: nothing wrong is ever given out, and what was
//! stored is not fetched again. On an edge of its own.

use super::pull::{Got, recovers};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::stack::Stack;
use roadstead_tests::upstream::{Day, Upstream, image};
use serde_json::json;
use std::thread;
use std::time::Duration;

const MIB: usize = 1024 * 1024;
/// A layer of three slices.
const LAYER: usize = 48 * MIB;
/// Longer than it takes to come so far.
const PATIENCE: Duration = Duration::from_mins(2);

pub(super) fn claims() -> Vec<Trial> {
    claims![a_fill_goes_on_after_the_runtime_was_killed]
}

fn a_fill_goes_on_after_the_runtime_was_killed() {
    let (shop, name, goods) = (Upstream::start(), "crash/fill", image(871, LAYER));
    let url = format!("http://{}", shop.host());
    let rules = json!({ "shop": { "url": url, "host": "shop.example", "allow_private": true } });
    shop.sell(name, &goods, Day::slow(8 * MIB));
    let edge = Stack::own("upstream-crash", &format!("UPSTREAMS={rules}\n"));
    let edge = edge.unwrap_or_else(|error| panic!("the edge did not start: {error}"));
    let reader = Repository::as_anyone(&format!("shop/{name}")).on(&edge);
    let manifest = reader.get("manifests/1").send().expect(200).json();
    let layer = manifest["layers"][0]["digest"].as_str().unwrap_or_default().to_owned();
    let request = reader.get(&format!("blobs/{layer}"));
    let client = thread::spawn(move || request.try_send());
    // Two slices are stored, or one and most of another.
    let far = u64::try_from(36 * MIB).unwrap_or_default();
    let come = Deadline::after(PATIENCE).wait(|| (shop.sent(name) >= far).then_some(()));
    assert!(come.is_some(), "only {} bytes were asked for", shop.sent(name));
    edge.crash();
    let answer = client.join().unwrap_or_else(|_| panic!("the client broke off"));
    assert!(answer.is_err(), "a whole answer of a runtime that was killed");
    let before = shop.sent(name);
    edge.restart().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(recovers(&reader, &goods, "1"), Got::Right);
    let more = shop.sent(name) - before;
    println!(
        "a layer of {LAYER} bytes: {before} were sent when the runtime was killed, {more} more"
    );
    assert!(more < u64::try_from(LAYER).unwrap_or_default(), "all of it was fetched again: {more}");
    assert!(edge.collapses().is_empty(), "{:#?}", edge.collapses());
    edge.stop();
}
