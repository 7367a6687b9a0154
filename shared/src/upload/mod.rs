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
    offset: u64,
    seen: Seen,
    runs: Vec<Run>,
    epoch: u32,
    leased_until_ms: u64,
    touched_at_ms: u64,
    /// Whether a lease was ever taken over: pieces may then rest that no run names.
    pub torn: bool,
    /// Whether it is over, and only what it stored is still being removed.
    pub over: bool,
    /// The digest that the bytes were found to have: from then on a body may hold the pieces.
    pub committing: Option<Digest>,
    /// How many bytes its namespace has promised room for.
    #[serde(default)]
    reserved: u64,
    /// How often it told its namespace how much it wants: what is late undoes nothing that is newer.
    #[serde(default)]
    pub asked: u32,
}

/// What is known of the bytes that are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// The hasher over them, as [`Hasher::save`] writes it.
    Hashed(String),
    /// They were verified as a whole where they rest, and have this digest.
    Verified(Digest),
}

/// The right to append, and what is needed to do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The number of this lease: part of the keys of what is stored under it.
    pub epoch: u32,
    /// How many bytes are there already.
    pub offset: u64,
    /// What is known of them.
    pub seen: Seen,
    /// The pieces that hold them.
    pub runs: Vec<Run>,
    /// How many bytes there is room for, those that are there included.
    #[serde(default)]
    pub reserved: u64,
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
    /// What is known of everything up to its end.
    pub seen: Seen,
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
    /// All bytes have come, and they were found to be another blob, or are on their way to be this
    /// one: nothing is appended any more.
    #[error("the upload has all of its bytes")]
    Complete,
}

impl Upload {
    /// A new upload that has no bytes.
    pub fn new(repository: Name, algorithm: Algorithm, now_ms: u64) -> Self {
        Self {
            repository,
            offset: 0,
            seen: Seen::Hashed(Hasher::new(algorithm).save()),
            runs: Vec::new(),
            epoch: 0,
            leased_until_ms: 0,
            touched_at_ms: now_ms,
            torn: false,
            over: false,
            committing: None,
            reserved: 0,
            asked: 0,
        }
    }

    /// How many bytes are there.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// When nobody will miss it any more, ms UTC, where it is kept for `kept_ms`.
    pub fn expires_at_ms(&self, kept_ms: u64) -> u64 {
        self.touched_at_ms.saturating_add(kept_ms)
    }

    /// Whether a request is appending just now, as far as anybody can know.
    pub fn is_leased(&self, now_ms: u64) -> bool {
        self.leased_until_ms > now_ms
    }

    /// Whether a request is still taking bytes in, however slowly they come: it says so more often
    /// than every [`LEASE_MS`].
    pub fn is_alive(&self, now_ms: u64) -> bool {
        self.leased_until_ms != 0 && now_ms < self.touched_at_ms.saturating_add(LEASE_MS)
    }

    /// Notes that the holder of a lease is still taking bytes in. The lease gets no longer by it: who
    /// goes on after a request that hangs waits for it no longer than before.
    pub fn stay(&mut self, epoch: u32, now_ms: u64) -> Result<(), Refused> {
        self.is_appending(epoch)?;
        self.touched_at_ms = now_ms;
        Ok(())
    }

    /// Whether a piece is part of what was counted in.
    pub fn counts(&self, epoch: u32, number: u32) -> bool {
        let holds =
            |run: &Run| run.epoch == epoch && number >= run.first && number - run.first < run.count;
        self.runs.iter().any(holds)
    }

    /// Gives the right to append. `start` is where the client says that its bytes begin: one that
    /// knows the right place takes over from whoever holds the lease, and so does one that sends no
    /// more bytes and knows the digest `whole` of those that are there. One that says nothing waits
    /// until the lease is over.
    pub fn lease(
        &mut self,
        start: Option<u64>,
        whole: Option<&Digest>,
        now_ms: u64,
    ) -> Result<Lease, Refused> {
        let is_free = now_ms >= self.leased_until_ms;
        let may = match start {
            Some(start) => start == self.offset,
            None => is_free || whole.is_some_and(|whole| self.digest().as_ref() == Some(whole)),
        };
        if self.committing.is_some() {
            return Err(Refused::Complete);
        }
        if !may {
            return Err(Refused::OutOfOrder { offset: self.offset });
        }
        // A lease that was not given back may have written what it could not report.
        self.torn |= self.leased_until_ms != 0;
        self.epoch += 1;
        self.touch(now_ms);
        Ok(Lease {
            epoch: self.epoch,
            offset: self.offset,
            seen: self.seen.clone(),
            runs: self.runs.clone(),
            reserved: self.reserved,
        })
    }

