//! People: how accounts begin and end, what they may publish, the tokens that they make, what the
//! operator decides about them.
//!
//! All of it on edges of its own: attempts to sign in are counted by address.

mod closed;
mod docker;
mod form;
mod limit;
mod namespace;
mod operator;
mod renaming;
mod rotation;
mod session;
mod sign_up;
mod token;

use libtest_mimic::Trial;
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack::Stack;
use std::sync::atomic::{AtomicUsize, Ordering};

static EDGE: OwnStack = OwnStack::new("accounts");

/// The edge, running.
fn edge() -> &'static Stack {
    EDGE.get()
}

/// A name that nobody has had.
fn fresh(word: &str) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("{word}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Ends what any claim had asked for.
pub(crate) fn stop() {
    EDGE.stop();
    closed::stop();
    limit::stop();
    renaming::stop();
    rotation::stop();
}

/// The claims of this room.
pub(crate) fn claims() -> Vec<Trial> {
    let rooms = [
        sign_up::claims(),
        session::claims(),
        form::claims(),
        token::claims(),
        namespace::claims(),
        operator::claims(),
        docker::claims(),
        closed::claims(),
        limit::claims(),
        renaming::claims(),
        rotation::claims(),
    ];
    rooms.into_iter().flatten().collect()
}
