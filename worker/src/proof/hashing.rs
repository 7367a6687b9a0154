//! Hashing a password takes the processor for as long as hundreds of pulls: one after another, with
//! time for others between two, and no more in the queue than can be waited for.
//!
//! Nobody is woken: a request must not be continued from within another one, so each looks for
//! itself whether it is its turn.

use super::password::{self, SALT_BYTES};
use crate::{clock, random};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;
use worker::Delay;

/// How many wait at most: who comes then is sent away.
const MOST: usize = 16;
/// How often each looks.
const LOOK_AGAIN: Duration = Duration::from_millis(15);
/// How often at most: half a minute.
const LOOKS: u32 = 2_000;
/// When who waits and does not look any more is forgotten, in ms: its client is gone. Who is there
/// after all, as a long hash kept it from looking, takes its place again.
const GONE_MS: u64 = 500;

/// Too many wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

#[derive(Default)]
struct Queue {
    next: u64,
    /// Tickets, and when each was last looked with, ms UTC.
    waiting: VecDeque<(u64, u64)>,
}

thread_local! {
    static QUEUE: RefCell<Queue> = RefCell::default();
}

impl Queue {
    fn join(&mut self, now_ms: u64) -> Result<u64, Busy> {
        self.waiting.retain(|(_, seen_ms)| now_ms.saturating_sub(*seen_ms) < GONE_MS);
        if self.waiting.len() >= MOST {
            return Err(Busy);
        }
        self.next += 1;
        self.waiting.push_back((self.next, now_ms));
        Ok(self.next)
    }

    /// Whether it is the turn of `ticket`, which then leaves the queue.
    fn is_turn(&mut self, ticket: u64, now_ms: u64) -> bool {
        match self.waiting.binary_search_by_key(&ticket, |(other, _)| *other) {
            Ok(at) => {
                if let Some((_, seen_ms)) = self.waiting.get_mut(at) {
                    *seen_ms = now_ms;
                }
            }
            Err(at) => self.waiting.insert(at, (ticket, now_ms)),
        }
        self.waiting.retain(|(_, seen_ms)| now_ms.saturating_sub(*seen_ms) < GONE_MS);
        let is_first = self.waiting.front().is_some_and(|(first, _)| *first == ticket);
        if is_first {
            self.waiting.pop_front();
        }
        is_first
    }
}

/// The hash of a password, as it rests.
pub async fn hash(password: &str) -> Result<String, Busy> {
    turn().await?;
    let salt: [u8; SALT_BYTES] = random::bytes();
    password::hash(password, &salt).ok_or(Busy)
}

/// Whether `password` is the one that rests as `stored`; without one it takes the same time.
pub async fn verify(password: &str, stored: Option<&str>) -> Result<bool, Busy> {
    turn().await?;
    Ok(password::verify(password, stored))
}

/// Waits for a turn. What is done then without waiting is done alone.
async fn turn() -> Result<(), Busy> {
    let ticket = QUEUE.with_borrow_mut(|queue| queue.join(clock::now_ms()))?;
    for _ in 0..LOOKS {
        if QUEUE.with_borrow_mut(|queue| queue.is_turn(ticket, clock::now_ms())) {
            return Ok(());
        }
        Delay::from(LOOK_AGAIN).await;
    }
    Err(Busy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_in_order_and_the_queue_ends() {
        let mut queue = Queue::default();
        let tickets: Vec<u64> = (0..MOST).map(|_| queue.join(0).unwrap()).collect();
        assert_eq!(queue.join(0), Err(Busy));
        assert!(!queue.is_turn(tickets[1], 1), "not before who came first");
        assert!(queue.is_turn(tickets[0], 1) && queue.is_turn(tickets[1], 1));
        assert!(queue.join(1).is_ok());
        // The others never look again.
        assert!(!queue.is_turn(tickets[5], GONE_MS - 1));
        assert!(queue.is_turn(tickets[5], GONE_MS), "who is gone holds up nobody");
        assert!(queue.is_turn(tickets[9], GONE_MS + 1), "who is there after all is not lost");
        assert!(queue.join(3 * GONE_MS).is_ok());
        assert_eq!(queue.waiting.len(), 1);
    }
}
