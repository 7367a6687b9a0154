//! Waiting for a change within one object.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Counts changes, and wakes who waits for the next one.
#[derive(Default)]
pub(super) struct Changed {
    count: Cell<u64>,
    waiting: RefCell<Vec<Waker>>,
}

impl Changed {
    /// How many changes there have been.
    pub(super) fn count(&self) -> u64 {
        self.count.get()
    }

    /// There is one more.
    pub(super) fn note(&self) {
        self.count.set(self.count.get().wrapping_add(1));
        for waker in self.waiting.take() {
            waker.wake();
        }
    }

    /// Waits until there have been others than the `seen` first ones.
    pub(super) async fn after(&self, seen: u64) {
        poll_fn(|context| {
            if self.count.get() != seen {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
