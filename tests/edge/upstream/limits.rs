//! What a registry asks of who asks it: tokens that are kept, rests that are taken, limits that are
//! shown to the operator.

use super::edge::{cached, registry, report, reported};
use super::pull::{Got, must_pull, pull, recovers};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::upstream::{At, Day, Fault, Goods, Wrong, index};
use serde_json::Value;
use std::time::Duration;

/// How late the operator may learn of it.
const LATE: Duration = Duration::from_secs(5);

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_token_is_shown_again_and_not_asked_for_each_time,
        a_registry_that_wants_to_be_left_alone_is,
        what_a_registry_says_of_its_limit_is_shown,
    ]
}

/// Measured of others: one token for each request.
fn a_token_is_shown_again_and_not_asked_for_each_time() {
    let (name, goods) = ("limits/tokens", index(861));
    registry("stub").sell(name, &goods, Day::default());
    must_pull(&cached("stub", name), &goods, "1");
    let asked = registry("stub").seen(name).len();
    let tokens = registry("stub").count(name, "GET", "token");
    println!("a pull of an index: {asked} requests, {tokens} of them for tokens");
    // Two fills may begin before the first token is known to the rule's object.
    assert!((1..=3).contains(&tokens), "{tokens} of {asked}");
}

fn a_registry_that_wants_to_be_left_alone_is() {
    let name = "limits/alone";
    let goods = Goods::default().tagged("1", b"the layer of what is to be left alone");
    let shop = registry("limits");
    shop.sell(name, &goods, Day::with([Wrong::always(At::Manifests, Fault::Later(429, 8))]));
    let reader = cached("limits", name);
    assert_eq!(pull(&reader, &goods, "1"), Got::Refused(429));
    // It is told to the rule's object behind the answer.
    let rests = || report("limits")["resting_until_ms"].is_u64().then_some(());
    assert!(Deadline::after(LATE).wait(rests).is_some(), "{}", report("limits"));
    let before = shop.seen(name).len();
    for _ in 0..5 {
        let got = pull(&reader, &goods, "1");
        assert!(matches!(got, Got::Refused(429 | 503)), "{got}");
    }
    assert_eq!(shop.seen(name).len(), before, "it was asked all the same");
    shop.day(name, Day::default());
    assert_eq!(recovers(&reader, &goods, "1"), Got::Right);
    let is_over = || (report("limits")["resting_until_ms"] == Value::Null).then_some(());
    assert!(Deadline::after(LATE).wait(is_over).is_some(), "{}", report("limits"));
}

fn what_a_registry_says_of_its_limit_is_shown() {
    let name = "limits/remaining";
    let goods = Goods::default().tagged("1", b"the layer of what is counted");
    registry("counting").sell(name, &goods, Day { remaining: Some(100), ..Day::default() });
    let reader = cached("counting", name);
    must_pull(&reader, &goods, "1");
    let shown = || (report("counting")["remaining"] == 99).then_some(());
    assert!(Deadline::after(LATE).wait(shown).is_some(), "{}", report("counting"));
    must_pull(&reader, &goods, "1");
    let sent = registry("counting").sent(name);
    // All that came is counted, and what was given out from here.
    let is_even = || {
        let is_all = reported("counting", "fetched_bytes") >= sent;
        (is_all && reported("counting", "hits") >= 3).then_some(())
    };
    assert!(Deadline::after(LATE).wait(is_even).is_some(), "{}", report("counting"));
}
