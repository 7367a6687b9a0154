//! What can go wrong with another registry. Nothing here repeats a URL: signed ones are secrets.

use roadstead_shared::oci::Name;

/// A refusal or failure of another registry.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection, or nothing said for too long.
    #[error("{0} does not answer")]
    Unreachable(String),
    /// It has too much to do, or failed.
    #[error("{host} answers with status {status}")]
    Busy {
        /// Who.
        host: String,
        /// What it said.
        status: u16,
        /// When it wants to be asked again, in seconds.
        retry_after_s: Option<u64>,
    },
    /// It does not show this to who asks.
    #[error(
        "{host} does not let {} pull {name}, or has no such image; {}",
        if *.with_account { "this account" } else { "everybody" },
        if *.with_account { "check its user name and password" }
        else { "give the user name and the password of an account that may" }
    )]
    Unauthorized {
        /// Who.
        host: String,
        /// Which repository.
        name: Name,
        /// Whether it was shown a name and a password.
        with_account: bool,
    },
    /// It has no such manifest or blob.
    #[error("{0} does not have it; check the name, the tag or the digest")]
    NotFound(String),
    /// It says that we asked wrongly.
    #[error("{host} refuses with status {status}")]
    Refused {
        /// Who.
        host: String,
        /// What it said.
        status: u16,
    },
    /// It wants a token from somebody who has nothing to do with it.
    #[error("{host} wants a token from {realm}, which is not its own site: that is not done")]
    Realm {
        /// Who.
        host: String,
        /// From whom.
        realm: String,
    },
    /// It sends us where nobody goes.
    #[error("{0} redirects to a place that is not followed")]
    Redirect(String),
    /// What it sent is no answer to what was asked.
    #[error("{host} sent {what}")]
    Unreadable {
        /// Who.
        host: String,
        /// What it sent.
        what: &'static str,
    },
    /// It sent more than it should.
    #[error("{0} sent more bytes than it may")]
    TooLong(String),
    /// A body ended before it was all there, or nothing came any more.
    #[error("the bytes broke off: {0}")]
    Broken(String),
    /// Who asked wants no more.
    #[error("it was stopped")]
    Stopped,
}

impl Error {
    /// Whether it may be otherwise the next time; and after how many seconds, where that was said.
    pub fn retry(&self) -> Option<Option<u64>> {
        match self {
            Self::Busy { retry_after_s, .. } => Some(*retry_after_s),
            Self::Unreachable(_) | Self::Unreadable { .. } | Self::Broken(_) | Self::Stopped => {
                Some(None)
            }
            Self::Unauthorized { .. }
            | Self::NotFound(_)
            | Self::Refused { .. }
            | Self::Realm { .. }
            | Self::Redirect(_)
            | Self::TooLong(_) => None,
        }
    }
}
