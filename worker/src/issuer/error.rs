//! What can go wrong with an issuer. Nothing here repeats a token or a code.

use roadstead_shared::issuer::Fault;

/// A refusal or failure of an issuer, or of what it is said to have signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No connection, or no whole answer in time.
    #[error("{0} does not answer")]
    Unreachable(String),
    /// It answers with something else than success.
    #[error("{host} answers with status {status}")]
    Refused {
        /// Who.
        host: String,
        /// What it said.
        status: u16,
    },
    /// What it sent is no answer to what was asked.
    #[error("{host} sent {what}")]
    Unreadable {
        /// Who.
        host: String,
        /// What it sent.
        what: &'static str,
    },
    /// A token is not to be believed.
    #[error(transparent)]
    Token(#[from] Fault),
}

impl Error {
    /// Whether it is the issuer that fails, rather than who brings its token.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Unreadable { .. } => true,
            Self::Refused { status, .. } => *status >= 500 || matches!(status, 408 | 429),
            Self::Token(_) => false,
        }
    }
}
