//! The large buffers that all uploads and fills of an isolate share. An upload waits for one in the order in
//! which they came, and gives it back after each slice if another one waits, so that no slow client
//! keeps the others from moving.
//!
//! Nobody is woken: a request must not be continued from within another one, so each looks for
//! itself. And nobody is trusted to give back: the runtime drops a request whose client is gone
//! without a word, so a place that is not used for a while is free again.

use super::Error;
use crate::clock;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;
use worker::Delay;

/// How much all buffers of an isolate have together, in MiB, of its 128.
const ALL_MIB: u32 = 48;
/// How often an upload looks whether it is its turn.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How long an upload waits at most. Its client sees a connection that takes no more bytes for a
/// while, as it would from a busy disk.
const MAX_WAIT: Duration = Duration::from_mins(10);
/// When who waits and does not look any more is forgotten, in ms.
const GONE_MS: u64 = 5_000;
/// When a place that is not used any more is free again, in ms: longer than any single read or
/// write of a slice may take.
const DEAD_MS: u64 = 180_000;

/// Who has or wants a place, and when it was last heard of, ms UTC.
#[derive(Clone, Copy)]
struct Guest {
    id: u64,
    mib: u32,
    seen_ms: u64,
}

#[derive(Default)]
struct Pool {
    next: u64,
    inside: Vec<Guest>,
    waiting: VecDeque<Guest>,
}

thread_local! {
    static POOL: RefCell<Pool> = RefCell::default();
}

impl Pool {
    fn queue(&mut self, mib: u32, now_ms: u64) -> u64 {
        self.next += 1;
        self.waiting.push_back(Guest { id: self.next, mib: mib.min(ALL_MIB), seen_ms: now_ms });
        self.next
    }

    /// Whether it is the turn of `id`, which then is inside.
    fn enter(&mut self, id: u64, now_ms: u64) -> bool {
        for guest in self.waiting.iter_mut().filter(|guest| guest.id == id) {
            guest.seen_ms = now_ms;
        }
        self.waiting.retain(|guest| now_ms.saturating_sub(guest.seen_ms) < GONE_MS);
        self.inside.retain(|guest| now_ms.saturating_sub(guest.seen_ms) < DEAD_MS);
        let taken: u32 = self.inside.iter().map(|guest| guest.mib).sum();
        let fits = |guest: &mut Guest| guest.id == id && taken + guest.mib <= ALL_MIB;
        match self.waiting.front_mut().map(fits) {
            Some(true) => self.inside.extend(self.waiting.pop_front()),
            Some(false) | None => return false,
        }
        true
    }

    fn touch(&mut self, id: u64, now_ms: u64) {
        for guest in self.inside.iter_mut().filter(|guest| guest.id == id) {
            guest.seen_ms = now_ms;
        }
    }

    fn leave(&mut self, id: u64) {
        self.inside.retain(|guest| guest.id != id);
        self.waiting.retain(|guest| guest.id != id);
    }
}

/// A place in the pool, or in the queue for one; given back when it is dropped.
pub(super) struct Permit(u64);

impl Permit {
    /// Waits for a buffer of so many MiB.
    pub(super) async fn take(mib: u32) -> Result<Self, Error> {
        let permit = Self(POOL.with_borrow_mut(|pool| pool.queue(mib, clock::now_ms())));
        let tries = MAX_WAIT.as_millis() / LOOK_AGAIN.as_millis();
        for _ in 0..tries {
            if POOL.with_borrow_mut(|pool| pool.enter(permit.0, clock::now_ms())) {
                return Ok(permit);
            }
            Delay::from(LOOK_AGAIN).await;
        }
        Err(Error::Busy)
    }

    /// Says that the place is in use.
    pub(super) fn touch(&self) {
        POOL.with_borrow_mut(|pool| pool.touch(self.0, clock::now_ms()));
    }

    /// Whether somebody else waits for a place.
    pub(super) fn is_wanted() -> bool {
        POOL.with_borrow(|pool| !pool.waiting.is_empty())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        POOL.with_borrow_mut(|pool| pool.leave(self.0));
    }
}

/// How many buffers are in use, and how many uploads wait for one.
pub(super) fn usage() -> (usize, usize) {
    POOL.with_borrow(|pool| (pool.inside.len(), pool.waiting.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_in_the_order_of_the_queue() {
        let mut pool = Pool::default();
        let ids: Vec<u64> = (0..5).map(|_| pool.queue(16, 0)).collect();
        assert!(!pool.enter(ids[1], 1), "not before who came first");
        assert!(ids[..3].iter().all(|id| pool.enter(*id, 1)));
        assert!(!pool.enter(ids[3], 1), "all places are taken");
        pool.leave(ids[0]);
        assert!(!pool.enter(ids[4], 1));
        assert!(pool.enter(ids[3], 1));
    }

    #[test]
    fn who_is_gone_without_a_word_holds_up_nobody() {
        let mut pool = Pool::default();
        let ids: Vec<u64> = (0..5).map(|_| pool.queue(16, 0)).collect();
        assert!(ids[..3].iter().all(|id| pool.enter(*id, 0)));
        pool.leave(ids[0]);
        // The fourth never looks again.
        assert!(!pool.enter(ids[4], GONE_MS - 1));
        assert!(pool.enter(ids[4], GONE_MS));
        let late = pool.queue(16, GONE_MS);
        pool.touch(ids[1], GONE_MS);
        assert!(!pool.enter(late, GONE_MS + 1));
        assert!(pool.queue(16, DEAD_MS) > late);
        assert_eq!(pool.inside.len(), 3);
        pool.waiting.clear();
        let last = pool.queue(16, DEAD_MS);
        assert!(pool.enter(last, DEAD_MS), "the third place was not used for too long");
    }
}
