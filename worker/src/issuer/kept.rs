//! When what an issuer said is asked for again.

/// How long it is good without a question, in ms.
const FRESH_MS: u64 = 60 * 60 * 1000;
/// How long it is used where the issuer does not answer, in ms: a key that was withdrawn is not
/// believed for ever because of an outage.
const USABLE_MS: u64 = 24 * 60 * 60 * 1000;
/// How long nobody asks again about what is not there, in ms: anybody can make up a name of a key.
const PAUSE_MS: u64 = 60 * 1000;
/// The same where nothing is known at all, in ms.
const FIRST_PAUSE_MS: u64 = 5 * 1000;

/// When something was last read and last asked for, ms UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// When it came.
    pub(super) read_ms: Option<u64>,
    /// When it was asked for, whatever came of it.
    pub(super) asked_ms: Option<u64>,
}

impl Kept {
    /// Whether to ask at `now_ms`, for something that is missing from what is known or not.
    pub(super) fn is_due(self, now_ms: u64, is_missing: bool) -> bool {
        let since = |at: Option<u64>| at.map(|at| now_ms.saturating_sub(at));
        let (age, pause) = (since(self.read_ms), since(self.asked_ms));
        let paused = |ms| pause.is_none_or(|pause| pause >= ms);
        match age {
            None => paused(FIRST_PAUSE_MS),
            Some(age) => (is_missing || age >= FRESH_MS) && paused(PAUSE_MS),
        }
    }

    /// Whether what is known may be used at `now_ms`.
    pub(super) fn is_usable(self, now_ms: u64) -> bool {
        self.read_ms.is_some_and(|at| now_ms.saturating_sub(at) < USABLE_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1000;
    const H: u64 = 3600 * S;

    fn kept(read_ms: Option<u64>, asked_ms: Option<u64>) -> Kept {
        Kept { read_ms, asked_ms }
    }

    #[test]
    fn keys_are_good_for_an_hour() {
        let known = kept(Some(0), Some(0));
        assert!(!known.is_due(H - 1, false));
        assert!(known.is_due(H, false));
    }

    #[test]
    fn a_key_that_is_missing_is_asked_for_once_a_minute() {
        let known = kept(Some(0), Some(0));
        assert!(!known.is_due(59 * S, true));
        assert!(known.is_due(60 * S, true));
        assert!(!kept(Some(0), Some(60 * S)).is_due(119 * S, true));
    }

    #[test]
    fn who_does_not_answer_is_not_asked_all_the_time_and_believed_for_a_day() {
        assert!(kept(None, None).is_due(0, false));
        assert!(!kept(None, Some(0)).is_due(4 * S, true));
        assert!(kept(None, Some(0)).is_due(5 * S, false));
        let old = kept(Some(0), Some(2 * H));
        assert!(!old.is_due(2 * H + 59 * S, false));
        assert!(old.is_due(2 * H + 60 * S, false));
        assert!(old.is_usable(24 * H - 1));
        assert!(!old.is_usable(24 * H));
        assert!(!kept(None, Some(0)).is_usable(0));
    }
}
