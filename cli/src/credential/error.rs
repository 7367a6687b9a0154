//! Why credentials cannot be read or kept.

use std::io;
use std::path::PathBuf;

/// What can be wrong. No message has a secret in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file cannot be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// A file is not what docker would write; it is left alone.
    #[error("{}: {why}; repair the file first, it is not touched", path.display())]
    Document {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Nobody knows where the file would be.
    #[error("neither DOCKER_CONFIG nor HOME is set: nobody knows where credentials are kept")]
    NoHome,
    /// A credential helper did not do its work.
    #[error("`docker-credential-{name} {action}` failed: {why}")]
    Helper {
        /// The helper, as the configuration names it.
        name: String,
        /// `get`, `store` or `erase`.
        action: &'static str,
        /// What went wrong.
        why: String,
    },
    /// What is kept cannot be used here.
    #[error(
        "the credentials of {0} are a refresh token, which this registry does not take: sign in \
         with name and password, `roadstead login {0}`"
    )]
    RefreshToken(String),
}

impl Error {
    /// An error of the system about a file.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Io { path, cause }
    }
}
