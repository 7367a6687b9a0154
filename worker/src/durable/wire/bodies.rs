//! The shards that know who holds which body.

use super::{Grace, Swept};
use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Digest, Name};
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
        /// Whether somebody asked for just that, rather than whether the blob is here.
        asked: bool,
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
    /// Whether it was taken.
    Released(bool),
    /// What was removed.
    Swept(Swept),
}
