//! Why a command did not do what it was asked, and the exit code that says so.

use crate::{credential, host, push, registry, rules, source, target};
use std::process::ExitCode;

/// What can go wrong with a command.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The command line makes no sense.
    #[error("{0}")]
    Usage(String),
    /// An image's reference makes no sense.
    #[error(transparent)]
    Target(#[from] target::Invalid),
    /// A host makes no sense.
    #[error(transparent)]
    Host(#[from] host::Invalid),
    /// The image cannot be read.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// Credentials cannot be read or kept.
    #[error(transparent)]
    Credential(#[from] credential::Error),
    /// The registry said no.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// A push failed.
    #[error(transparent)]
    Push(#[from] push::Error),
    /// Rules of somebody else's cannot be taken over.
    #[error(transparent)]
    Rules(#[from] rules::Error),
    /// An import failed.
    #[error("the import of {from} failed: {why}")]
    Import {
        /// The image on the other registry.
        from: String,
        /// What the edge says.
        why: String,
    },
    /// An import takes longer than is waited for.
    #[error("no news of the import for {0} minutes; it may go on: ask {1}")]
    Silent(u64, String),
    /// Nobody is signed in who could do this.
    #[error("nobody is signed in to {0}: `roadstead login {0}` first")]
    Anonymous(host::Host),
    /// Something could not be read from standard input or the terminal.
    #[error("cannot read {0}: {1}")]
    Input(&'static str, std::io::Error),
}

impl Error {
    /// 2 for a command line that cannot be done, 1 for one that could not be.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) | Self::Target(_) | Self::Host(_) => ExitCode::from(2),
            Self::Source(_)
            | Self::Credential(_)
            | Self::Registry(_)
            | Self::Push(_)
            | Self::Rules(_)
            | Self::Import { .. }
            | Self::Silent(..)
            | Self::Anonymous(_)
            | Self::Input(..) => ExitCode::FAILURE,
        }
    }
}
