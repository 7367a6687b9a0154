//! Why a step of an import was not taken, and whether it is worth another try.

use crate::service::Error;
use crate::{store, upstream};

/// A step that failed.
#[derive(Debug)]
pub struct Failure {
    /// For who asked: what went wrong, and where there is something to do about it, what.
    pub why: String,
    /// What only the log says.
    pub cause: Option<String>,
    /// Whether it may go well the next time, and after how many seconds, where that was said.
    pub retry: Option<Option<u64>>,
}

impl Failure {
    /// One that is the same the next time.
    pub fn never(why: impl Into<String>) -> Self {
        Self { why: why.into(), cause: None, retry: None }
    }

    /// One that may pass.
    pub fn again(why: impl Into<String>) -> Self {
        Self { why: why.into(), cause: None, retry: Some(None) }
    }
}

impl From<upstream::Error> for Failure {
    fn from(error: upstream::Error) -> Self {
        Self { why: error.to_string(), cause: None, retry: error.retry() }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::from(Error::from(error))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(cause) => {
                let why = "the store failed here; the log says more".to_owned();
                Self { why, cause: Some(cause.to_string()), retry: Some(None) }
            }
            // Another request has to do with the same upload, or it was swept away.
            Error::UploadUnknown
            | Error::UploadComplete
            | Error::UploadOutOfOrder { .. }
            | Error::UploadInvalid(_)
            | Error::BrokenBody(_)
            | Error::Busy => Self::again(error.to_string()),
            Error::DigestMismatch { announced, .. } => {
                Self::again(format!("the source sent other bytes for {announced}"))
            }
            Error::NameUnknown(_)
            | Error::ManifestUnknown(_)
            | Error::BlobUnknown(_)
            | Error::TooManyRanges
            | Error::RangeNotSatisfiable { .. }
            | Error::ManifestInvalid(_)
            | Error::ManifestTooLarge
            | Error::ManifestBlobUnknown(_)
            | Error::TagImmutable(_)
            | Error::TagTaken(_)
            | Error::NothingToRestore(_)
            | Error::Unreadable(_)
            | Error::PushDenied(_)
            | Error::StorageSpent(_)
            | Error::ImportUnknown
            | Error::AllowanceSpent { .. }
            | Error::MeterSilent
            | Error::Unanswered(_)
            | Error::TakenDown(..)
            | Error::NotTakenDown(_)
            | Error::Account(_)
            | Error::SignIn(_)
            | Error::Elsewhere(_)
            | Error::Trust(_) => Self::never(error.to_string()),
        }
    }
}
