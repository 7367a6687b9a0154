//! Repositories that the operator has taken down.

use serde::Deserialize;

/// Why a repository is taken down, if it is. Bound to its name.
pub const TAKEDOWN: &str = "SELECT reason, at_ms FROM takedowns WHERE repository = ?1";

/// A takedown.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Takedown {
    /// Why.
    pub reason: String,
    /// Since when, milliseconds since 1970.
    pub at_ms: f64,
}
