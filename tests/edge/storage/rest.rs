//! What the others left behind.

use super::edge::edge;
use libtest_mimic::Trial;
use roadstead_tests::claims;

pub(super) fn claims() -> Vec<Trial> {
    claims![nothing_went_wrong_meanwhile]
}

fn nothing_went_wrong_meanwhile() {
    let wrong = [edge().collapses(), edge().failures()].concat();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
