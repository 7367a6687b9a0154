//! Why somebody may not do what they ask for.

use crate::{proof, store};
use roadstead_shared::auth::Access;

/// A refusal of the auth room.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no token yet: the ordinary first answer.
    #[error("authentication is required")]
    NoToken {
        /// What a token must grant.
        needs: Option<Access>,
    },
    /// The token is expired, malformed or foreign.
    #[error("the token is not valid here or no longer; ask for another")]
    InvalidToken {
        /// What a token must grant.
        needs: Option<Access>,
    },
    /// The token is good, but not for this.
    #[error("the token does not grant this; sign in with an account that may do it")]
    InsufficientScope {
        /// What a token must grant.
        needs: Access,
    },
    /// The name or the password is wrong.
    #[error("the user name or the password is wrong")]
    BadCredentials,
    /// The account is known, and may do nothing; says why.
    #[error("this account is suspended: {0}")]
    Suspended(String),
    /// Too many have tried, or one too often.
    #[error("too many attempts to sign in; try again in {} minutes", retry_after_s.div_ceil(60))]
    TooManyAttempts {
        /// After how many seconds it may be tried again.
        retry_after_s: u64,
    },
    /// Too many sign in at once.
    #[error("too many are signing in just now; try again in a moment")]
    Busy,
    /// Nobody said who they are, and not anybody may do this.
    #[error("this needs an account; sign in with its name and password")]
    NoCredentials,
    /// A browser sends it for a page of somebody else's.
    #[error("a page of another site may not ask for this")]
    CrossSite,
    /// The caller is known, and may not do this.
    #[error("this account may not do that")]
    Denied,
    /// A token shows who asks, and is not enough for this.
    #[error("a token may not do that; sign in with the account's password")]
    TokenNotEnough,
    /// A token was asked for in a way that is not offered.
    #[error("this way of asking for a token is not supported; use grant_type=password")]
    UnsupportedGrant,
    /// It could not be looked up.
    #[error("the store failed")]
    Store(String),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<proof::hashing::Busy> for Error {
    fn from(_: proof::hashing::Busy) -> Self {
        Self::Busy
    }
}
