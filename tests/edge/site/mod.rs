//! The pages in a real browser: with JavaScript off, with it on, and how they look.

mod account;
mod hydrated;
mod look;
mod moving;
mod plain;

use libtest_mimic::Trial;

/// Ends the edges of this room's own, as far as any claim had asked for them.
pub(crate) fn stop() {
    account::stop();
    moving::stop();
}

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let rooms =
        [hydrated::claims(), look::claims(), plain::claims(), moving::claims(), account::claims()];
    rooms.into_iter().flatten().collect()
}
