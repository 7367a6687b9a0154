//! What is left when all faults have happened: everything that was promised, and nothing else.

use super::edge::{alone, cases, edge};
use super::ledger;
use libtest_mimic::Trial;
use roadstead_tests::bucket::Bucket;
use roadstead_tests::claims;
use roadstead_tests::sweep::sweep;

pub(super) fn claims() -> Vec<Trial> {
    claims![nothing_that_was_promised_is_lost_and_nothing_abandoned_is_kept]
}

fn nothing_that_was_promised_is_lost_and_nothing_abandoned_is_kept() {
    let _alone = alone();
    sweep(edge());
    let kept = ledger::read_all();
    println!("{} faults: all {kept} promises were kept", cases());
    edge().stop();
    let bucket = Bucket::of(edge());
    let (found, in_use) = (bucket.below("slices/"), bucket.slices_in_use());
    let abandoned: Vec<_> = found.difference(&in_use).collect();
    let missing: Vec<_> = in_use.difference(&found).collect();
    assert!(missing.is_empty(), "bodies without their slices: {missing:#?}");
    assert!(abandoned.is_empty(), "{} slices of no body: {abandoned:#?}", abandoned.len());
    println!("{} faults: nothing was lost, nothing abandoned was kept", cases());
}
