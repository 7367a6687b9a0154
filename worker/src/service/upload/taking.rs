//! Taking in the bytes of an upload: into slices, hashed on the way, once.

use super::Incoming;
use crate::service::Error;
use crate::store::body::Record;
use crate::store::intake::{Intake, SLICE_BYTES};
use crate::store::upload::Session;
use crate::store::{self, Store};
use roadstead_shared::blob::{Body, INLINE_MAX_BYTES};
use roadstead_shared::oci::{Algorithm, Digest, Hasher};
use roadstead_shared::upload::{Lease, Seen, Stored};
use web_sys::ReadableStream;

/// The largest blob that R2 takes and verifies in one put, in bytes (4.995 GiB).
const MAX_PUT_BYTES: u64 = 5_363_466_731;

/// A body that R2 can store and verify in one put: all of the blob, of a known length.
pub(super) fn verifiable(lease: &Lease, incoming: &Incoming) -> Option<(ReadableStream, u64)> {
    let length = incoming.length?;
    let fits = length > INLINE_MAX_BYTES && length <= MAX_PUT_BYTES && lease.offset == 0;
    incoming.stream.clone().filter(|_| fits).map(|stream| (stream, length))
}

/// What was taken in.
pub(super) struct Taken {
    /// What is known of all of it.
    seen: Seen,
    /// The bytes, where they are so few that no slice was written for them.
    pub(super) held: Option<Vec<u8>>,
    /// Where the bytes are, else.
    body: Body,
}

/// Has R2 store the body as one slice and verify it.
pub(super) async fn verified(
    session: &Session<'_>,
    lease: &Lease,
    stream: ReadableStream,
    length: u64,
    digest: &Digest,
) -> Result<Taken, Error> {
    let seen = Seen::Verified(digest.clone());
    let stored = Stored { epoch: lease.epoch, number: 0, bytes: length, seen: seen.clone() };
    match session.store_verified(stream, digest, stored).await {
        Ok(()) => {
            let mut body = body(session, lease);
            body.push(lease.epoch, 0, length);
            Ok(Taken { seen, held: None, body })
        }
        Err(store::Error::BadDigest) => {
            let found = "another one".to_owned();
            Err(Error::DigestMismatch { announced: digest.clone(), found })
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads the body slice by slice, hashed on the way, once. The last bytes of a blob that fits into
/// its record are held instead of stored, where the caller is about to write that record.
pub(super) async fn take(
    store: &Store,
    session: &Session<'_>,
    lease: &Lease,
    incoming: Incoming,
    hold: bool,
) -> Result<Taken, Error> {
    let mut body = body(session, lease);
    let Some(stream) = incoming.stream else {
        return Ok(Taken { seen: lease.seen.clone(), held: None, body });
    };
    let mut hasher = hasher(store, lease, &body).await?;
    let mut intake = Intake::open(&stream);
    let mut number = 0;
    loop {
        let slice = intake.slice(|bytes| hasher.update(bytes)).await?;
        let bytes = u64::from(slice.length());
        let is_last = bytes < u64::from(SLICE_BYTES);
        let is_blob = number == 0 && lease.offset == 0 && bytes <= INLINE_MAX_BYTES;
        let seen = Seen::Hashed(hasher.save());
        if hold && is_blob {
            let bytes = slice.to_vec();
            intake.end()?;
            return Ok(Taken { seen, held: Some(bytes), body });
        }
        if bytes > 0 {
            let seen = seen.clone();
            let stored = Stored { epoch: lease.epoch, number, bytes, seen };
            if let Err(error) = session.store(slice, stored, body.size, !is_last).await {
                if matches!(error, store::Error::Spent(_)) {
                    intake.linger().await;
                }
                return Err(error.into());
            }
            body.push(lease.epoch, number, bytes);
            number += 1;
        }
        if is_last {
            // What came is stored either way: an upload that broke off is continued from there.
            intake.end()?;
            return Ok(Taken { seen, held: None, body });
        }
    }
}

/// What is there when a lease begins.
fn body(session: &Session<'_>, lease: &Lease) -> Body {
    Body { size: lease.offset, upload: session.id.clone(), runs: lease.runs.clone() }
}

/// The hasher over what is there. Only where R2 verified it as a whole is it read again.
async fn hasher(store: &Store, lease: &Lease, body: &Body) -> Result<Hasher, Error> {
    match &lease.seen {
        Seen::Hashed(state) => Hasher::restore(state).ok_or(Error::UploadUnknown),
        Seen::Verified(digest) => read_again(store, body, digest.algorithm()).await,
    }
}

async fn read_again(store: &Store, body: &Body, algorithm: Algorithm) -> Result<Hasher, Error> {
    let mut hasher = Hasher::new(algorithm);
    for part in body.all_parts() {
        let mut intake = Intake::open(&store.part(&body.upload, part).await?);
        while intake.slice(|bytes| hasher.update(bytes)).await?.length() > 0 {}
        intake.end()?;
    }
    Ok(hasher)
}

/// The digest of everything, in the announced algorithm. Only where the client began with one
/// algorithm and ends with another are the slices read again.
pub(super) async fn found(
    store: &Store,
    taken: &Taken,
    announced: &Digest,
) -> Result<Digest, Error> {
    let algorithm = announced.algorithm();
    if let Some(bytes) = &taken.held {
        return Ok(Digest::of(algorithm, bytes));
    }
    let found = match &taken.seen {
        Seen::Verified(digest) => digest.clone(),
        Seen::Hashed(state) => Hasher::restore(state).ok_or(Error::UploadUnknown)?.finish(),
    };
    if found.algorithm() == algorithm {
        return Ok(found);
    }
    Ok(read_again(store, &taken.body, algorithm).await?.finish())
}

/// The record of what was found to be the blob. Where it names slices, the session knows from here
/// on that a body may hold them.
pub(super) async fn record(
    store: &Store,
    session: &Session<'_>,
    lease: &Lease,
    taken: Taken,
    digest: &Digest,
) -> Result<Record, Error> {
    match taken.held {
        Some(bytes) => Ok(Record::Inline(bytes)),
        None if taken.body.size <= INLINE_MAX_BYTES => {
            Ok(Record::Inline(store.body(&taken.body).await?))
        }
        None if matches!(taken.seen, Seen::Verified(_)) => Ok(Record::Sliced(taken.body)),
        None => Ok(Record::Sliced(session.commit(lease.epoch, digest).await?)),
    }
}
