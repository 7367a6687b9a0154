//! Times in words. Milliseconds since 1970 in UTC in, text out; what time it is now is passed in.

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// The first and the last millisecond that four digits of year can say.
const FIRST: i64 = -62_167_219_200_000;
const LAST: i64 = 253_402_300_799_999;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How long ago, in the largest unit: `4 min ago`, `2 h ago`, `12 d ago`, `3 mo ago`, `2 y ago`.
///
/// ```
/// use roadstead_shared::catalog::time::age_text;
/// assert_eq!(age_text(0, 7_300_000), "2 h ago");
/// ```
pub fn age_text(then_ms: i64, now_ms: i64) -> String {
    let age = now_ms.saturating_sub(then_ms);
    match age {
        // A clock that is a little ahead is no news to anybody.
        i64::MIN..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => format!("{} min ago", age / MINUTE),
        HOUR..DAY => format!("{} h ago", age / HOUR),
        _ if age < 30 * DAY => format!("{} d ago", age / DAY),
        _ if age < 365 * DAY => format!("{} mo ago", age / (30 * DAY)),
        _ => format!("{} y ago", age / (365 * DAY)),
    }
}

/// The exact time as `datetime` wants it: `2026-11-21T08:55:00Z`.
pub fn rfc3339(ms: i64) -> String {
    let civil = Civil::from_ms(ms);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second
    )
}

/// The exact time for people: `21 Nov 2026, 08:55 UTC`.
pub fn exact_text(ms: i64) -> String {
    let civil = Civil::from_ms(ms);
    let month =
        usize::try_from(civil.month - 1).ok().and_then(|index| MONTHS.get(index)).unwrap_or(&"?");
    format!("{} {month} {}, {:02}:{:02} UTC", civil.day, civil.year, civil.hour, civil.minute)
}

/// The first millisecond of the month that a moment lies in, and of the month after it, UTC.
pub fn month_around(ms: i64) -> (i64, i64) {
    let Civil { year, month, .. } = Civil::from_ms(ms);
    let begins = |year, month| days_from_civil(year, month, 1) * DAY;
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    (begins(year, month), begins(next.0, next.1))
}

/// Reads the times that image configs and annotations carry: RFC 3339, with `Z` or an offset.
/// `None` for anything else.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let (date, rest) = (text.get(..10)?, text.get(11..)?);
    if !matches!(text.as_bytes().get(10)?, b'T' | b't' | b' ') {
        return None;
    }
    let mut parts = date.split('-').map(digits);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let clock = rest.get(..8)?;
    let mut parts = clock.split(':').map(digits);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let sane = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 61;
    if !sane {
        return None;
    }
    let offset = offset_minutes(
        rest.get(8..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit()),
    )?;
    let days = days_from_civil(year, month, day);
    Some(days * DAY + hour * HOUR + (minute - offset) * MINUTE + second * 1000)
}

fn offset_minutes(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.as_bytes().first()? {
        b'Z' | b'z' if zone.len() == 1 => return Some(0),
        b'+' => (1, zone.get(1..)?),
        b'-' => (-1, zone.get(1..)?),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    Some(sign * (digits(hours)? * 60 + digits(minutes)?))
}

fn digits(text: &str) -> Option<i64> {
    let short = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if short { text.parse().ok() } else { None }
}

/// A moment taken apart, in UTC.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    /// Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is the last.
    fn from_ms(ms: i64) -> Self {
        let ms = ms.clamp(FIRST, LAST);
        let (days, rest) = (ms.div_euclid(DAY), ms.rem_euclid(DAY));
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            hour: rest / HOUR,
            minute: rest % HOUR / MINUTE,
            second: rest % MINUTE / 1000,
        }
    }
}

/// The inverse of `Civil::from_ms`, for days.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::{DAY, age_text, exact_text, parse_rfc3339, rfc3339};

    #[test]
    fn ages_read_in_their_largest_unit() {
        let rows = [
            (-5_000, "just now"),
            (59_999, "just now"),
            (60_000, "1 min ago"),
            (3_599_999, "59 min ago"),
            (7_300_000, "2 h ago"),
            (29 * DAY, "29 d ago"),
            (45 * DAY, "1 mo ago"),
            (364 * DAY, "12 mo ago"),
            (800 * DAY, "2 y ago"),
        ];
        for (age, text) in rows {
            assert_eq!(age_text(1_000, 1_000 + age), text, "{age}");
        }
    }

    #[test]
    fn exact_times_are_right_on_both_sides_of_leap_days() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_709_251_199_999), "2024-02-29T23:59:59Z");
        assert_eq!(exact_text(1_795_251_300_000), "21 Nov 2026, 08:55 UTC");
    }

    #[test]
    fn impossible_numbers_are_clamped() {
        assert_eq!(rfc3339(i64::MAX), "9999-12-31T23:59:59Z");
        assert_eq!(rfc3339(i64::MIN), "0000-01-01T00:00:00Z");
        assert_eq!(age_text(i64::MIN, i64::MAX), "292471208 y ago");
        assert_eq!(age_text(i64::MAX, i64::MIN), "just now");
    }

    #[test]
    fn stored_times_are_read_with_their_offset() {
        assert_eq!(parse_rfc3339("2026-11-21T08:55:00Z"), Some(1_795_251_300_000));
        assert_eq!(parse_rfc3339("2026-11-21T10:55:00.123456789+02:00"), Some(1_795_251_300_000));
        assert_eq!(parse_rfc3339("0001-01-01T00:00:00Z"), Some(-62_135_596_800_000));
        for wrong in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-11-21",
            "2026-11-21T08:55:00",
            "２０２６-11-21T08:55:00Z",
        ] {
            assert_eq!(parse_rfc3339(wrong), None, "{wrong}");
        }
    }
}
