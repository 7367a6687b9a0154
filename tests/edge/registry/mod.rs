//! The registry's API by noun. distribution-spec 1.1, "Endpoints".

mod blob;
mod demo;
pub(crate) mod error;
mod hostile;
mod manifest;
mod memory;
mod range;
mod referrer;
mod tag;
mod upload;

use libtest_mimic::Trial;

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let rooms = [
        blob::claims(),
        demo::claims(),
        error::claims(),
        hostile::claims(),
        manifest::claims(),
        memory::claims(),
        range::claims(),
        referrer::claims(),
        tag::claims(),
        upload::claims(),
    ];
    rooms.into_iter().flatten().collect()
}
