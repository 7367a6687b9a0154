//! An upload session as a state machine: no I/O, no clock; the Durable Object `UploadSession`
//! decodes a command, takes one step here, persists the state and replies.
//!
//! A *lease* lets one request at a time append bytes. Every lease has an epoch of its own, which is
//! part of the keys of the pieces written under it: a request that wakes up late writes what no
//! record names, and what it reports is refused.

use crate::blob::{self, Body, Run};
use crate::oci::{Algorithm, Digest, Hasher, Name};
use serde::{Deserialize, Serialize};

/// How long a lease is left alone without a piece being stored, in ms. A client that says where it
/// goes on need not wait for it.
pub const LEASE_MS: u64 = 60_000;

/// How long an upload that nobody continues is kept, in ms.
pub const KEPT_MS: u64 = 24 * 60 * 60 * 1000;

/// One upload of one blob to one repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Where the blob is going.
    pub repository: Name,
    algorithm: Algorithm,
    offset: u64,
    hasher: String,
    runs: Vec<Run>,
    epoch: u32,
    leased_until_ms: u64,
    touched_at_ms: u64,
    /// The digest that the client named at the end: from then on a body may hold the pieces.
    pub committing: Option<Digest>,
}

/// The right to append, and what is needed to do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The number of this lease: part of the keys of what is stored under it.
    pub epoch: u32,
    /// How many bytes are there already.
    pub offset: u64,
    /// The hasher over them, as [`Hasher::save`] writes it.
    pub hasher: String,
    /// The pieces that hold them.
    pub runs: Vec<Run>,
}

/// One piece that was stored under a lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The lease.
    pub epoch: u32,
    /// The number of the piece under that lease, from 0.
    pub number: u32,
    /// Its length in bytes.
    pub bytes: u64,
    /// The hasher over everything up to its end.
    pub hasher: String,
}

/// Why a step is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refused {
    /// There is no such upload, or it is over.
    #[error("there is no such upload")]
    Unknown,
    /// Another request is appending; or these bytes do not follow those that are there.
    #[error("the upload goes on at byte {offset}")]
    OutOfOrder {
        /// Where to go on.
        offset: u64,
    },
    /// The lease was taken over by another request.
    #[error("another request took the upload over")]
    Superseded,
}

impl Upload {
    /// A new upload that has no bytes.
    pub fn new(repository: Name, algorithm: Algorithm, now_ms: u64) -> Self {
        Self {
            repository,
            algorithm,
            offset: 0,
            hasher: Hasher::new(algorithm).save(),
            runs: Vec::new(),
            epoch: 0,
            leased_until_ms: 0,
            touched_at_ms: now_ms,
            committing: None,
        }
    }

    /// How many bytes are there.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// When nobody will miss it any more, ms UTC.
    pub fn expires_at_ms(&self) -> u64 {
        self.touched_at_ms.saturating_add(KEPT_MS)
    }

    /// Gives the right to append. `start` is where the client says that its bytes begin: one that
    /// knows the right place takes over from whoever holds the lease, one that says nothing waits
    /// until the lease is over.
    pub fn lease(&mut self, start: Option<u64>, now_ms: u64) -> Result<Lease, Refused> {
        let free = now_ms >= self.leased_until_ms;
        let may = match start {
            Some(start) => start == self.offset,
            None => free,
        };
        if !may || self.committing.is_some() {
            return Err(Refused::OutOfOrder { offset: self.offset });
        }
        self.epoch += 1;
        self.touch(now_ms);
        Ok(Lease {
            epoch: self.epoch,
            offset: self.offset,
            hasher: self.hasher.clone(),
            runs: self.runs.clone(),
        })
    }

    /// Counts a piece in. Refused where the lease is not the current one.
    pub fn store(&mut self, stored: Stored, now_ms: u64) -> Result<(), Refused> {
        if stored.epoch != self.epoch || self.committing.is_some() {
            return Err(Refused::Superseded);
        }
        blob::push(&mut self.runs, stored.epoch, stored.number, stored.bytes);
        self.offset = self.offset.saturating_add(stored.bytes);
        self.hasher = stored.hasher;
        self.touch(now_ms);
        Ok(())
    }

    /// Gives the lease back.
    pub fn release(&mut self, epoch: u32, now_ms: u64) -> Result<u64, Refused> {
        if epoch != self.epoch {
            return Err(Refused::Superseded);
        }
        self.leased_until_ms = 0;
        self.touched_at_ms = now_ms;
        Ok(self.offset)
    }

    /// Notes that the pieces are about to become the body of `digest`, and gives its record. From
    /// here on nothing is appended; asking again for the same digest gives the same record.
    pub fn commit(
        &mut self,
        id: &str,
        epoch: u32,
        digest: &Digest,
        now_ms: u64,
    ) -> Result<Body, Refused> {
        let again = self.committing.as_ref() == Some(digest);
        if epoch != self.epoch || (self.committing.is_some() && !again) {
            return Err(Refused::Superseded);
        }
        self.committing = Some(digest.clone());
        self.touched_at_ms = now_ms;
        Ok(Body { size: self.offset, upload: id.to_owned(), runs: self.runs.clone() })
    }

    fn touch(&mut self, now_ms: u64) {
        self.touched_at_ms = now_ms;
        self.leased_until_ms = now_ms.saturating_add(LEASE_MS);
    }
}

#[cfg(test)]
mod tests;
