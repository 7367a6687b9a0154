//! Why somebody may not do what they ask for.

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
    /// Nobody said who they are, and not anybody may do this.
    #[error("this needs an account; sign in with its name and password")]
    NoCredentials,
    /// The caller is known, and may not do this.
    #[error("this account may not do that")]
    Denied,
    /// A token was asked for in a way that is not offered.
    #[error("this way of asking for a token is not supported; use grant_type=password")]
    UnsupportedGrant,
}
