//! A person's life with an account, in a real browser: with JavaScript off and with it on, on an
//! edge of its own.

mod life;
mod look;
mod operator;
mod person;
mod plain;

use libtest_mimic::Trial;
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack::Stack;

static EDGE: OwnStack = OwnStack::new("people");

/// The edge, running.
fn edge() -> &'static Stack {
    EDGE.get()
}

/// Ends it, if any claim had asked for it.
pub(crate) fn stop() {
    EDGE.stop();
}

pub(super) fn claims() -> Vec<Trial> {
    let rooms = [plain::claims(), life::claims(), operator::claims(), look::claims()];
    rooms.into_iter().flatten().collect()
}
