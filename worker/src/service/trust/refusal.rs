//! Why a job may not publish, or a rule about jobs cannot be made.

use roadstead_shared::account::AccountName;
use roadstead_shared::issuer::{Fault, publisher};

/// A refusal, in words for whoever asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The operator does not name this issuer.
    #[error("tokens of {0} are not taken here; ask whoever runs this registry")]
    Issuer(String),
    /// The rule is none.
    #[error(transparent)]
    Rule(#[from] publisher::Invalid),
    /// There are so many already.
    #[error("a namespace has at most {0} such rules; remove one first")]
    TooMany(u64),
    /// There is no such rule.
    #[error("there is no such rule")]
    PublisherUnknown,
    /// The token is not to be believed.
    #[error(transparent)]
    Token(#[from] Fault),
    /// The token was traded before.
    #[error("this token was used before; ask for another one")]
    Used,
    /// Nobody has said that this job may publish.
    #[error("no rule of {namespace} lets this job publish: {job}")]
    NotAdmitted {
        /// Where it wants to.
        namespace: String,
        /// What its token says of it.
        job: String,
    },
    /// Who made the rule cannot answer for it any more.
    #[error("who let this job in is no owner of {0} any more, or is suspended")]
    NoOwner(AccountName),
    /// The keys cannot be had.
    #[error("{0}; try again in a moment")]
    Outage(String),
}
