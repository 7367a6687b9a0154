//! What goes wrong on the way: it is tried again, or given up with a sentence; what is wrong is
//! never here.

use super::{failure, import, order, reader};
use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::upstream::{At, Day, Fault, Goods, Wrong, image, index, upstream};

const MIB: usize = 1024 * 1024;

pub(super) fn claims() -> Vec<Trial> {
    claims![
        a_source_that_asks_for_patience_gets_it,
        a_source_that_fails_twice_is_asked_a_third_time,
        a_blob_that_is_cut_once_is_fetched_again,
        a_blob_that_is_always_cut_is_given_up,
        a_large_blob_that_is_cut_goes_on_where_it_was,
        a_source_without_ranges_is_asked_for_all_of_it_again,
        a_blob_that_says_nothing_more_is_fetched_again,
        other_bytes_once_are_fetched_again,
        other_bytes_for_ever_are_never_here,
        a_manifest_with_other_bytes_is_never_here,
        a_source_that_hangs_is_asked_again,
        a_manifest_that_fails_is_read_again,
        what_the_source_does_not_have_is_said_at_once,
        a_manifest_that_is_too_long_is_refused,
    ]
}

/// Sells goods on a bad day, and imports them; the name that they have here.
fn recover(name: &str, goods: &Goods, day: Day) -> String {
    upstream().sell(name, goods, day);
    let target = Repository::fresh("import").name;
    import(&order(&format!("{name}:1"), &target));
    let reader = reader(&target);
    for (digest, bytes) in &goods.blobs {
        let answer = reader.get(&format!("blobs/{digest}")).send().expect(200);
        assert!(answer.body == *bytes, "{digest} has other bytes");
    }
    let answer = reader.get("manifests/1").send().expect(200);
    assert_eq!(answer.body, goods.document("1"));
    target
}

/// Sells goods on a day without an end, imports them, and sees that nothing wrong is here; what the
/// import says.
fn give_up(name: &str, goods: &Goods, day: Day) -> String {
    upstream().sell(name, goods, day);
    let target = Repository::fresh("import").name;
    let why = failure(&order(&format!("{name}:1"), &target));
    let reader = reader(&target);
    let _ = reader.get("manifests/1").send().expect(404);
    for (digest, bytes) in &goods.blobs {
        let answer = reader.get(&format!("blobs/{digest}")).send();
        assert!(answer.status == 404 || answer.body == *bytes, "{digest} is here, and wrong");
        assert!(answer.status == 404 || bytes.len() < 64 * 1024, "{digest} never came");
    }
    why
}

/// A day on which blobs go wrong like that, one after another.
fn faults(faults: &[Fault]) -> Day {
    Day::with(faults.iter().map(|fault| Wrong::once(At::Blobs, fault.clone())))
}

fn always(at: At, fault: Fault) -> Day {
    Day::with([Wrong::always(at, fault)])
}

/// 429 with a `Retry-After` of one second.
const TOO_MANY: Fault = Fault::Later(429, 1);
/// What the registry's own people should look at.
const FAILING: Fault = Fault::Status(500);

fn a_source_that_asks_for_patience_gets_it() {
    recover("shop/patience", &index(11), faults(&[TOO_MANY, TOO_MANY]));
}

fn a_source_that_fails_twice_is_asked_a_third_time() {
    recover("shop/failing", &index(12), faults(&[FAILING, FAILING]));
}

fn a_blob_that_is_cut_once_is_fetched_again() {
    recover("shop/cut", &image(13, 3 * MIB), faults(&[Fault::Cut(MIB)]));
}

fn a_blob_that_is_always_cut_is_given_up() {
    let why = give_up("shop/stump", &image(14, 3 * MIB), always(At::Blobs, Fault::Cut(MIB)));
    assert!(why.contains("broke off"), "{why}");
}

fn a_large_blob_that_is_cut_goes_on_where_it_was() {
    let day = faults(&[Fault::Cut(9 * MIB), Fault::Cut(21 * MIB)]);
    recover("shop/large", &image(15, 40 * MIB + 5), day);
    let firsts: Vec<u64> = upstream()
        .seen("shop/large")
        .iter()
        .filter(|seen| seen.at == "blobs")
        .filter_map(|seen| {
            let range = seen.range.as_deref()?.strip_prefix("bytes=")?;
            range.split_once('-')?.0.parse().ok()
        })
        .collect();
    // What came before the second cut is kept: to the last MiB.
    let last = firsts.last().copied().unwrap_or_default();
    assert!((19 * 1024 * 1024..=21 * 1024 * 1024).contains(&last), "{firsts:?}");
}

fn a_source_without_ranges_is_asked_for_all_of_it_again() {
    let twice = || faults(&[Fault::Cut(9 * MIB), Fault::Cut(9 * MIB)]);
    let day = Day { rangeless: true, ..twice() };
    recover("shop/rangeless", &image(24, 20 * MIB), day);
    let day = Day { rangeless: true, unmeasured: true, ..twice() };
    recover("shop/rangeless-unmeasured", &image(25, 20 * MIB), day);
}

fn a_blob_that_says_nothing_more_is_fetched_again() {
    recover("shop/stalling", &image(26, 3 * MIB), faults(&[Fault::Stall(MIB)]));
}

fn other_bytes_once_are_fetched_again() {
    recover("shop/other", &image(16, MIB), faults(&[Fault::Other]));
}

fn other_bytes_for_ever_are_never_here() {
    let why = give_up("shop/liar", &image(17, MIB), always(At::Blobs, Fault::Other));
    assert!(why.contains("other bytes"), "{why}");
}

fn a_manifest_with_other_bytes_is_never_here() {
    let why = give_up("shop/forger", &index(18), always(At::Children, Fault::Other));
    assert!(why.contains("other bytes"), "{why}");
}

fn a_source_that_hangs_is_asked_again() {
    recover("shop/hanging", &image(19, MIB), faults(&[Fault::Hang]));
}

fn a_manifest_that_fails_is_read_again() {
    recover("shop/stumbling", &index(20), Day::with([Wrong::once(At::Manifests, FAILING)]));
    let why = give_up("shop/falling", &index(21), always(At::Manifests, FAILING));
    assert!(why.contains("status 500") && why.contains("5 tries"), "{why}");
    assert!(!why.contains("secret"), "the words of a stranger: {why}");
}

fn what_the_source_does_not_have_is_said_at_once() {
    let mut goods = image(22, MIB);
    upstream().sell("shop/sparse", &goods, Day::default());
    let why = failure(&order("shop/sparse:2", &Repository::fresh("import").name));
    assert!(why.contains("does not have it"), "{why}");
    goods.blobs.clear();
    let why = give_up("shop/empty", &goods, Day::default());
    assert!(why.contains("does not have it"), "{why}");
    assert!(!why.contains("tries"), "{why}");
}

fn a_manifest_that_is_too_long_is_refused() {
    for unmeasured in [false, true] {
        let mut goods = image(23, 100);
        if let Some((_, document)) = goods.manifests.get_mut("1") {
            document.resize(4 * MIB + 1, b' ');
        }
        let name = format!("shop/long-{unmeasured}");
        let why = give_up(&name, &goods, Day { unmeasured, ..Day::default() });
        assert!(why.contains("more bytes than"), "{why}");
    }
}
