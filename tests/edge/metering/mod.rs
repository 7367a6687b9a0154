//! What is counted, who is refused and who is not, on an edge whose tiers are a few megabytes.

mod clients;
mod counting;
mod edge;
mod hour;
mod networks;
mod refusing;
mod together;
mod usage;

pub(crate) use edge::{after, is_running};

use libtest_mimic::Trial;

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let claims = [
        counting::claims(),
        refusing::claims(),
        together::claims(),
        usage::claims(),
        networks::claims(),
        hour::claims(),
        clients::claims(),
    ];
    claims.into_iter().flatten().collect()
}

/// Ends the edges that any claim had asked for.
pub(crate) fn stop() {
    edge::stop();
    hour::stop();
}
