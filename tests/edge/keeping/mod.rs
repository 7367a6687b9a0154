//! What is kept: what people decide about a repository, what they delete and take back, and what
//! is collected because nobody names it any more. And that the index for people is made anew from
//! the bucket, which nothing else is needed for.
//!
//! All of it on an edge of its own: a sweep without grace takes what others have just begun.

mod collecting;
mod edge;
mod image;
mod immutable;
mod index;
mod odd;
mod racing;
mod rest;
mod restoring;
mod settings;

use libtest_mimic::Trial;

pub(crate) use edge::{is_running, stop};

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let rooms = [
        settings::claims(),
        immutable::claims(),
        restoring::claims(),
        collecting::claims(),
        racing::claims(),
        index::claims(),
        odd::claims(),
    ];
    rooms.into_iter().flatten().collect()
}

/// Claims about what all the others left behind.
pub(crate) fn after() -> Vec<Trial> {
    rest::claims()
}