    /// How many bytes its namespace has promised room for.
    pub fn reserved(&self) -> u64 {
        self.reserved
    }

    /// Notes that there is room for so many bytes.
    pub fn reserve(&mut self, bytes: u64) {
        self.reserved = self.reserved.max(bytes);
    }

    /// Gives back the room for what did not come. Whether there was any.
    pub fn shrink(&mut self) -> bool {
        let is_less = self.reserved > self.offset;
        self.reserved = self.reserved.min(self.offset);
        is_less
    }

    /// Notes that the room it had was given to its blob.
    pub fn settle(&mut self) {
        self.reserved = 0;
    }

    /// Whether the holder of a lease may still append, and so ask for room.
    pub fn is_appending(&self, epoch: u32) -> Result<(), Refused> {
        if epoch == self.epoch && self.committing.is_none() {
            Ok(())
        } else {
            Err(Refused::Superseded)
        }
    }

    /// Counts a piece in. Refused where the lease is not the current one. One that was verified where
    /// it rests is all of the blob, and on its way to be the body from then on, as after
    /// [`Upload::commit`].
    pub fn store(&mut self, stored: Stored, now_ms: u64) -> Result<(), Refused> {
        self.is_appending(stored.epoch)?;
        blob::push(&mut self.runs, stored.epoch, stored.number, stored.bytes);
        self.offset = self.offset.saturating_add(stored.bytes);
        if let Seen::Verified(digest) = &stored.seen {
            self.committing = Some(digest.clone());
        }
        self.seen = stored.seen;
        self.touch(now_ms);
        Ok(())
    }

    /// Gives the lease back. `failed`: something may have been stored under it that was not counted
    /// in.
    pub fn release(&mut self, epoch: u32, failed: bool, now_ms: u64) -> Result<u64, Refused> {
        if epoch != self.epoch {
            return Err(Refused::Superseded);
        }
        self.torn |= failed;
        self.leased_until_ms = 0;
        self.touched_at_ms = now_ms;
        Ok(self.offset)
    }

    /// Notes that the pieces, found to have `digest`, are about to become its body, and gives the
    /// record. From here on nothing is appended.
    pub fn commit(
        &mut self,
        id: &str,
        epoch: u32,
        digest: &Digest,
        now_ms: u64,
    ) -> Result<Body, Refused> {
        self.is_appending(epoch)?;
        self.committing = Some(digest.clone());
        self.touched_at_ms = now_ms;
        Ok(self.body(id))
    }

    /// The record again, for who comes back after a commit of `digest` whose answer was lost.
    pub fn committed(&self, id: &str, digest: &Digest) -> Result<Body, Refused> {
        match &self.committing {
            Some(committing) if committing == digest => Ok(self.body(id)),
            Some(_) => Err(Refused::Complete),
            None => Err(Refused::Superseded),
        }
    }

    /// Whether it can be ended by who gives it up: what is on its way to be a blob cannot.
    pub fn cancel(&self) -> Result<(), Refused> {
        if self.committing.is_some() { Err(Refused::Complete) } else { Ok(()) }
    }

    /// The digest of the bytes that are there.
    fn digest(&self) -> Option<Digest> {
        match &self.seen {
            Seen::Hashed(state) => Hasher::restore(state).map(Hasher::finish),
            Seen::Verified(digest) => Some(digest.clone()),
        }
    }

    fn body(&self, id: &str) -> Body {
        Body { size: self.offset, upload: id.to_owned(), runs: self.runs.clone() }
    }

    fn touch(&mut self, now_ms: u64) {
        self.touched_at_ms = now_ms;
        self.leased_until_ms = now_ms.saturating_add(LEASE_MS);
    }
}

#[cfg(test)]
mod tests;
