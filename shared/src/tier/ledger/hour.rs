//! Images of the last hour, by minute.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const MINUTE_MS: u64 = 60 * 1000;

/// How many minutes count.
const MINUTES: u64 = 60;

/// The minutes, by their number since 1970, that had any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour(BTreeMap<u64, u32>);

impl Hour {
    /// Counts images that were sent at `at_ms`.
    pub fn add(&mut self, at_ms: u64, pulls: u32, now_ms: u64) {
        let first = first_minute(now_ms);
        self.0.retain(|minute, _| *minute >= first);
        if at_ms / MINUTE_MS >= first {
            let count = self.0.entry(at_ms / MINUTE_MS).or_default();
            *count = count.saturating_add(pulls);
        }
    }

    /// How many there were.
    pub fn count(&self, now_ms: u64) -> u32 {
        let minutes = self.0.range(first_minute(now_ms)..);
        minutes.fold(0, |sum, (_, pulls)| sum.saturating_add(*pulls))
    }

    /// When there will be fewer than `limit`, ms UTC, if nothing more is begun; without a limit,
    /// when there will be fewer than now. 0 where there are none.
    pub fn again_ms(&self, limit: Option<u32>, now_ms: u64) -> u64 {
        let mut left = self.count(now_ms);
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(left);
        for (minute, pulls) in self.0.range(first_minute(now_ms)..) {
            left = left.saturating_sub(*pulls);
            if left < limit.max(1) {
                return (minute + MINUTES) * MINUTE_MS;
            }
        }
        0
    }
}

/// The first minute that counts.
fn first_minute(now_ms: u64) -> u64 {
    (now_ms / MINUTE_MS + 1).saturating_sub(MINUTES)
}
