//! What one stranger can cost: how many misses each subject has caused within the hour.

use std::collections::HashMap;

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// How many subjects are remembered.
const MAX_SUBJECTS: usize = 10_000;

/// The misses of an hour by subject.
#[derive(Clone, Debug, Default)]
pub struct Misses {
    hour: u64,
    counts: HashMap<String, u32>,
}

impl Misses {
    /// Counts a miss of `subject`, who may cause `limit` an hour. Otherwise: how many ms are left of
    /// the hour. Nobody in particular is never limited.
    pub fn count(&mut self, subject: &str, limit: Option<u32>, now_ms: u64) -> Result<(), u64> {
        let (Some(limit), false) = (limit, subject.is_empty()) else { return Ok(()) };
        let hour = now_ms / HOUR_MS;
        if hour != self.hour {
            self.counts.clear();
            self.hour = hour;
        }
        if let Some(count) = self.counts.get_mut(subject) {
            if *count >= limit {
                return Err((hour + 1) * HOUR_MS - now_ms);
            }
            *count += 1;
            return Ok(());
        }
        if limit == 0 {
            return Err((hour + 1) * HOUR_MS - now_ms);
        }
        if self.counts.len() >= MAX_SUBJECTS {
            self.forget_the_modest();
        }
        self.counts.insert(subject.to_owned(), 1);
        Ok(())
    }

    /// Makes room: who caused the fewest misses is the least to be worried about.
    fn forget_the_modest(&mut self) {
        let mut counts: Vec<u32> = self.counts.values().copied().collect();
        let middle = counts.len() / 2;
        let (_, median, _) = counts.select_nth_unstable(middle);
        let median = *median;
        self.counts.retain(|_, count| *count > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_has_its_number_an_hour_and_others_have_theirs() {
        let mut misses = Misses::default();
        for _ in 0..3 {
            assert_eq!(misses.count("a", Some(3), 10), Ok(()));
        }
        assert_eq!(misses.count("a", Some(3), 10), Err(HOUR_MS - 10));
        assert_eq!(misses.count("b", Some(3), 10), Ok(()));
        assert_eq!(misses.count("a", Some(3), HOUR_MS), Ok(()));
    }

    #[test]
    fn who_has_no_limit_or_no_name_is_not_limited() {
        let mut misses = Misses::default();
        for _ in 0..10 {
            assert_eq!(misses.count("a", None, 0), Ok(()));
            assert_eq!(misses.count("", Some(1), 0), Ok(()));
        }
        assert!(misses.count("a", Some(0), 0).is_err());
    }

    #[test]
    fn a_crowd_does_not_wash_away_who_was_greedy() {
        let mut misses = Misses::default();
        for _ in 0..5 {
            assert_eq!(misses.count("greedy", Some(5), 0), Ok(()));
        }
        for stranger in 0..100_000 {
            assert_eq!(misses.count(&format!("ip4:{stranger}"), Some(5), 0), Ok(()));
            assert!(misses.counts.len() <= MAX_SUBJECTS);
        }
        assert!(misses.count("greedy", Some(5), 0).is_err());
    }
}
