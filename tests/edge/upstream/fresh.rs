//! Tags that move, tags that go, and tags that nobody can ask about.

use super::edge::{SHORT, SHORT_TAG, cached, registry};
use super::pull::{Got, must_pull, pull, recovers};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::upstream::{At, Day, Fault, Goods, Wrong};
use std::thread;
use std::time::Duration;

/// How long a second look at a tag that is gone may be put off.
const SECOND_LOOK: Duration = Duration::from_mins(1);

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_fresh_tag_and_a_digest_ask_nobody,
        a_tag_that_moved_is_seen_when_it_is_stale,
        a_tag_that_vanished_is_dropped_after_a_second_look,
        what_nobody_can_be_asked_about_is_given_out_with_a_warning,
        a_manifest_without_a_digest_or_with_a_wrong_one_is_right_or_refused,
        what_is_not_there_is_said_and_not_asked_again_at_once,
    ]
}

fn stale() {
    thread::sleep(SHORT + Duration::from_secs(1));
}

fn layer(word: &str) -> Vec<u8> {
    format!("the layer of {word}").into_bytes()
}

/// What was asked of the registry of `prefix` about `name`, tokens aside.
fn asked(prefix: &str, name: &str) -> usize {
    registry(prefix).seen(name).iter().filter(|seen| seen.at != "token").count()
}

fn a_fresh_tag_and_a_digest_ask_nobody() {
    let (name, goods) = ("fresh/long", Goods::default().tagged("1", &layer("long")));
    registry("stub").sell(name, &goods, Day::default());
    let reader = cached("stub", name);
    must_pull(&reader, &goods, "1");
    let before = asked("stub", name);
    for _ in 0..3 {
        assert_eq!(pull(&reader, &goods, "1"), Got::Right);
        assert_eq!(pull(&reader, &goods, &goods.digest("1")), Got::Right);
        let _ = reader.head("manifests/1").send().expect(200);
    }
    assert_eq!(asked("stub", name), before, "{:#?}", registry("stub").seen(name));
}

fn a_tag_that_moved_is_seen_when_it_is_stale() {
    let name = "fresh/moving";
    let old = Goods::default().tagged(SHORT_TAG, &layer("the old one"));
    registry("moving").sell(name, &old, Day::default());
    let reader = cached("moving", name);
    must_pull(&reader, &old, SHORT_TAG);
    let new = old.clone().tagged(SHORT_TAG, &layer("the new one"));
    registry("moving").restock(name, &new);
    stale();
    // Who asks first may still get the old one, whole, while somebody looks.
    let moved = || (pull(&reader, &new, SHORT_TAG) == Got::Right).then_some(());
    assert!(Deadline::after(SECOND_LOOK).wait(moved).is_some(), "it never moves");
    must_pull(&reader, &old, &old.digest(SHORT_TAG));
    let seen = registry("moving").seen(name);
    assert_eq!(registry("moving").count(name, "GET", "manifests"), 2, "{seen:#?}");
}

fn a_tag_that_vanished_is_dropped_after_a_second_look() {
    let name = "fresh/vanishing";
    let goods = Goods::default().tagged(SHORT_TAG, &layer("a tag that goes"));
    let goods = goods.tagged("kept", &layer("a tag that stays"));
    registry("moving").sell(name, &goods, Day::default());
    let reader = cached("moving", name);
    must_pull(&reader, &goods, SHORT_TAG);
    let mut rest = goods.clone();
    let _ = rest.manifests.remove(SHORT_TAG);
    registry("moving").restock(name, &rest);
    stale();
    let path = format!("manifests/{SHORT_TAG}");
    let mut answers = Vec::new();
    let gone = Deadline::after(SECOND_LOOK).wait(|| {
        let answer = reader.get(&path).send();
        answers.push(answer.status);
        if answer.status == 200 {
            assert_eq!(answer.body, goods.document(SHORT_TAG));
        }
        (answer.status == 404).then_some(())
    });
    assert!(gone.is_some(), "it is still there: {answers:?}");
    let heads = registry("moving").count(name, "HEAD", "manifests");
    let gets = registry("moving").count(name, "GET", "manifests");
    assert!(heads + gets >= 3, "one look was enough: {heads} HEAD, {gets} GET, {answers:?}");
    must_pull(&reader, &rest, "kept");
}

fn what_nobody_can_be_asked_about_is_given_out_with_a_warning() {
    let name = "fresh/alone";
    let goods = Goods::default().tagged(SHORT_TAG, &layer("what is left alone"));
    let shop = registry("alone");
    shop.sell(name, &goods, Day::default());
    let reader = cached("alone", name);
    must_pull(&reader, &goods, SHORT_TAG);
    stale();
    shop.day(name, Day::with([Wrong::always(At::Everything, Fault::Status(503))]));
    for _ in 0..3 {
        warns(&reader, &goods);
    }
    shop.day(name, Day::default());
    assert_eq!(recovers(&reader, &goods, SHORT_TAG), Got::Right);
}

/// RFC 7234, section 5.5.1.
fn warns(reader: &Repository, goods: &Goods) {
    let answer = reader.get(&format!("manifests/{SHORT_TAG}")).send().expect(200);
    assert_eq!(answer.body, goods.document(SHORT_TAG));
    let warning = answer.must("Warning");
    assert!(warning.starts_with("110 - \"") && warning.ends_with('"'), "{warning}");
}

fn a_manifest_without_a_digest_or_with_a_wrong_one_is_right_or_refused() {
    let day = |fault| Day::with([Wrong::always(At::Manifests, fault)]);
    for (name, fault) in [("unnamed", Fault::Unnamed), ("unmeasured", Fault::Unmeasured)] {
        let goods = Goods::default().tagged("1", &layer(name));
        let name = format!("fresh/{name}");
        registry("stub").sell(&name, &goods, day(fault));
        assert_eq!(pull(&cached("stub", &name), &goods, "1"), Got::Right, "{name}");
    }
    let goods = Goods::default().tagged("1", &layer("misnamed"));
    registry("misnaming").sell("fresh/misnamed", &goods, day(Fault::Misnamed));
    let reader = cached("misnaming", "fresh/misnamed");
    assert_eq!(pull(&reader, &goods, "1"), Got::Refused(502));
    registry("misnaming").day("fresh/misnamed", Day::default());
    assert_eq!(recovers(&reader, &goods, "1"), Got::Right);
}

fn what_is_not_there_is_said_and_not_asked_again_at_once() {
    let (name, goods) = ("fresh/lacking", Goods::default().tagged("1", &layer("lacking")));
    registry("stub").sell(name, &goods, Day::default());
    let reader = cached("stub", name);
    let _ = reader.get("manifests/2").send().expect(404);
    let before = asked("stub", name);
    for _ in 0..5 {
        let _ = reader.get("manifests/2").send().expect(404);
    }
    let more = asked("stub", name) - before;
    assert!(more <= 1, "asked {more} times more");
    for status in [401, 403] {
        let name = format!("fresh/shut-{status}");
        let day = Day::with([Wrong::always(At::Manifests, Fault::Status(status))]);
        registry("shut").sell(&name, &goods, day);
        let _ = cached("shut", &name).get("manifests/1").send().expect(404);
    }
}
