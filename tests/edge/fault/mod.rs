//! What remains when something breaks: connections cut anywhere in a push, the runtime killed in
//! the middle of one, and clients that lie. What was answered with 201 is there for good; of what
//! was refused or broke off, nobody sees anything, and in the end nothing is kept.
//!
//! All of it happens to an edge of its own, which is killed again and again.

mod crash;
mod cut;
mod edge;
mod ledger;
mod lie;
mod rest;
mod resume;

use libtest_mimic::Trial;

pub(crate) use edge::{is_running, stop};

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    [cut::claims(), lie::claims(), crash::claims()].into_iter().flatten().collect()
}

/// Claims about what all the others left behind.
pub(crate) fn after() -> Vec<Trial> {
    rest::claims()
}
