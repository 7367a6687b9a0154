//! Uploads of blobs. distribution-spec 1.1, "Pushing blobs": `end-4` to `end-6`, `end-13`, `end-14`.
//!
//! Bytes → slices → the digest is compared → the body → the holder → the link → 201. Whatever is
//! refused or breaks off before the link is seen by nobody; the end of an upload can be sent again
//! until it was answered.

mod taking;

use super::{Answer, Error};
use crate::durable::wire::Leaving;
use crate::store::body::Record;
use crate::store::intake::Intake;
use crate::store::upload::Session;
use crate::store::{self, Store};
use futures_util::future::{join, ready};
use roadstead_shared::oci::range::ByteRange;
use roadstead_shared::oci::{Algorithm, Digest, Name, path};
use roadstead_shared::upload::{Lease, Refused};
use taking::{found, record, take, verifiable, verified};
use web_sys::ReadableStream;

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
    match digest {
        Some(digest) if incoming.length != Some(0) && incoming.stream.is_some() => {
            let session = store.begin_upload(name, algorithm).await?;
            fitting(&session, Box::pin(complete(store, &session, name, digest, incoming))).await
        }
        _ => {
            // How much will come is not known yet; where nothing fits, nobody need begin.
            let begun = store.begin_upload(name, algorithm);
            let (room, session) = join(store.room(name), begun).await;
            let session = session?;
            fitting(&session, ready(room.map_err(Error::from))).await?;
            Ok(accepted(name, &session, 0))
        }
    }
}

/// Gives a blob that another repository has to `name`, or begins an upload where nobody has it.
/// `from` is a hint that is not needed: everything that is published here is public.
pub async fn mount(store: &Store, name: &Name, digest: &Digest) -> Result<Answer, Error> {
    match store.hold(name, digest, None, None, true).await? {
        Some(_) => Ok(created(name, digest)),
        None => start(store, name, digest.algorithm(), None, Incoming::default()).await,
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
    fitting(&session, Box::pin(append_to(store, &session, name, incoming))).await
}

async fn append_to(
    store: &Store,
    session: &Session<'_>,
    name: &Name,
    incoming: Incoming,
) -> Result<Answer, Error> {
    let lease = lease(session, name, &incoming, None).await?;
    let taking = take(store, session, &lease, incoming, false);
    let taken = session.stay(lease.epoch, taking).await;
    // The lease is given back in any case: what was stored is there to be continued.
    let offset = session.release(lease.epoch, taken.is_err()).await?;
    taken?;
    Ok(accepted(name, session, offset))
}

/// Ends an upload that turns out not to fit, with all that it stored: nobody can go on with it, and
/// what is there takes room that others may want.
async fn fitting<T>(
    session: &Session<'_>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let done = work.await;
    if matches!(done, Err(Error::StorageSpent(_))) {
        // Why it does not fit is what the client is told; what is left ends by itself.
        let _ = session.abandon().await;
    }
    done
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
    fitting(&session, Box::pin(complete(store, &session, name, digest, incoming))).await
}

/// Ends an upload, and removes what it stored.
pub async fn cancel(store: &Store, name: &Name, id: &str) -> Result<Answer, Error> {
    let session = store.upload(name, id)?;
    session.offset().await?;
    session.cancel().await?;
    Ok(Answer::UploadCancelled)
}

async fn complete(
    store: &Store,
    session: &Session<'_>,
    name: &Name,
    digest: &Digest,
    incoming: Incoming,
) -> Result<Answer, Error> {
    let is_empty = incoming.stream.is_none() || incoming.length == Some(0);
    let whole = is_empty.then(|| digest.clone());
    let lease = match lease(session, name, &incoming, whole).await {
        Ok(lease) => lease,
        Err(error) => return again(store, session, name, digest, error).await,
    };
    let taking = async {
        match verifiable(&lease, &incoming) {
            Some((stream, length)) => verified(session, &lease, stream, length, digest).await,
            None => take(store, session, &lease, incoming, true).await,
        }
    };
    let taken = session.stay(lease.epoch, taking).await;
    let taken = match taken {
        Ok(taken) => taken,
        Err(error) => {
            if matches!(error, Error::DigestMismatch { .. }) {
                session.cancel().await?;
            } else {
                // What went wrong first is what the client is told.
                let _ = session.release(lease.epoch, true).await;
            }
            return Err(error);
        }
    };
    let found = found(store, &taken, digest).await?;
    if found != *digest {
        session.cancel().await?;
        let (announced, found) = (digest.clone(), found.to_string());
        return Err(Error::DigestMismatch { announced, found });
    }
    let stored_nothing = taken.held.is_some();
    let record = record(store, session, &lease, taken, digest).await?;
    publish(store, session, name, digest, record, stored_nothing).await
}

/// For who sends the end again because the answer was lost: the bytes may be on their way to be the
/// blob, or be the blob already.
async fn again(
    store: &Store,
    session: &Session<'_>,
    name: &Name,
    digest: &Digest,
    error: Error,
) -> Result<Answer, Error> {
    match error {
        Error::UploadComplete => {
            let body = session.committed(digest).await?;
            publish(store, session, name, digest, Record::Sliced(body), false).await
        }
        Error::UploadUnknown if store.blob_size(name, digest).await?.is_some() => {
            Ok(created(name, digest))
        }
        error => Err(error),
    }
}

/// Makes what was found to be the blob the blob, and ends the upload.
async fn publish(
    store: &Store,
    session: &Session<'_>,
    name: &Name,
    digest: &Digest,
    record: Record,
    stored_nothing: bool,
) -> Result<Answer, Error> {
    let is_sliced = matches!(record, Record::Sliced(_));
    let held = store.hold(name, digest, Some(record), Some(&session.id), true).await?;
    // Nobody is given the slices of an upload that was found to be over.
    let (is_first, _) = held.ok_or(Error::UploadUnknown)?;
    let leaving = if stored_nothing {
        Leaving::NothingStored
    } else if !is_sliced || (!is_first && !store.is_body(digest, &session.id).await?) {
        // Another upload brought these bytes first, or they went into the record.
        Leaving::Nothing
    } else {
        Leaving::Slices
    };
    // The blob is there, whatever becomes of the upload: it ends by itself if it must.
    let _ = session.close(leaving).await;
    Ok(created(name, digest))
}

fn created(name: &Name, digest: &Digest) -> Answer {
    Answer::BlobCreated { location: path::blob(name, digest), digest: digest.clone() }
}

async fn lease(
    session: &Session<'_>,
    name: &Name,
    incoming: &Incoming,
    whole: Option<Digest>,
) -> Result<Lease, Error> {
    if let (Some(range), Some(length)) = (incoming.range, incoming.length)
        && range.len() != length
    {
        let why = format!("Content-Range names {} bytes, Content-Length {length}", range.len());
        return Err(Error::UploadInvalid(why));
    }
    let start = incoming.range.map(|range| range.first);
    let bytes = incoming.stream.as_ref().and(incoming.length);
    match session.lease(start, whole, bytes).await {
        Ok(lease) => Ok(lease),
        Err(store::Error::Upload(Refused::OutOfOrder { offset })) => {
            Err(Error::UploadOutOfOrder { offset, location: path::upload(name, &session.id) })
        }
        Err(error) => {
            if let (store::Error::Spent(_), Some(stream)) = (&error, &incoming.stream) {
                Intake::open(stream).linger().await;
            }
            Err(error.into())
        }
    }
}

fn accepted(name: &Name, session: &Session<'_>, offset: u64) -> Answer {
    let location = path::upload(name, &session.id);
    Answer::UploadAccepted { location, id: session.id.clone(), offset }
}
