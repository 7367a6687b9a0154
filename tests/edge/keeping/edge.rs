//! The edge that is swept.

use roadstead_tests::client::api::Api;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack::Stack;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static EDGE: OwnStack = OwnStack::new("keeping");
/// One claim at a time: a sweep is for all repositories.
static TURN: Mutex<()> = Mutex::new(());

/// The edge, running.
pub(super) fn edge() -> &'static Stack {
    EDGE.get()
}

/// Whether any claim has asked for it and got it.
pub(crate) fn is_running() -> bool {
    EDGE.is_running()
}

/// Ends it, if any claim had asked for it.
pub(crate) fn stop() {
    EDGE.stop();
}

/// The right to use it.
pub(super) fn alone() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Its own API.
pub(super) fn api() -> Api {
    Api::of(edge())
}

/// A repository that nobody has used, with every right.
pub(super) fn fresh(word: &str) -> Repository {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let repository = Repository::as_operator(&format!("keeping/{word}-{count}"));
    repository.on(edge()).with("pull,push,delete")
}

/// The path of a repository in the edge's own API.
pub(super) fn path(repository: &Repository) -> String {
    format!("repositories/{}", repository.name)
}
