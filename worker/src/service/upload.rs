//! Uploads of blobs. distribution-spec 1.1, "Pushing blobs": `end-4` to `end-6`, `end-13`, `end-14`.
//!
//! Bytes → slices → the digest is compared → the body → the holder → the link → 201. Whatever is
//! refused or breaks off before the link is seen by nobody.

use super::{Answer, Error};
use crate::store::blob::Record;
use crate::store::intake::{Intake, SLICE_BYTES};
use crate::store::upload::Session;
use crate::store::{self, Store};
use roadstead_shared::blob::{Body, INLINE_MAX_BYTES};
use roadstead_shared::oci::range::ByteRange;
use roadstead_shared::oci::{Algorithm, Digest, Hasher, Name, path};
use roadstead_shared::upload::{Lease, Refused, Stored};
use web_sys::ReadableStream;

/// The largest blob that R2 takes and verifies in one put, in bytes (4.995 GiB).
const MAX_PUT_BYTES: u64 = 5_363_466_731;

/// The bytes of a request, and what its headers say of them.
#[derive(Default)]
pub struct Incoming {
    /// The body, unread.
    pub stream: Option<ReadableStream>,
    /// `Content-Length` in bytes; absent where the client streams.
    pub length: Option<u64>,
    /// `Content-Range`: where in the blob these bytes belong.
    pub range: Option<ByteRange>,
}

/// Begins an upload; where the digest is known and the bytes came along, ends it, too.
pub async fn start(
    store: &Store,
    name: &Name,
    algorithm: Algorithm,
    digest: Option<&Digest>,
    incoming: Incoming,
) -> Result<Answer, Error> {
    let session = store.begin_upload(name, algorithm).await?;
    match digest {
        Some(digest) if incoming.length != Some(0) && incoming.stream.is_some() => {
            complete(store, &session, name, digest, incoming).await
        }
        _ => Ok(accepted(name, &session, 0)),
    }
}

/// Where an upload stands.
pub async fn status(store: &Store, name: &Name, id: &str) -> Result<Answer, Error> {
    let session = store.upload(name, id)?;
    let offset = session.offset().await?;
    Ok(Answer::UploadStatus { location: path::upload(name, id), id: session.id, offset })
}

/// Appends a chunk, of known length or not.
pub async fn append(
    store: &Store,
    name: &Name,
    id: &str,
    incoming: Incoming,
) -> Result<Answer, Error> {
    let session = store.upload(name, id)?;
    let lease = lease(&session, name, &incoming).await?;
    let taken = take(&session, &lease, incoming, false).await;
    // The lease is given back in any case: what was stored is there to be continued.
    let offset = session.release(lease.epoch).await?;
    taken?;
    Ok(accepted(name, &session, offset))
}

/// Appends what came along, if anything did, and makes the whole the blob `digest`.
pub async fn finish(
    store: &Store,
    name: &Name,
    id: &str,
    digest: &Digest,
    incoming: Incoming,
) -> Result<Answer, Error> {
    let session = store.upload(name, id)?;
    complete(store, &session, name, digest, incoming).await
}

/// Ends an upload, and removes what it stored.
pub async fn cancel(store: &Store, name: &Name, id: &str) -> Result<Answer, Error> {
    let session = store.upload(name, id)?;
    session.offset().await?;
    session.close(false).await?;
    Ok(Answer::UploadCancelled)
}

async fn complete(
    store: &Store,
    session: &Session<'_>,
    name: &Name,
    digest: &Digest,
    incoming: Incoming,
) -> Result<Answer, Error> {
    let lease = lease(session, name, &incoming).await?;
    let taken = match verifiable(&lease, &incoming) {
        Some((stream, length)) => verified(session, &lease, stream, length, digest).await,
        None => take(session, &lease, incoming, true).await,
    };
    let taken = match taken {
        Ok(taken) => taken,
        Err(error) => {
            if matches!(error, Error::DigestMismatch { .. }) {
                session.close(false).await?;
            } else {
                // What went wrong first is what the client is told.
                let _ = session.release(lease.epoch).await;
            }
            return Err(error);
        }
    };
    let body = session.commit(lease.epoch, digest).await?;
    let found = found(store, &taken, &body, digest).await?;
    if found != *digest {
        session.close(false).await?;
        let (announced, found) = (digest.clone(), found.to_string());
        return Err(Error::DigestMismatch { announced, found });
    }
    let record = record(store, taken.held, body).await?;
    let sliced = matches!(record, Record::Sliced(_));
    let first = store.publish(name, digest, record).await?;
    session.close(sliced && first).await?;
    Ok(Answer::BlobCreated { location: path::blob(name, digest), digest: digest.clone() })
}

