//! The shards that know who holds which body.

use super::{Grace, Swept};
use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Digest, Name};
use roadstead_shared::storage::Spent;
use serde::{Deserialize, Serialize};

/// What a shard of bodies is told. The reply is `BodiesReply`.
#[derive(Debug, Serialize, Deserialize)]
pub enum BodiesCommand {
    /// Let `name` hold the body of `digest`, and link it.
    Hold {
        /// The repository.
        name: Name,
        /// What the body's bytes are.
        digest: Digest,
        /// Where the bytes are, if the caller brings them.
        brought: Option<Brought>,
        /// The upload that brings them: what it was promised is used for them.
        upload: Option<String>,
        /// Whether somebody asked for just that, rather than whether the blob is here.
        asked: bool,
    },
    /// Somebody was told that `name` has this: leave it alone for a while more.
    Touch(Name, Digest),
    /// The upload that wanted to be the body of `digest` is over, unless it is.
    Abandon {
        /// What the body's bytes would be.
        digest: Digest,
        /// The upload.
        upload: String,
    },
    /// Somebody should look whether `name` still needs these.
    Loosen(Name, Vec<Digest>),
    /// Take the body from `name`, unless it was held anew after `before_ms`, if that is given.
    Release {
        /// The repository.
        name: Name,
        /// What the body's bytes are.
        digest: Digest,
        /// ms UTC.
        before_ms: Option<u64>,
    },
    /// Collect now.
    Sweep(Grace),
}

/// A body that a caller brings.
#[derive(Debug, Serialize, Deserialize)]
pub enum Brought {
    /// The bytes are the body of the command.
    Inline,
    /// The bytes are in slices.
    Sliced(Body),
}

/// What a shard of bodies replies.
#[derive(Debug, Serialize, Deserialize)]
pub enum BodiesReply {
    /// Done.
    Done,
    /// The repository holds it now; whether the caller's bytes were the first, and how many they are.
    Held {
        /// Whether what was brought is the body.
        first: bool,
        /// Its size in bytes.
        size: u64,
    },
    /// Nobody holds such a body.
    Unknown,
    /// It does not fit into the quota of the repository's namespace.
    Spent(Spent),
    /// Nobody can say yet whether it fits: in a moment.
    Busy,
    /// Whether it was taken.
    Released(bool),
    /// Whether no body holds the upload's slices.
    Abandoned(bool),
    /// What was removed.
    Swept(Swept),
}
