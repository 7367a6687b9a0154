//! Where a caller stands in its period: the document of `GET /api/v1/usage`.

use serde::{Deserialize, Serialize};

/// Which rule a caller's pulls are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Who does not say who it is: by address.
    Anonymous,
    /// Who signed in.
    Account,
    /// Who is in a network that the operator named: without a limit.
    Network,
}

/// What was pulled in this period, and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// By which rule.
    pub tier: Tier,
    /// Bytes since the period began.
    pub used_bytes: u64,
    /// Bytes that a period has; `None` without a limit.
    pub limit_bytes: Option<u64>,
    /// Bytes that are left, 0 when it is spent; `None` without a limit.
    pub remaining_bytes: Option<u64>,
    /// When the next period begins, RFC 3339, UTC.
    pub resets_at: String,
    /// The last thirty days, oldest first, today last, those without pulls included.
    pub days: Vec<UsageDay>,
}

/// One day, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageDay {
    /// `2026-11-21`.
    pub date: String,
    /// Bytes delivered.
    pub bytes: u64,
    /// Images pulled.
    pub pulls: u64,
}
