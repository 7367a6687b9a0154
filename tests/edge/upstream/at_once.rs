//! Many clients at once, and clients that leave: one fill for all of them, which ends whoever is
//! still there.

use super::edge::{SHORT, SHORT_TAG, cached, registry};
use super::pull::{Got, must_pull, pull};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::upstream::{Day, Goods, Upstream, image};
use std::thread;
use std::time::Duration;

const MIB: usize = 1024 * 1024;
/// The clients.
const CROWD: usize = 50;
/// The layer that they all want.
const LAYER: usize = 12 * MIB;
/// Longer than any fill here takes.
const PATIENCE: Duration = Duration::from_mins(2);

pub(super) fn claims() -> Vec<Trial> {
    claims![
        fifty_clients_at_once_are_one_fill,
        a_client_that_leaves_takes_nothing_with_it,
        a_stale_tag_is_looked_at_once_however_many_ask,
    ]
}

/// What each of the crowd got.
fn crowd(pull: impl Fn() -> Got + Sync) -> Vec<Got> {
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CROWD).map(|_| scope.spawn(&pull)).collect();
        let got = |client: thread::ScopedJoinHandle<'_, Got>| {
            client.join().unwrap_or_else(|_| Got::Wrong("it broke off".to_owned()))
        };
        clients.into_iter().map(got).collect()
    })
}

/// Waits until the registry has sent at least so many bytes of blobs of `name`.
fn wait_for(registry: &Upstream, name: &str, bytes: u64) {
    let sent = Deadline::after(PATIENCE).wait(|| (registry.sent(name) >= bytes).then_some(()));
    assert!(sent.is_some(), "only {} bytes were asked for", registry.sent(name));
}

/// Measured of others: 50 fetches, 612 MiB.
fn fifty_clients_at_once_are_one_fill() {
    let (name, goods) = ("crowd/cold", image(811, LAYER));
    let shop = registry("crowd");
    // Slow enough that the last one comes before the first one has it.
    shop.sell(name, &goods, Day::slow(4 * MIB));
    let reader = cached("crowd", name);
    let got = crowd(|| pull(&reader, &goods, "1"));
    assert!(got.iter().all(|got| *got == Got::Right), "{got:?}");
    let (sent, manifests) = (shop.sent(name), shop.count(name, "GET", "manifests"));
    println!(
        "{CROWD} clients at once: {manifests} manifest GET, {sent} bytes for a layer of {LAYER}"
    );
    assert_eq!(manifests, 1, "{:#?}", shop.seen(name));
    let most = u64::try_from(LAYER).unwrap_or_default() * 11 / 10;
    assert!(sent <= most, "{sent} bytes for a layer of {LAYER}");
}

fn a_client_that_leaves_takes_nothing_with_it() {
    let (name, goods) = ("crowd/left", image(812, LAYER));
    let shop = registry("leaver");
    shop.sell(name, &goods, Day::slow(2 * MIB));
    let reader = cached("leaver", name);
    let answer = reader.get("manifests/1").send().expect(200).json();
    let layer = answer["layers"][0]["digest"].as_str().unwrap_or_default().to_owned();
    let config = answer["config"]["digest"].as_str().unwrap_or_default().to_owned();
    let _ = reader.get(&format!("blobs/{config}")).send().expect(200);
    let request = reader.get(&format!("blobs/{layer}"));
    // It asks, sees the beginning come, and hangs up.
    request.send_cut(request.bytes(), Duration::from_secs(2)).unwrap_or_else(|e| panic!("{e}"));
    assert!(shop.sent(name) < u64::try_from(LAYER).unwrap_or_default(), "it was over too soon");
    // All of it comes all the same, and the registry is done for.
    wait_for(shop, name, u64::try_from(LAYER).unwrap_or_default());
    thread::sleep(Duration::from_secs(3));
    shop.close();
    let got = pull(&reader, &goods, "1");
    shop.open();
    assert_eq!(got, Got::Right);
    assert_eq!(shop.sent(name), goods.blobs.values().map(|blob| blob.len() as u64).sum::<u64>());
}

fn a_stale_tag_is_looked_at_once_however_many_ask() {
    let name = "crowd/stale";
    let goods = Goods::default().tagged(SHORT_TAG, b"the layer of a tag that is looked at again");
    let shop = registry("crowd");
    shop.sell(name, &goods, Day::default());
    let reader = cached("crowd", name);
    must_pull(&reader, &goods, SHORT_TAG);
    thread::sleep(SHORT + Duration::from_secs(1));
    let got = crowd(|| {
        let answer = reader.get(&format!("manifests/{SHORT_TAG}")).send();
        if answer.status == 200 && answer.body == goods.document(SHORT_TAG) {
            return Got::Right;
        }
        Got::Wrong(answer.to_string())
    });
    assert!(got.iter().all(|got| *got == Got::Right), "{got:?}");
    let (heads, gets) =
        (shop.count(name, "HEAD", "manifests"), shop.count(name, "GET", "manifests"));
    println!("{CROWD} clients and a stale tag: {heads} HEAD, {} GET more", gets - 1);
    assert_eq!(gets, 1, "HEAD is free: {:#?}", shop.seen(name));
    // One a period: the crowd may have needed more than one of two seconds.
    assert!((1..=3).contains(&heads), "{heads} times: {:#?}", shop.seen(name));
}
