//! Why the registry does not do what it was asked.

use super::answer::is_passing;
use crate::host::Host;
use std::time::Duration;

/// What can go wrong on the other side of the wire, each with what can be done about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There was no answer.
    #[error("{host} cannot be reached: {why}")]
    Wire {
        /// The registry.
        host: Host,
        /// What happened.
        why: String,
        /// Whether another try may help.
        passing: bool,
    },
    /// The bytes to send could not be read here.
    #[error("what is being sent cannot be read any more: {0}")]
    Local(#[source] std::io::Error),
    /// An answer that says no.
    #[error("{host} refused to {doing}: {why} (status {status})")]
    Refused {
        /// The registry.
        host: Host,
        /// What was asked for, as in "refused to …".
        doing: String,
        /// The status.
        status: u16,
        /// What the answer says.
        why: String,
    },
    /// Nobody's credentials, or not good enough ones.
    #[error("{host} does not let {who} {doing}: {why}; sign in with `roadstead login {host}`")]
    Denied {
        /// The registry.
        host: Host,
        /// The user's name, or "anybody".
        who: String,
        /// What was asked for.
        doing: String,
        /// What the answer says.
        why: String,
    },
    /// A 413 that the registry did not write.
    #[error("the network in front of {host} cut a body of {sent}; try --chunk {smaller}")]
    Cut {
        /// The registry.
        host: Host,
        /// What was sent, in words.
        sent: String,
        /// What to try, in words that `--chunk` understands.
        smaller: String,
    },
    /// The other side speaks another language.
    #[error("{host} answers as no registry does: {why}")]
    Protocol {
        /// The registry.
        host: Host,
        /// What was wrong.
        why: String,
    },
    /// Tokens are had at another host.
    #[error(
        "{host} wants credentials to be sent to '{realm}', which is another place: they are not \
         sent there"
    )]
    ForeignRealm {
        /// The registry.
        host: Host,
        /// Where it wants them.
        realm: String,
    },
    /// It is busy for longer than is worth waiting for.
    #[error("{host} asks to come back in {} s: run the same command again then", .after.as_secs())]
    Busy {
        /// The registry.
        host: Host,
        /// When to come back.
        after: Duration,
    },
    /// The manifest names blobs that the repository does not have.
    #[error("{host} lacks blobs that the manifest names: {}", .digests.join(", "))]
    BlobsUnknown {
        /// The registry.
        host: Host,
        /// Which ones.
        digests: Vec<String>,
    },
    /// Another thread of this push failed.
    #[error("stopped")]
    Stopped,
}

impl Error {
    /// Whether another try may help.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Wire { passing, .. } => *passing,
            Self::Refused { status, .. } => is_passing(*status),
            _ => false,
        }
    }
}
