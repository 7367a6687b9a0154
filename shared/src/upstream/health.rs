//! How a registry is: when it is left alone, and when it is tried again. After a failure it rests,
//! each time twice as long; then one request is let through, and what comes of it decides.

use serde::{Deserialize, Serialize};

/// The first rest, in ms; each further one is twice as long.
const FIRST_MS: u64 = 1_000;

/// The longest rest, in ms, also where a registry asks for more: a client is never refused for longer
/// by what was heard once.
pub const MAX_MS: u64 = 30_000;

/// After how long another request is let through where nothing was heard of the last one, in ms.
const PROBE_MS: u64 = 30_000;

/// How soon it is worth asking again while one request is being tried, in ms.
const SOON_MS: u64 = 1_000;

/// What a registry answered, as far as it says how the registry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answered {
    /// It answered, be it that there is nothing of the kind.
    Well {
        /// How many bytes it sent.
        bytes: u64,
        /// `ratelimit-remaining`, where it says so.
        remaining: Option<u64>,
    },
    /// It refuses what it was shown. 401, 403.
    Refused,
    /// It wants to be left alone, or fails: 429, 5xx, a timeout, no connection.
    Failing {
        /// The status; `None` where there was no answer.
        status: Option<u16>,
        /// `Retry-After` in seconds.
        retry_after_s: Option<u64>,
    },
    /// It sent something that is not what it said.
    Lied,
}

/// How a registry is, as far as one object knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// How often it failed in a row.
    failed: u32,
    /// Until when it rests, ms UTC.
    until_ms: u64,
    /// Until when it asked to be left alone, ms UTC, however long that is.
    asked_until_ms: u64,
    /// Since when one request is being tried.
    probe_ms: Option<u64>,
    /// What it said last of how often it may still be asked for a manifest.
    pub remaining: Option<u64>,
    /// Until when it is asked for none, since none remains, ms UTC.
    empty_until_ms: u64,
    /// What is wrong with it.
    trouble: Option<Trouble>,
}

/// What is wrong with a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It fails, with this status or without an answer.
    Failing(Option<u16>),
    /// It refuses what it is shown.
    Refused,
    /// It sent something that is not what it said.
    Lied,
}

impl Health {
    /// May it be asked now? Otherwise: after how many ms it is worth asking again. Where its rest is
    /// over, who asks is the one that tries.
    pub fn ask(&mut self, now_ms: u64) -> Result<(), u64> {
        if let Some(rest_ms) = self.until_ms.checked_sub(now_ms).filter(|rest_ms| *rest_ms > 0) {
            return Err(rest_ms);
        }
        if self.failed == 0 {
            return Ok(());
        }
        let is_tried = |since_ms: u64| now_ms < since_ms.saturating_add(PROBE_MS);
        if self.probe_ms.is_some_and(is_tried) {
            return Err(SOON_MS);
        }
        self.probe_ms = Some(now_ms);
        Ok(())
    }

    /// Takes note of what it answered.
    pub fn said(&mut self, answer: Answered, now_ms: u64) {
        match answer {
            Answered::Well { remaining, .. } => {
                self.remaining = remaining.or(self.remaining);
                // The next manifest would be refused. For how long, it did not say.
                match remaining {
                    Some(0) => self.empty_until_ms = now_ms.saturating_add(MAX_MS),
                    Some(_) => self.empty_until_ms = 0,
                    None => {}
                }
                // What was under way when it asked for a rest does not end it.
                if now_ms >= self.until_ms {
                    self.recover();
                    self.trouble = None;
                }
            }
            // It answers. That it refuses may be about one repository only.
            Answered::Refused => {
                if now_ms >= self.until_ms {
                    self.recover();
                }
                self.trouble = Some(Trouble::Refused);
            }
            Answered::Failing { status, retry_after_s } => {
                self.fails(retry_after_s, now_ms);
                self.trouble = Some(Trouble::Failing(status));
            }
            // One lie is about one object; who was tried and lied is not well yet.
            Answered::Lied => {
                if self.failed > 0 {
                    self.fails(None, now_ms);
                }
                self.trouble = Some(Trouble::Lied);
            }
        }
    }

    /// For how many ms it is asked for no manifest that it counts; `None`: it is.
    pub fn empty_ms(&self, now_ms: u64) -> Option<u64> {
        self.empty_until_ms.checked_sub(now_ms).filter(|rest_ms| *rest_ms > 0)
    }

    /// Whether nothing is known but that it answers.
    pub fn is_well(&self) -> bool {
        self.failed == 0
    }

    fn recover(&mut self) {
        (self.failed, self.until_ms, self.asked_until_ms, self.probe_ms) = (0, 0, 0, None);
    }

    fn fails(&mut self, retry_after_s: Option<u64>, now_ms: u64) {
        // Requests that were under way together fail together: that is one failure.
        if now_ms >= self.until_ms {
            self.failed = self.failed.saturating_add(1);
            let doublings = self.failed.saturating_sub(1).min(16);
            self.until_ms = now_ms.saturating_add((FIRST_MS << doublings).min(MAX_MS));
        }
        let asked_ms = retry_after_s.unwrap_or_default().saturating_mul(1_000);
        self.until_ms = self.until_ms.max(now_ms.saturating_add(asked_ms.min(MAX_MS)));
        self.asked_until_ms = self.asked_until_ms.max(now_ms.saturating_add(asked_ms));
        self.probe_ms = None;
    }

    /// Until when it is not asked, ms UTC; `None`: it is.
    pub fn resting_until_ms(&self, now_ms: u64) -> Option<u64> {
        Some(self.until_ms).filter(|until_ms| *until_ms > now_ms)
    }

