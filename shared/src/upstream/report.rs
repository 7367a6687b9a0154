//! What `/api/v1/upstreams` says of a rule.

use serde::{Deserialize, Serialize};

/// How a rule stands. Counts are since the rule's first use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The first component of the names that it answers for.
    pub prefix: String,
    /// What the registry is called.
    pub host: String,
    /// How many bytes of it rest here, or are about to.
    pub stored_bytes: u64,
    /// How many may; `None`: no limit.
    pub budget_bytes: Option<u64>,
    /// Images that rest here.
    pub images: u64,
    /// Requests that were answered with what rested here.
    pub hits: u64,
    /// Requests for which the registry was asked.
    pub misses: u64,
    /// Bytes that did not have to be fetched again.
    pub saved_bytes: u64,
    /// Bytes that were fetched.
    pub fetched_bytes: u64,
    /// Requests to the registry.
    pub requests: u64,
    /// Images that went to make room.
    pub evicted: u64,
    /// Their bytes.
    pub evicted_bytes: u64,
    /// Until when the registry is not asked, ms UTC; `None`: it is.
    pub resting_until_ms: Option<u64>,
    /// What it said last of how often it may still be asked.
    pub remaining: Option<u64>,
    /// What is wrong, for the operator: a credential that is refused, a registry that fails.
    pub problem: Option<String>,
}
