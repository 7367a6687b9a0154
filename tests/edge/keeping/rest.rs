//! What is left when everything was deleted that was to be.

use super::edge::{alone, edge};
use libtest_mimic::Trial;
use roadstead_tests::bucket::Bucket;
use roadstead_tests::claims;
use roadstead_tests::sweep::purge;

pub(super) fn claims() -> Vec<Trial> {
    claims![the_bucket_has_what_is_named_and_nothing_else, nothing_went_wrong_meanwhile]
}

fn the_bucket_has_what_is_named_and_nothing_else() {
    let _alone = alone();
    purge(edge());
    // What was given back in the first round may free something for the second.
    purge(edge());
    edge().stop();
    let bucket = Bucket::of(edge());
    let (found, in_use) = (bucket.below("slices/"), bucket.slices_in_use());
    assert_eq!(found.difference(&in_use).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(in_use.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new());
}

fn nothing_went_wrong_meanwhile() {
    let wrong = [edge().collapses(), edge().failures()].concat();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
