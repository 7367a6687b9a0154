//! Where one caller stands, as it is said in headers, in sentences and in the document of usage.

use super::decision::{Limits, percent};
use super::{Month, Standing, Subject};
use crate::usage::{Tier, Usage, UsageDay};

/// Where a caller stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Whose pulls are counted.
    pub subject: Subject,
    /// By which rule.
    pub tier: Tier,
    /// What the rule gives.
    pub limits: Limits,
    /// What was pulled.
    pub standing: Standing,
    /// Now, ms UTC.
    pub now_ms: u64,
}

impl State {
    /// The period.
    pub fn month(&self) -> Month {
        Month::of(self.now_ms)
    }

    /// Bytes that are left; `None` without a limit.
    pub fn left(&self) -> Option<u64> {
        self.limits.bytes_per_month.map(|limit| limit.saturating_sub(self.standing.used_bytes))
    }

    /// How much of the bytes is used, in percent; `None` without a limit.
    pub fn percent(&self) -> Option<u64> {
        self.limits.bytes_per_month.map(|limit| percent(self.standing.used_bytes, limit))
    }

    /// The document.
    pub fn usage(&self, days: Vec<UsageDay>) -> Usage {
        Usage {
            tier: self.tier,
            used_bytes: self.standing.used_bytes,
            limit_bytes: self.limits.bytes_per_month,
            remaining_bytes: self.left(),
            resets_at: self.month().resets_at(),
            days,
        }
    }
}
