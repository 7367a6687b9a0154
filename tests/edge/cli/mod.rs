//! `roadstead`, the project's own client: from every source, over every line, and compared to the
//! bit with what comes back.

mod archive;
mod engine;
mod layout;
mod line;
mod login;
mod scan;

use libtest_mimic::Trial;

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let claims = [
        layout::claims(),
        archive::claims(),
        engine::claims(),
        line::claims(),
        login::claims(),
        scan::claims(),
    ];
    claims.into_iter().flatten().collect()
}
