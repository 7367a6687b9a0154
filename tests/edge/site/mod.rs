//! The pages in a real browser: with JavaScript off, with it on, and how they look.

mod hydrated;
mod look;
mod plain;

use libtest_mimic::Trial;

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    [hydrated::claims(), look::claims(), plain::claims()].into_iter().flatten().collect()
}
