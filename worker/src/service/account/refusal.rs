//! Why something about people cannot be done.

use roadstead_shared::account::{AccountName, grant, name, password};
use roadstead_shared::upstream::Elsewhere;

/// A refusal, in words for whoever asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The operator lets nobody make an account.
    #[error("new accounts are not to be had here; ask whoever runs this registry")]
    SignUpClosed,
    /// The name breaks the grammar.
    #[error(transparent)]
    Name(#[from] name::Invalid),
    /// Somebody has the name, or had it, or it is kept back.
    #[error("the name {0} is taken")]
    Taken(AccountName),
    /// A rule has the name for its prefix.
    #[error(transparent)]
    Elsewhere(#[from] Elsewhere),
    /// A rule answers for the root, where everybody's namespaces would be.
    #[error("namespaces are given by whoever runs this registry; ask there for one")]
    Granted,
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] password::Invalid),
    /// The address for letters is none.
    #[error("this is not an address for letters")]
    Mail,
    /// The password that should show whose account it is is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// The operator's account has no row.
    #[error("the operator's own account is decided by the settings, not here")]
    Operators,
    /// A link for a new password is old, was used, or is none.
    #[error("this link is no longer good; ask for another")]
    Link,
    /// A scope of a token is none.
    #[error(transparent)]
    Scope(#[from] grant::Invalid),
    /// A token has no scope or too many of them, no name or too long a one, or no sensible end.
    #[error(
        "a token has a name of 1 to 100 characters, 1 to {} scopes, and ends within 1 to 365 days",
        grant::MAX_GRANTS
    )]
    Token,
    /// There are so many already.
    #[error("there may be at most {0} of these for one account; remove one first")]
    TooMany(u64),
    /// There is no such token.
    #[error("there is no such token")]
    TokenUnknown,
    /// There is no such account.
    #[error("there is no account {0}")]
    AccountUnknown(AccountName),
    /// There is no such namespace, or it is nobody's business who asks.
    #[error("there is no namespace {0}, or this account is not a member of it")]
    NamespaceUnknown(AccountName),
    /// Only an owner may do that.
    #[error("only an owner of {0} may do that")]
    NotOwner(AccountName),
    /// A namespace must have an owner.
    #[error("{0} would be left without an owner; make somebody else one first")]
    LastOwner(AccountName),
    /// That account is no member.
    #[error("{0} is not a member")]
    NotMember(AccountName),
}
