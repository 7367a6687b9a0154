//! Other registries behind this one: what is fetched once, kept, given out when they are gone, and
//! let go of when there is too much of it; that no client ever gets a wrong byte, whatever they do.
//!
//! All of it on an edge of its own, with a rule for each registry that a claim closes or spoils: how
//! one of them is must not change what another claim sees.

mod at_once;
mod budget;
mod cases;
mod clients;
mod crash;
mod edge;
mod fill;
mod fresh;
mod granted;
mod ledger;
mod limits;
mod names;
mod published;
mod pull;
mod removed;
mod through;

use libtest_mimic::Trial;
use roadstead_tests::claims;

pub(crate) use edge::is_running;

/// Ends what any claim had asked for.
pub(crate) fn stop() {
    edge::stop();
    ledger::stop();
    names::stop();
    removed::stop();
}

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let rooms = [
        clients::claims(),
        cases::claims(),
        at_once::claims(),
        fill::claims(),
        fresh::claims(),
        through::claims(),
        limits::claims(),
        budget::claims(),
        crash::claims(),
        ledger::claims(),
        names::claims(),
        published::claims(),
        granted::claims(),
        removed::claims(),
    ];
    rooms.into_iter().flatten().collect()
}

/// Claims about what all the others left behind.
pub(crate) fn after() -> Vec<Trial> {
    claims![no_worker_came_down_behind_a_registry, no_failure_of_a_registry_was_taken_for_our_own]
}

fn no_worker_came_down_behind_a_registry() {
    let collapses = edge::edge().collapses();
    assert!(collapses.is_empty(), "{collapses:#?}");
}

/// Registries that fail are answered for with 502 and 503.
fn no_failure_of_a_registry_was_taken_for_our_own() {
    let mut failures = edge::edge().failures();
    failures.retain(|line| !line.contains("\"status\":502") && !line.contains("\"status\":503"));
    assert!(failures.is_empty(), "{failures:#?}");
}
