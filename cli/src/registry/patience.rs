//! How long it is worth trying.

use std::time::Duration;

/// How a failed call is tried again: up to `attempts` times in a row without any progress, after
/// `base`, twice that, and so on up to `cap`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// How many failures in a row are borne.
    pub(crate) attempts: u32,
    /// The first pause.
    pub(crate) base: Duration,
    /// The longest pause.
    pub(crate) cap: Duration,
}

impl Default for Patience {
    /// A little over a minute: as long as the edge may hold an upload for somebody who is gone.
    fn default() -> Self {
        let (base, cap) = (Duration::from_millis(500), Duration::from_secs(15));
        Self { attempts: 10, base, cap }
    }
}

impl Patience {
    /// The pause after the failure number `failure` (from 1); what the registry asked for, if it
    /// is longer. `None` when it is over.
    pub(crate) fn pause(self, failure: u32, asked: Option<Duration>) -> Option<Duration> {
        if failure >= self.attempts {
            return None;
        }
        let factor = 1_u32.checked_shl(failure.saturating_sub(1)).unwrap_or(u32::MAX);
        let pause = self.base.saturating_mul(factor).min(self.cap);
        Some(asked.map_or(pause, |asked| asked.max(pause)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_bound_and_end() {
        let patience = Patience::default();
        let pauses: Vec<_> = (1..=11).map(|failure| patience.pause(failure, None)).collect();
        let seconds = |half: u64| Some(Duration::from_millis(half * 500));
        assert_eq!(pauses[..6], [1, 2, 4, 8, 16, 30].map(seconds));
        assert_eq!(pauses[8], seconds(30));
        assert_eq!(pauses[9..], [None, None]);
        let total: Duration = pauses.into_iter().flatten().sum();
        assert!(total > Duration::from_mins(1), "as long as a lease: {total:?}");
    }

    #[test]
    fn the_registry_s_own_wish_is_honoured() {
        let asked = Some(Duration::from_secs(40));
        assert_eq!(Patience::default().pause(1, asked), asked);
        let short = Some(Duration::from_millis(1));
        assert_eq!(Patience::default().pause(3, short), Some(Duration::from_secs(2)));
    }
}
