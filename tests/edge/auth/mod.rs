//! Tokens, and who may do what with them. distribution-spec 1.1 leaves this to Docker's token
//! specification and RFC 6750; the clients' own demands are what is claimed here.

mod anonymous_coverage;
mod challenge;
mod forgery;
mod token;

use libtest_mimic::Trial;

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let rooms = [
        anonymous_coverage::claims(),
        anonymous_coverage::forged::claims(),
        challenge::claims(),
        forgery::claims(),
        token::claims(),
    ];
    rooms.into_iter().flatten().collect()
}