    /// For how many seconds more it asked to be left alone; 0: it did not, or they are over.
    pub fn asked_for_s(&self, now_ms: u64) -> u64 {
        self.asked_until_ms.saturating_sub(now_ms).div_ceil(1_000)
    }

    /// What is wrong with it.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: Answered = Answered::Well { bytes: 1, remaining: None };

    fn failing(retry_after_s: Option<u64>) -> Answered {
        Answered::Failing { status: Some(503), retry_after_s }
    }

    #[test]
    fn rests_are_twice_as_long_each_time_and_never_longer_than_30_seconds() {
        let (mut health, mut now_ms, mut rests) = (Health::default(), 1_000_000, Vec::new());
        for _ in 0..8 {
            assert_eq!(health.ask(now_ms), Ok(()));
            health.said(failing(None), now_ms);
            let rest_ms = health.ask(now_ms).unwrap_err();
            assert_eq!(health.ask(now_ms + rest_ms - 1), Err(1));
            rests.push(rest_ms);
            now_ms += rest_ms;
        }
        assert_eq!(rests, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn after_a_rest_one_is_let_through_and_what_it_hears_decides() {
        let mut health = Health::default();
        health.said(failing(None), 0);
        assert_eq!(health.ask(1_000), Ok(()));
        assert_eq!(health.ask(1_000), Err(SOON_MS));
        health.said(WELL, 1_200);
        assert_eq!((health.ask(1_200), health.ask(1_200)), (Ok(()), Ok(())));
        assert_eq!(health.trouble(), None);
        // The next failure begins anew.
        health.said(failing(None), 2_000);
        assert_eq!(health.ask(2_000), Err(1_000));
    }

    #[test]
    fn a_try_of_which_nothing_is_heard_is_followed_by_another() {
        let mut health = Health::default();
        health.said(failing(None), 0);
        assert_eq!(health.ask(1_000), Ok(()));
        assert_eq!(health.ask(1_000 + PROBE_MS - 1), Err(SOON_MS));
        assert_eq!(health.ask(1_000 + PROBE_MS), Ok(()));
    }

    #[test]
    fn those_that_fail_together_fail_once() {
        let mut health = Health::default();
        (0..50).for_each(|ms| health.said(failing(None), ms));
        assert_eq!(health.ask(100), Err(900));
    }

    #[test]
    fn what_it_asks_for_is_obeyed_up_to_30_seconds_and_remembered_beyond() {
        let mut health = Health::default();
        health.said(failing(Some(7)), 0);
        assert_eq!(health.ask(0), Err(7_000));
        health.said(failing(Some(u64::MAX)), 0);
        assert_eq!(health.ask(0), Err(MAX_MS));
        assert!(health.asked_for_s(0) > 1_000_000);
        // A blob that was under way comes to its end: that says nothing of the rest.
        health.said(WELL, 1);
        assert_eq!(health.ask(1), Err(MAX_MS - 1));
        health.said(WELL, MAX_MS);
        assert_eq!((health.ask(MAX_MS), health.asked_for_s(MAX_MS)), (Ok(()), 0));
    }

    #[test]
    fn a_refusal_and_a_lie_are_no_rest() {
        for answer in [Answered::Refused, Answered::Lied] {
            let mut health = Health::default();
            health.said(answer, 0);
            assert_eq!(health.ask(0), Ok(()), "{answer:?}");
            assert!(health.trouble().is_some());
        }
        let mut health = Health::default();
        health.said(failing(None), 0);
        assert_eq!(health.ask(1_000), Ok(()));
        health.said(Answered::Lied, 1_000);
        assert_eq!(health.ask(1_000), Err(2_000));
    }

    #[test]
    fn nothing_remaining_is_a_rest_for_what_is_counted() {
        let mut health = Health::default();
        health.said(Answered::Well { bytes: 0, remaining: Some(1) }, 0);
        assert_eq!(health.ask(0), Ok(()));
        health.said(Answered::Well { bytes: 0, remaining: Some(0) }, 0);
        assert_eq!((health.ask(0), health.remaining), (Ok(()), Some(0)));
        assert_eq!((health.empty_ms(0), health.empty_ms(MAX_MS)), (Some(MAX_MS), None));
        health.said(Answered::Well { bytes: 0, remaining: None }, 1);
        assert_eq!(health.empty_ms(1), Some(MAX_MS - 1));
        health.said(Answered::Well { bytes: 0, remaining: Some(5) }, 2);
        assert_eq!(health.empty_ms(2), None);
    }

    /// Whatever is said in whatever order: nobody is told to wait for longer than the bound, and
    /// somebody is let through by then.
    #[test]
    fn nobody_waits_for_longer_than_the_bound() {
        let mut random = 7_u64;
        let mut next = move |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040);
            (random >> 33) % below
        };
        let (mut health, mut now_ms) = (Health::default(), 0);
        let mut let_through_ms = 0;
        for _ in 0..100_000 {
            now_ms += next(2_000);
            match next(9) {
                0 => health.said(failing(Some(next(100))), now_ms),
                1 => health.said(failing(None), now_ms),
                2 => health.said(Answered::Lied, now_ms),
                3 if next(50) == 0 => health.said(WELL, now_ms),
                4 if next(50) == 0 => {
                    health.said(Answered::Well { bytes: 0, remaining: Some(0) }, now_ms);
                }
                _ => match health.ask(now_ms) {
                    Ok(()) => let_through_ms = now_ms,
                    Err(wait_ms) => assert!((1..=MAX_MS).contains(&wait_ms), "{wait_ms}"),
                },
            }
        }
        assert!(let_through_ms > 0);
    }
}
