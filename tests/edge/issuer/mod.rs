//! Identity providers: signing in with them, and jobs that publish for the tokens that they sign.
//!
//! The provider that people sign in with is a real one. What no real one does, and the issuers of
//! jobs, which nobody has at home, are issuers of the tests' own, with keys and signatures as real.

mod answer;
mod begun;
mod credential;
mod edge;
mod forgery;
mod job;
mod key;
mod rule;
mod sign_in;
mod trade;

use libtest_mimic::Trial;
use roadstead_tests::claim::without;
use roadstead_tests::client::provider;

pub(crate) use edge::{after, is_running, stop};

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let missing: Vec<&str> = provider::missing().into_iter().collect();
    let rooms = [
        without(&missing, sign_in::claims()),
        forgery::claims(),
        answer::claims(),
        rule::claims(),
        trade::claims(),
        credential::claims(),
        key::claims(),
    ];
    rooms.into_iter().flatten().collect()
}
