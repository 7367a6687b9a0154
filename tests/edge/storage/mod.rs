//! What namespaces may keep: every blob counted once, unfinished uploads too, and refused at each
//! step with a sentence that clients print. What the operator takes down, and repositories that are
//! deleted whole.
//!
//! All of it on an edge of its own with a small quota, which is also killed.

mod clients;
mod crash;
mod edge;
mod promise;
mod quota;
mod rest;
mod takedown;
mod whole;

use libtest_mimic::Trial;

pub(crate) use edge::{is_running, stop};

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let rooms = [
        quota::claims(),
        promise::claims(),
        clients::claims(),
        takedown::claims(),
        whole::claims(),
        crash::claims(),
    ];
    rooms.into_iter().flatten().collect()
}

/// Claims about what all the others left behind.
pub(crate) fn after() -> Vec<Trial> {
    rest::claims()
}
