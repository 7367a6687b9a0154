//! Upload sessions.

use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Algorithm, Digest, Name};
use roadstead_shared::storage::Spent;
use roadstead_shared::upload::{Lease, Stored};
use serde::{Deserialize, Serialize};

/// What an upload session is told. The reply is `Result<UploadReply, Refused>`.
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of `shared::upload::Upload`")]
pub enum UploadCommand {
    Begin {
        name: Name,
        algorithm: Algorithm,
    },
    Status {
        name: Name,
    },
    /// `bytes`: how many come, where that is known.
    Lease {
        name: Name,
        start: Option<u64>,
        whole: Option<Digest>,
        bytes: Option<u64>,
    },
    /// Sees to it that there is room for `needed` bytes in all, and for `wanted` if that can be.
    Reserve {
        epoch: u32,
        needed: u64,
        wanted: u64,
    },
    /// How many bytes it has room for, and needs: what nobody sends any more needs none.
    Room {
        name: Name,
    },
    Store(Stored),
    /// The holder of the lease is still taking bytes in.
    Stay {
        epoch: u32,
    },
    Release {
        epoch: u32,
        failed: bool,
    },
    Commit {
        epoch: u32,
        digest: Digest,
    },
    Committed {
        name: Name,
        digest: Digest,
    },
    Cancel {
        name: Name,
    },
    /// Ends it, whatever has become of it.
    Abandon {
        name: Name,
    },
    Close {
        name: Name,
        leaving: Leaving,
    },
    Sweep {
        idle_ms: u64,
    },
}

/// What an upload leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leaving {
    /// Its slices: a body holds them.
    Slices,
    /// Nothing.
    Nothing,
    /// Nothing, and who ends it knows that it never stored anything.
    NothingStored,
}

/// What an upload session replies.
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of `shared::upload::Upload`")]
pub enum UploadReply {
    /// Done.
    Done,
    /// Done; so many bytes are there.
    Offset(u64),
    /// Done; so many bytes there is room for, and so often it asked for some.
    Room { bytes: u64, asked: u32 },
    /// There is not enough room.
    Spent(Spent),
    /// Nobody can say yet whether there is room: in a moment.
    Busy,
    /// The right to append.
    Lease(Lease),
    /// The record of the body.
    Body(Body),
    /// Whether it was over and is gone.
    Swept(bool),
}
