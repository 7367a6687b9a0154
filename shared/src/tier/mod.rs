//! How much anybody may pull: the tiers, who belongs to which, what was pulled so far, and what is
//! said about it. Bytes are those delivered; a period is a month of UTC.

pub mod address;
pub mod decision;
pub mod headers;
pub mod ledger;
pub mod networks;
pub mod period;
pub mod sentence;
pub mod settings;
pub mod state;
pub mod subject;
pub mod weight;

pub use decision::{Limits, Spent};
pub use ledger::{Ledger, Pull, Report, Standing};
pub use networks::{Networks, Range};
pub use period::Month;
pub use settings::Tiers;
pub use state::State;
pub use subject::Subject;
pub use weight::{Mark, Weight};

use crate::usage::Tier;
use serde::{Deserialize, Serialize};

/// What one account has instead of what its tier gives; part of its registry tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// The tier that it is in: [`Tier::Account`], or [`Tier::Network`] to pull without limit.
    pub tier: Tier,
    /// Bytes a month; `None` for what the tier gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_per_month: Option<u64>,
}
