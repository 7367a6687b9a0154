//! Copying a large blob piece by piece into one upload session, which keeps what has come: what
//! breaks off, or takes longer than an alarm may, goes on where it was. The bytes are hashed here.

use super::blob::{announced, through};
use crate::service::import::Failure;
use crate::service::upload::{self, Incoming};
use crate::service::{Answer, Error};
use crate::store::Store;
use crate::upstream::Upstream;
use roadstead_shared::oci::range::ByteRange;
use roadstead_shared::oci::{Descriptor, Name};

/// How much is asked for at once, in bytes.
const PIECE_BYTES: u64 = 64 * 1024 * 1024;

/// How far a blob has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// All of it is here.
    Done,
    /// The source knows no ranges, so that this way leads nowhere; the upload is gone.
    NoRanges,
    /// It goes on in this upload, of which so many bytes are there.
    More {
        /// The upload's id.
        upload: String,
        /// How many bytes it has.
        offset: u64,
    },
}

/// Begins the upload that the pieces go into.
pub async fn begin(store: &Store, name: &Name, blob: &Descriptor) -> Result<Piece, Failure> {
    let algorithm = blob.digest.algorithm();
    match upload::start(store, name, algorithm, None, Incoming::default()).await? {
        Answer::UploadAccepted { id, offset, .. } => Ok(Piece::More { upload: id, offset }),
        _ => Err(Failure::again("an upload could not be begun")),
    }
}

/// Copies the next piece into `upload`, or ends it where all bytes are there. `watch` is told how
/// many bytes have come in all, and says whether to go on.
pub async fn copy(
    store: &Store,
    upstream: &Upstream,
    name: &Name,
    blob: &Descriptor,
    upload: &str,
    watch: impl Fn(u64) -> bool,
) -> Result<Piece, Failure> {
    let offset = match offset(store, name, upload).await {
        Err(Error::UploadUnknown) => return begin(store, name, blob).await,
        offset => offset?,
    };
    if offset >= blob.size {
        let end = upload::finish(store, name, upload, &blob.digest, Incoming::default()).await;
        return end.map(|_| Piece::Done).map_err(|error| match error {
            // The upload is gone with all that came: this is not done again and again.
            Error::DigestMismatch { .. } => Failure { retry: None, ..Failure::from(error) },
            error => Failure::from(error),
        });
    }
    let last = blob.size.min(offset.saturating_add(PIECE_BYTES)) - 1;
    let asked = ByteRange { first: offset, last };
    let sent = upstream.blob(&blob.digest, Some(asked)).await?;
    if !sent.is_part && offset > 0 {
        sent.discard();
        upload::cancel(store, name, upload).await?;
        return Ok(Piece::NoRanges);
    }
    // A source that knows no ranges sends all of it, and so it is taken.
    let range = if sent.is_part { asked } else { ByteRange { first: 0, last: blob.size - 1 } };
    announced(&sent, range.len())?;
    let put = |incoming| upload::append(store, name, upload, incoming);
    let watch = |bytes: u64| watch(offset.saturating_add(bytes));
    through(sent, range.len(), Some(range), watch, put).await?;
    Ok(Piece::More { upload: upload.to_owned(), offset: range.last + 1 })
}

async fn offset(store: &Store, name: &Name, upload: &str) -> Result<u64, Error> {
    match upload::status(store, name, upload).await? {
        Answer::UploadStatus { offset, .. } => Ok(offset),
        _ => Err(Error::UploadUnknown),
    }
}
