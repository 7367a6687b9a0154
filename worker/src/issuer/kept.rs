//! When what an issuer said is asked for again.

/// How long it is good without a question, in ms.
const FRESH_MS: u64 = 60 * 60 * 1000;
/// How long it is used where the issuer does not answer, in ms: a key that was withdrawn is not
/// believed for ever because of an outage.
const USABLE_MS: u64 = 24 * 60 * 60 * 1000;
/// How long nobody asks again about what is not there, or who does not answer, in ms: anybody can
/// make up the name of a key.
const PAUSE_MS: u64 = 60 * 1000;
/// The same where nothing is known at all, in ms.
const FIRST_PAUSE_MS: u64 = 5 * 1000;

/// When something was last read and last asked for, ms UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "three times of one thing")]
pub(super) struct Kept {
    /// When it came.
    read_at: Option<u64>,
    /// When it was asked for, whatever came of it.
    asked_at: Option<u64>,
    /// When it was asked for because of something that was missing.
    missed_at: Option<u64>,
}

impl Kept {
    /// Whether to ask at `now_ms`, for something that is missing from what is known or not.
    pub(super) fn is_due(self, now_ms: u64, is_missing: bool) -> bool {
        let over = |at: Option<u64>, ms| at.is_none_or(|at| now_ms.saturating_sub(at) >= ms);
        match self.read_at {
            None => over(self.asked_at, FIRST_PAUSE_MS),
            Some(_) if over(self.read_at, FRESH_MS) => over(self.asked_at, PAUSE_MS),
            // The first one that is missing is a change of keys like any other.
            Some(_) => is_missing && over(self.missed_at, PAUSE_MS),
        }
    }

    /// Notes that it is asked for at `now_ms`.
    pub(super) fn ask(&mut self, now_ms: u64, is_missing: bool) {
        self.asked_at = Some(now_ms);
        if is_missing && self.read_at.is_some() {
            self.missed_at = Some(now_ms);
        }
    }

    /// Notes that it came at `now_ms`.
    pub(super) fn read(&mut self, now_ms: u64) {
        self.read_at = Some(now_ms);
    }

    /// Whether what is known may be used at `now_ms`.
    pub(super) fn is_usable(self, now_ms: u64) -> bool {
        self.read_at.is_some_and(|at| now_ms.saturating_sub(at) < USABLE_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1000;
    const H: u64 = 3600 * S;

    fn read_at(now_ms: u64) -> Kept {
        let mut kept = Kept::default();
        kept.ask(now_ms, true);
        kept.read(now_ms);
        kept
    }

    #[test]
    fn keys_are_good_for_an_hour() {
        assert!(Kept::default().is_due(0, false));
        assert!(!read_at(0).is_due(H - 1, false));
        assert!(read_at(0).is_due(H, false));
    }

    #[test]
    fn a_key_that_is_missing_is_asked_for_at_once_and_then_once_a_minute() {
        let mut kept = read_at(0);
        assert!(kept.is_due(S, true));
        kept.ask(S, true);
        kept.read(S);
        assert!(!kept.is_due(60 * S, true));
        assert!(kept.is_due(61 * S, true));
        assert!(!kept.is_due(61 * S, false));
    }

    #[test]
    fn who_does_not_answer_is_not_asked_all_the_time_and_believed_for_a_day() {
        let mut unknown = Kept::default();
        unknown.ask(0, true);
        assert!(!unknown.is_due(4 * S, true));
        assert!(unknown.is_due(5 * S, false));
        assert!(!unknown.is_usable(0));
        let mut old = read_at(0);
        old.ask(2 * H, false);
        assert!(!old.is_due(2 * H + 59 * S, true));
        assert!(old.is_due(2 * H + 60 * S, false));
        assert!(old.is_usable(24 * H - 1));
        assert!(!old.is_usable(24 * H));
    }
}
