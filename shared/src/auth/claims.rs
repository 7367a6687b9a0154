//! What a registry token says, beside its times, which the JWT library reads and checks.

use super::{Access, Action};
use crate::oci::Name;
use crate::tier::Allowance;
use serde::{Deserialize, Serialize};

/// How long a token lives, in seconds. Clients take less than 60 for 60, and a token is only
/// looked at when a request begins.
pub const LIFETIME_S: i64 = 300;

/// The claims of a registry token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The host that the token is for; another host's token is foreign.
    #[serde(rename = "aud")]
    pub audience: String,
    /// The account's name; empty for who pulls without one.
    #[serde(rename = "sub", default)]
    pub subject: String,
    /// What may be done.
    #[serde(default)]
    pub access: Vec<Access>,
    /// What the account has instead of what its tier gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowance: Option<Allowance>,
}

impl Claims {
    /// Whether the token lets `action` be done with `name`.
    pub fn cover(&self, name: &Name, action: Action) -> bool {
        self.access.iter().any(|access| access.covers(name, action))
    }
}