/// A body that R2 can store and verify in one put: all of the blob, of a known length.
fn verifiable(lease: &Lease, incoming: &Incoming) -> Option<(ReadableStream, u64)> {
    let length = incoming.length?;
    let fits = length > INLINE_MAX_BYTES && length <= MAX_PUT_BYTES && lease.offset == 0;
    incoming.stream.clone().filter(|_| fits).map(|stream| (stream, length))
}

/// What was taken in.
struct Taken {
    /// The hasher over all of it; `None` where R2 has verified it.
    hasher: Option<Hasher>,
    /// The bytes, where they are so few that no slice was written for them.
    held: Option<Vec<u8>>,
}

async fn verified(
    session: &Session<'_>,
    lease: &Lease,
    stream: ReadableStream,
    length: u64,
    digest: &Digest,
) -> Result<Taken, Error> {
    let stored =
        Stored { epoch: lease.epoch, number: 0, bytes: length, hasher: lease.hasher.clone() };
    match session.store_verified(stream, digest, stored).await {
        Ok(()) => Ok(Taken { hasher: None, held: None }),
        Err(store::Error::BadDigest) => {
            let found = "another one".to_owned();
            Err(Error::DigestMismatch { announced: digest.clone(), found })
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads the body slice by slice, hashed on the way, once. The last bytes of a blob that fits into
/// its record are held instead of stored, where the caller is about to write that record.
async fn take(
    session: &Session<'_>,
    lease: &Lease,
    incoming: Incoming,
    hold: bool,
) -> Result<Taken, Error> {
    let hasher = Hasher::restore(&lease.hasher);
    let mut hasher = hasher.ok_or(Error::UploadUnknown)?;
    let Some(stream) = incoming.stream else {
        return Ok(Taken { hasher: Some(hasher), held: None });
    };
    let mut intake = Intake::open(&stream);
    let mut number = 0;
    loop {
        let slice = intake.slice(|bytes| hasher.update(bytes)).await?;
        let bytes = u64::from(slice.length());
        let is_blob = number == 0 && lease.offset == 0 && bytes <= INLINE_MAX_BYTES;
        if hold && is_blob {
            return Ok(Taken { hasher: Some(hasher), held: Some(slice.to_vec()) });
        }
        if bytes > 0 {
            let stored = Stored { epoch: lease.epoch, number, bytes, hasher: hasher.save() };
            session.store(slice, stored).await?;
            number += 1;
        }
        if bytes < u64::from(SLICE_BYTES) {
            return Ok(Taken { hasher: Some(hasher), held: None });
        }
    }
}

/// The digest of everything, in the announced algorithm. Only where the client began with one
/// algorithm and ends with another are the slices read again.
async fn found(
    store: &Store,
    taken: &Taken,
    body: &Body,
    announced: &Digest,
) -> Result<Digest, Error> {
    if let Some(bytes) = &taken.held {
        return Ok(Digest::of(announced.algorithm(), bytes));
    }
    let Some(hasher) = &taken.hasher else { return Ok(announced.clone()) };
    let found = hasher.clone().finish();
    if found.algorithm() == announced.algorithm() {
        return Ok(found);
    }
    let mut hasher = Hasher::new(announced.algorithm());
    for part in body.all_parts() {
        let mut intake = Intake::open(&store.part(&body.upload, part).await?);
        while intake.slice(|bytes| hasher.update(bytes)).await?.length() > 0 {}
    }
    Ok(hasher.finish())
}

async fn record(store: &Store, held: Option<Vec<u8>>, body: Body) -> Result<Record, Error> {
    match held {
        Some(bytes) => Ok(Record::Inline(bytes)),
        None if body.size <= INLINE_MAX_BYTES => Ok(Record::Inline(store.body(&body).await?)),
        None => Ok(Record::Sliced(body)),
    }
}

async fn lease(session: &Session<'_>, name: &Name, incoming: &Incoming) -> Result<Lease, Error> {
    if let (Some(range), Some(length)) = (incoming.range, incoming.length)
        && range.len() != length
    {
        let why = format!("Content-Range names {} bytes, Content-Length {length}", range.len());
        return Err(Error::UploadInvalid(why));
    }
    match session.lease(incoming.range.map(|range| range.first)).await {
        Ok(lease) => Ok(lease),
        Err(store::Error::Upload(Refused::OutOfOrder { offset })) => {
            Err(Error::UploadOutOfOrder { offset, location: path::upload(name, &session.id) })
        }
        Err(error) => Err(error.into()),
    }
}

fn accepted(name: &Name, session: &Session<'_>, offset: u64) -> Answer {
    let location = path::upload(name, &session.id);
    Answer::UploadAccepted { location, id: session.id.clone(), offset }
}
