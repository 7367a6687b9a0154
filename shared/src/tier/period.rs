//! The period: a month of UTC, from midnight of the first to midnight of the next one's.

use crate::catalog::time;

/// A day in ms.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The number of the day of a moment, counted from 1970-01-01, UTC.
pub fn day_of(now_ms: u64) -> u64 {
    now_ms / DAY_MS
}

/// `2026-11-21`
pub fn date(day: u64) -> String {
    let ms = i64::try_from(day.saturating_mul(DAY_MS)).unwrap_or(i64::MAX);
    let mut text = time::rfc3339(ms);
    text.truncate(10);
    text
}

/// A month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first millisecond, UTC.
    pub begins_ms: u64,
    /// The first millisecond of the next one.
    pub ends_ms: u64,
}

impl Month {
    /// The month that a moment lies in.
    pub fn of(now_ms: u64) -> Self {
        let (begins, ends) = time::month_around(i64::try_from(now_ms).unwrap_or(i64::MAX));
        let ms = |ms: i64| u64::try_from(ms).unwrap_or_default();
        Self { begins_ms: ms(begins), ends_ms: ms(ends) }
    }

    /// Whether a day lies in it.
    pub fn has_day(self, day: u64) -> bool {
        (day_of(self.begins_ms)..day_of(self.ends_ms)).contains(&day)
    }

    /// How long it lasts, in seconds.
    pub fn seconds(self) -> u64 {
        self.ends_ms.saturating_sub(self.begins_ms) / 1000
    }

    /// How long it still lasts, in seconds, rounded up.
    pub fn left_s(self, now_ms: u64) -> u64 {
        self.ends_ms.saturating_sub(now_ms).div_ceil(1000)
    }

    /// When the next one begins, RFC 3339.
    pub fn resets_at(self) -> String {
        time::rfc3339(i64::try_from(self.ends_ms).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> u64 {
        u64::try_from(time::parse_rfc3339(text).unwrap()).unwrap()
    }

    #[test]
    fn a_month_begins_at_midnight_of_the_first_in_utc() {
        for (now, begins, ends) in [
            ("2026-11-21T15:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"),
            ("2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        ] {
            let month = Month::of(ms(now));
            assert_eq!((month.begins_ms, month.ends_ms), (ms(begins), ms(ends)), "{now}");
            assert_eq!(month.resets_at(), ends);
        }
        let end = ms("2026-12-01T00:00:00Z");
        assert_eq!(Month::of(end - 1).ends_ms, end);
        assert_eq!(Month::of(end - 1).left_s(end - 1), 1);
        assert_eq!(Month::of(end).begins_ms, end);
    }

    #[test]
    fn days_belong_to_one_month() {
        let month = Month::of(ms("2026-11-21T15:00:00Z"));
        let day = |text: &str| day_of(ms(text));
        assert!(month.has_day(day("2026-11-01T00:00:00Z")));
        assert!(month.has_day(day("2026-11-30T23:59:59Z")));
        assert!(!month.has_day(day("2026-10-31T23:59:59Z")));
        assert!(!month.has_day(day("2026-12-01T00:00:00Z")));
        assert_eq!(date(day("2026-11-21T15:00:00Z")), "2026-11-21");
        assert_eq!(month.seconds(), 30 * 24 * 60 * 60);
    }
}
