//! How long to wait before a registry is asked again, and when to give up.

/// How often one thing is asked for.
pub const MAX_ATTEMPTS: u32 = 5;

/// The first pause, in ms; each further one is twice as long.
const FIRST_MS: u64 = 1_000;

/// The longest pause, in ms, also where more is asked for.
pub const MAX_MS: u64 = 5 * 60 * 1_000;

/// The pause in ms after an attempt failed for the `failed`th time in a row, where the registry
/// asked for `retry_after_s` seconds; `None` when it is given up.
pub fn after(failed: u32, retry_after_s: Option<u64>) -> Option<u64> {
    let doublings = failed.saturating_sub(1).min(16);
    let own = FIRST_MS << doublings;
    let asked = retry_after_s.unwrap_or_default().saturating_mul(1_000);
    (failed < MAX_ATTEMPTS).then_some(own.max(asked).min(MAX_MS))
}

/// The seconds of a `Retry-After`. RFC 9110, section 10.2.3; one that is a date counts as absent.
pub fn retry_after(header: &str) -> Option<u64> {
    let text = header.trim();
    let seconds = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    // More digits than a number has mean very long.
    seconds.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<Option<u64>> = (1..=5).map(|failed| after(failed, None)).collect();
        assert_eq!(pauses, [Some(1_000), Some(2_000), Some(4_000), Some(8_000), None]);
    }

    #[test]
    fn what_is_asked_for_is_honoured_up_to_a_bound() {
        assert_eq!(after(1, Some(7)), Some(7_000));
        assert_eq!(after(3, Some(1)), Some(4_000));
        assert_eq!(after(1, Some(u64::MAX)), Some(MAX_MS));
        assert_eq!(after(u32::MAX, Some(1)), None);
    }

    #[test]
    fn only_seconds_are_read() {
        for (header, expected) in [
            ("5", Some(5)),
            (" 0 ", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ] {
            assert_eq!(retry_after(header), expected, "{header}");
        }
    }
}
