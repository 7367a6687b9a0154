//! Whether an image may be begun. Asked at the manifest and nowhere else: what was begun can be
//! finished.

use super::Standing;
use serde::{Deserialize, Serialize};

/// What a tier gives, or an account of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes a month; `None` without a limit.
    pub bytes_per_month: Option<u64>,
    /// Images an hour; `None` without a limit.
    pub pulls_per_hour: Option<u32>,
}

/// What is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spent {
    /// The bytes of the month.
    Bytes,
    /// The images of the hour.
    Pulls {
        /// When the next one may be begun, ms UTC.
        again_ms: u64,
    },
}

/// So many bytes must be left for what an isolate knows to be enough.
pub const ROOM_BYTES: u64 = 1 << 30;

/// Past this part of the allowance clients are warned.
pub const WARN_PERCENT: u64 = 80;

impl Limits {
    /// Nothing is limited.
    pub const NONE: Self = Self { bytes_per_month: None, pulls_per_hour: None };

    /// What is spent, if anything is.
    pub fn spent(&self, standing: &Standing) -> Option<Spent> {
        if self.bytes_per_month.is_some_and(|limit| standing.used_bytes >= limit) {
            return Some(Spent::Bytes);
        }
        let limit = self.pulls_per_hour?;
        (standing.pulls >= limit).then_some(Spent::Pulls { again_ms: standing.again_ms })
    }

    /// Whether so much is left that the meter need not be asked before each image.
    pub fn are_far(&self, standing: &Standing) -> bool {
        let Some(limit) = self.bytes_per_month else { return self.pulls_per_hour.is_none() };
        let left = limit.saturating_sub(standing.used_bytes);
        self.pulls_per_hour.is_none()
            && left >= ROOM_BYTES
            && percent(standing.used_bytes, limit) <= WARN_PERCENT
    }
}

/// How much of `limit` is used, in percent, rounded down; all of a limit of nothing.
pub fn percent(used: u64, limit: u64) -> u64 {
    let percent = u128::from(used) * 100;
    u64::try_from(percent.checked_div(u128::from(limit)).unwrap_or(100)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(used_bytes: u64, pulls: u32) -> Standing {
        Standing { used_bytes, pulls, again_ms: 7 }
    }

    #[test]
    fn a_limit_is_spent_when_it_is_reached() {
        let limits = Limits { bytes_per_month: Some(10), pulls_per_hour: Some(2) };
        assert_eq!(limits.spent(&standing(9, 1)), None);
        assert_eq!(limits.spent(&standing(10, 0)), Some(Spent::Bytes));
        assert_eq!(limits.spent(&standing(0, 2)), Some(Spent::Pulls { again_ms: 7 }));
        assert_eq!(limits.spent(&standing(99, 99)), Some(Spent::Bytes));
        assert_eq!(Limits::NONE.spent(&standing(u64::MAX, u32::MAX)), None);
        let none = Limits { bytes_per_month: Some(0), pulls_per_hour: None };
        assert_eq!(none.spent(&standing(0, 0)), Some(Spent::Bytes));
    }

    #[test]
    fn a_limit_is_far_with_a_fifth_and_a_gibibyte_left() {
        let of = |limit| Limits { bytes_per_month: Some(limit), pulls_per_hour: None };
        let gib = ROOM_BYTES;
        assert!(of(10 * gib).are_far(&standing(8 * gib, 0)));
        assert!(!of(10 * gib).are_far(&standing(8 * gib + gib / 5, 0)));
        assert!(!of(2 * gib).are_far(&standing(gib + 1, 0)));
        assert!(!of(gib / 2).are_far(&standing(0, 0)));
        let hourly = Limits { pulls_per_hour: Some(1_000_000), ..of(1000 * gib) };
        assert!(!hourly.are_far(&standing(0, 0)));
        assert!(Limits::NONE.are_far(&standing(u64::MAX, 0)));
    }

    #[test]
    fn a_part_of_nothing_is_all_of_it() {
        assert_eq!(percent(0, 0), 100);
        assert_eq!(percent(u64::MAX, 1), u64::MAX);
        assert_eq!(percent(4, 5), 80);
    }
}
