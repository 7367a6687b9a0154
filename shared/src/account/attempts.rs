//! How often something may be tried, such as a password: a count for each who tries, and one for all
//! of them together. Pure: the clock is passed in.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long who has succeeded is not held up by what others try, in ms: 30 days.
const KNOWN_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// How many of those are remembered.
const MAX_KNOWN: usize = 20;
/// How many are counted apart; who comes then is counted with all others only.
const MAX_APART: usize = 1_000;

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// How often for each who tries.
    pub each: u32,
    /// How often for all together.
    pub all: u32,
    /// In which time, in ms.
    pub window_ms: u64,
}

/// It may not be tried for so many ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// How long.
    pub ms: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Window {
    ends_ms: u64,
    count: u32,
}

impl Window {
    fn left_ms(self, most: u32, now_ms: u64) -> Option<u64> {
        (self.count >= most && self.ends_ms > now_ms).then(|| self.ends_ms - now_ms)
    }

    fn count(&mut self, limit: Limit, now_ms: u64) {
        if self.ends_ms <= now_ms {
            *self = Self { ends_ms: now_ms.saturating_add(limit.window_ms), count: 0 };
        }
        self.count += 1;
    }
}

/// What was tried lately.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    all: Window,
    each: BTreeMap<String, Window>,
    /// Who has succeeded, and until when that counts.
    known: BTreeMap<String, u64>,
}

impl Attempts {
    /// Counts an attempt of `who`, or of nobody in particular, unless there were too many. It is counted before its outcome is
    /// known: of many at once none slips through.
    pub fn attempt(&mut self, who: Option<&str>, limit: Limit, now_ms: u64) -> Result<(), Wait> {
        self.forget(now_ms);
        let own = who.and_then(|who| self.each.get(who)?.left_ms(limit.each, now_ms));
        // Somebody who guesses from elsewhere must not keep out who has the password.
        let all = self.all.left_ms(limit.all, now_ms).filter(|_| !self.is_known(who));
        if let Some(ms) = own.max(all) {
            return Err(Wait { ms });
        }
        self.all.count(limit, now_ms);
        let is_room = self.each.len() < MAX_APART;
        if let Some(who) = who.filter(|who| is_room || self.each.contains_key(*who)) {
            self.each.entry(who.to_owned()).or_default().count(limit, now_ms);
        }
        Ok(())
    }

    fn is_known(&self, who: Option<&str>) -> bool {
        who.is_some_and(|who| self.known.contains_key(who))
    }

    /// The attempt of `who` succeeded: it does not count, nor do its failures before it.
    pub fn succeeded(&mut self, who: Option<&str>, now_ms: u64) {
        self.all.count = self.all.count.saturating_sub(1);
        let Some(who) = who else { return };
        self.each.remove(who);
        if self.known.len() >= MAX_KNOWN && !self.known.contains_key(who) {
            let oldest = self.known.iter().min_by_key(|(_, until_ms)| **until_ms);
            if let Some(oldest) = oldest.map(|(who, _)| who.clone()) {
                self.known.remove(&oldest);
            }
        }
        self.known.insert(who.to_owned(), now_ms.saturating_add(KNOWN_MS));
    }

    /// Forgets what is over; when the next of the rest is, if there is any.
    pub fn forget(&mut self, now_ms: u64) -> Option<u64> {
        self.each.retain(|_, window| window.ends_ms > now_ms);
        self.known.retain(|_, until_ms| *until_ms > now_ms);
        if self.all.ends_ms <= now_ms {
            self.all = Window::default();
        }
        let ends = self.each.values().map(|window| window.ends_ms);
        let all = (self.all.ends_ms > 0).then_some(self.all.ends_ms);
        ends.chain(all).chain(self.known.values().copied()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { each: 3, all: 5, window_ms: 1_000 };

    fn tries(attempts: &mut Attempts, who: &str, times: usize, now_ms: u64) -> usize {
        (0..times).filter(|_| attempts.attempt(Some(who), LIMIT, now_ms).is_ok()).count()
    }

    #[test]
    fn each_has_so_many_and_all_together_so_many() {
        let mut attempts = Attempts::default();
        assert_eq!(tries(&mut attempts, "a", 9, 0), 3);
        assert_eq!(attempts.attempt(Some("a"), LIMIT, 400), Err(Wait { ms: 600 }));
        assert_eq!(tries(&mut attempts, "b", 9, 100), 2, "five for all");
        assert_eq!(tries(&mut attempts, "c", 9, 999), 0);
        assert_eq!(tries(&mut attempts, "c", 9, 1_000), 3, "a new time begins");
    }

    #[test]
    fn who_has_succeeded_is_not_kept_out_by_others() {
        let mut attempts = Attempts::default();
        attempts.attempt(Some("owner"), LIMIT, 0).unwrap();
        attempts.succeeded(Some("owner"), 0);
        assert_eq!(tries(&mut attempts, "a", 9, 1) + tries(&mut attempts, "b", 9, 1), 5);
        assert!(attempts.attempt(Some("stranger"), LIMIT, 2).is_err());
        assert_eq!(tries(&mut attempts, "owner", 9, 2), 3, "but guesses no more than anybody");
        assert!(attempts.attempt(Some("owner"), LIMIT, KNOWN_MS).is_ok());
    }

    #[test]
    fn a_success_takes_back_what_failed_before_it() {
        let mut attempts = Attempts::default();
        for round in 0..50 {
            assert_eq!(tries(&mut attempts, "a", 2, round), 2, "{round}");
            attempts.succeeded(Some("a"), round);
            attempts.all = Window::default();
        }
    }

    #[test]
    fn nobody_in_particular_is_counted_with_all_and_never_known() {
        let mut attempts = Attempts::default();
        for _ in 0..5 {
            attempts.attempt(None, LIMIT, 0).unwrap();
        }
        assert!(attempts.attempt(None, LIMIT, 0).is_err());
        attempts.succeeded(None, 0);
        assert!(attempts.attempt(None, LIMIT, 0).is_ok(), "one was right");
        assert!(attempts.attempt(None, LIMIT, 0).is_err());
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut attempts = Attempts::default();
        assert_eq!(attempts.forget(0), None);
        attempts.attempt(Some("a"), LIMIT, 0).unwrap();
        assert_eq!(attempts.forget(10), Some(1_000));
        assert_eq!(attempts.forget(1_000), None);
        assert_eq!(attempts, Attempts::default());
    }

    #[test]
    fn the_record_has_an_end() {
        let mut attempts = Attempts::default();
        let limit = Limit { all: u32::MAX, ..LIMIT };
        for number in 0..5_000 {
            let who = number.to_string();
            let _ = attempts.attempt(Some(&who), limit, 0);
            attempts.succeeded(Some(&who), number);
            let _ = attempts.attempt(Some(&who), limit, 0);
        }
        assert_eq!((attempts.each.len(), attempts.known.len()), (MAX_APART, MAX_KNOWN));
        assert!(attempts.known.contains_key("4999"));
    }
}
