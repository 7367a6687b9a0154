//! What can go wrong with a call, in the registry's own nouns.

use super::account::Refusal;
use super::cached::Unanswered;
use super::{sign_in, trust};
use crate::proof::hashing;
use crate::store;
use roadstead_shared::api::takedown::Takedown;
use roadstead_shared::oci::{Digest, Name, Tag};
use roadstead_shared::storage;
use roadstead_shared::tier::{Spent, State};
use roadstead_shared::upload::Refused;
use roadstead_shared::upstream::Elsewhere;

/// A refusal or failure of a call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was ever published under this name.
    #[error("there is no repository {0}")]
    NameUnknown(Name),
    /// The repository has no such manifest.
    #[error("there is no manifest {0} in this repository")]
    ManifestUnknown(String),
    /// The repository has no such blob.
    #[error("there is no blob {0} in this repository")]
    BlobUnknown(Digest),
    /// More ranges than one answer can hold.
    #[error(
        "more than {} ranges in one request are not supported",
        roadstead_shared::oci::range::MAX_RANGES
    )]
    TooManyRanges,
    /// No asked range lies inside the blob.
    #[error("the range lies outside of the blob, which has {size} bytes")]
    RangeNotSatisfiable {
        /// The blob's size in bytes.
        size: u64,
    },
    /// The bytes do not have the digest that they were announced with.
    #[error("the bytes have the digest {found}, not {announced}")]
    DigestMismatch {
        /// What the client said.
        announced: Digest,
        /// What the bytes have; unknown where R2 checked them.
        found: String,
    },
    /// The manifest cannot be taken; says why.
    #[error("{0}")]
    ManifestInvalid(String),
    /// The manifest is larger than any client accepts.
    #[error("a manifest may have at most {} bytes", roadstead_shared::oci::manifest::MAX_BYTES)]
    ManifestTooLarge,
    /// The manifest names blobs that this repository does not have.
    #[error("the manifest names blobs that are not in this repository; push them first")]
    ManifestBlobUnknown(Vec<Digest>),
    /// The tag is there with another digest, and the repository's tags may not move.
    #[error("the tag {0} is immutable and points at another manifest; push under another tag")]
    TagImmutable(Tag),
    /// The tag that should be restored is there again with another digest.
    #[error("the tag {0} is in use again and points at another manifest; delete it first")]
    TagTaken(Tag),
    /// Nothing that was deleted under this name can be restored.
    #[error("there is nothing to restore under {0}")]
    NothingToRestore(String),
    /// What came along cannot be read; says why.
    #[error("{0}")]
    Unreadable(String),
    /// Who asks may not publish there.
    #[error("this account may not push to {0}")]
    PushDenied(Name),
    /// It would be published under a rule's prefix.
    #[error(transparent)]
    Elsewhere(#[from] Elsewhere),
    /// There is no such import, it is long over, or it is nobody's business who asks.
    #[error("there is no such import")]
    ImportUnknown,
    /// There is no such upload, or it is over.
    #[error("there is no such upload; begin a new one")]
    UploadUnknown,
    /// The upload has all of its bytes, and is on its way to be another blob.
    #[error("the upload is complete with another digest; begin a new one")]
    UploadComplete,
    /// The chunk does not follow what is there.
    #[error("the upload goes on at byte {offset}")]
    UploadOutOfOrder {
        /// Where to go on.
        offset: u64,
        /// The upload's URL.
        location: String,
    },
    /// The chunk's headers contradict each other.
    #[error("{0}")]
    UploadInvalid(String),
    /// The body broke off.
    #[error("the request's body broke off; the upload can be continued")]
    BrokenBody(String),
    /// It is about people, and cannot be done; says why.
    #[error(transparent)]
    Account(#[from] Refusal),
    /// So much was pulled that no other image is begun.
    #[error("the allowance of {} is spent", state.subject)]
    AllowanceSpent {
        /// Where the caller stands.
        state: Box<State>,
        /// What is spent.
        spent: Spent,
    },
    /// Where a caller stands cannot be said just now.
    #[error("the meter does not answer; try again in a moment")]
    MeterSilent,
    /// The operator has taken the repository down.
    #[error("{0} was taken down: {reason}", reason = .1.reason)]
    TakenDown(Name, Takedown),
    /// It is not taken down.
    #[error("{0} is not taken down")]
    NotTakenDown(Name),
    /// It does not fit into the namespace's quota.
    #[error(transparent)]
    StorageSpent(storage::Spent),
    /// It is about signing in elsewhere; says why.
    #[error(transparent)]
    SignIn(#[from] sign_in::Refusal),
    /// It is about jobs that publish; says why.
    #[error(transparent)]
    Trust(#[from] trust::Refusal),
    /// Another registry did not give what it was asked for.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// Too much at once.
    #[error("too much at once; try again in a moment")]
    Busy,
    /// A store failed.
    #[error("the store failed")]
    Store(#[source] store::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Upload(Refused::Unknown) => Self::UploadUnknown,
            store::Error::Upload(Refused::Complete) => Self::UploadComplete,
            store::Error::Upload(refused) => Self::UploadInvalid(refused.to_string()),
            store::Error::Busy => Self::Busy,
            store::Error::Spent(spent) => Self::StorageSpent(spent),
            store::Error::BrokenBody(why) => Self::BrokenBody(why),
            too_long @ store::Error::ListTooLong(_) => Self::Unreadable(too_long.to_string()),
            other => Self::Store(other),
        }
    }
}

impl From<hashing::Busy> for Error {
    fn from(_: hashing::Busy) -> Self {
        Self::Busy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_would_be_too_long_is_refused_with_a_reason() {
        let Error::Unreadable(why) = store::Error::ListTooLong("takedowns").into() else {
            panic!("it is a failure");
        };
        assert_eq!(why, "the list takedowns would be longer than 1048576 bytes");
    }
}
