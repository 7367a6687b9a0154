//! The pages in a real browser: with JavaScript off, with it on, and how they look.

mod account;
mod hydrated;
mod look;
mod plain;

pub(crate) use account::stop;

use libtest_mimic::Trial;

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let rooms = [hydrated::claims(), look::claims(), plain::claims(), account::claims()];
    rooms.into_iter().flatten().collect()
}
