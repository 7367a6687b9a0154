//! The runtime is killed in the middle of an import, which goes on when it is back: on an edge of its
//! own.

use super::{PATIENCE, order};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::noise;
use roadstead_tests::objects;
use roadstead_tests::stack::Stack;
use roadstead_tests::upstream::{ACCOUNT, Day, Gate, Goods, SECRET, upstream};
use serde_json::Value;

const MIB: usize = 1024 * 1024;

pub(super) fn claims() -> Vec<Trial> {
    claims![an_import_goes_on_after_the_runtime_was_killed]
}

fn state(edge: &Stack, location: &str) -> Value {
    Request::get(location).at(edge.host()).as_operator().send().expect(200).json()
}

/// Waits until so many bytes have come, or it is over.
fn wait_for(edge: &Stack, location: &str, bytes: usize) -> Value {
    let come = || {
        let state = state(edge, location);
        let done = state["bytes"]["done"].as_u64().and_then(|done| usize::try_from(done).ok());
        let enough = done.is_some_and(|done| done >= bytes);
        (enough || state["state"] != "running").then_some(state)
    };
    let come = Deadline::after(PATIENCE).wait(come);
    come.unwrap_or_else(|| panic!("nothing more comes: {}", state(edge, location)))
}

/// Killed in the middle of the first layer, between two, and in the last one.
fn an_import_goes_on_after_the_runtime_was_killed() {
    let mut goods = Goods::default();
    let layers: Vec<Vec<u8>> = (0..4).map(|seed| noise(500 + seed, 4 * MIB + 9)).collect();
    let _ = goods.image(Some("1"), "amd64", &layers);
    let day = Day { gate: Gate::Private, ..Day::slow(7_000_000) };
    upstream().sell("shop/killed", &goods, day);
    let edge = Stack::own("importing", "").unwrap_or_else(|error| panic!("{error}"));
    let target = Repository::as_operator("claims/killed").on(&edge);

    let mut order = order("shop/killed:1", &target.name);
    order["username"] = ACCOUNT.into();
    order["password"] = SECRET.into();
    let post = Request::new("POST", "/api/v1/import").at(edge.host()).as_operator();
    let answer = post.body(order.to_string()).send().expect(202);
    let location = answer.must("Location").to_owned();
    for bytes in [2 * MIB, 9 * MIB, 15 * MIB] {
        let state = wait_for(&edge, &location, bytes);
        assert_eq!(state["state"], "running", "it was over too soon: {state}");
        edge.crash();
        assert_eq!(objects::count(&edge, SECRET), 1, "the password is needed to go on");
        edge.restart().unwrap_or_else(|error| panic!("after {bytes} bytes: {error}"));
    }
    // Nobody asks how it stands: it goes on by itself.
    let come = || (target.get("manifests/1").send().status == 200).then_some(());
    let come = Deadline::after(PATIENCE).wait(come);
    let state = wait_for(&edge, &location, usize::MAX);
    assert!(come.is_some(), "it went on only when somebody asked: {state}");
    assert_eq!(state["state"], "done", "{state}");
    for (digest, bytes) in &goods.blobs {
        let answer = target.get(&format!("blobs/{digest}")).send().expect(200);
        assert!(answer.body == *bytes, "{digest} has other bytes");
    }
    // Each layer that was not under way when the runtime was killed was fetched once.
    let fetched = upstream().seen("shop/killed").iter().filter(|seen| seen.at == "blobs").count();
    assert!(fetched <= goods.blobs.len() + 3, "{fetched} requests for {}", goods.blobs.len());
    assert!(!edge.log().contains(SECRET));
    edge.stop();
    assert_eq!(objects::count(&edge, SECRET), 0, "nobody needs the password any more");
}
