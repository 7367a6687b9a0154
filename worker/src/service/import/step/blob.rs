//! Copying a blob. Its length is known from the manifest that names it, so that its bytes go from
//! the source's answer into the store as they are, which verifies them; none passes through Wasm.

use crate::clock::within;
use crate::service::import::Failure;
use crate::service::upload::{self, Incoming};
use crate::service::{Answer, Error};
use crate::store::Store;
use crate::upstream::Upstream;
use crate::upstream::blob::Sent;
use crate::upstream::body::{Body, Pipe};
use futures_util::future::{Either, select};
use roadstead_shared::oci::range::ByteRange;
use roadstead_shared::oci::{Descriptor, Name};
use std::pin::pin;
use std::time::Duration;

/// How long the store may need after the last byte.
const TAKING: Duration = Duration::from_mins(2);

/// Gives the blob to `name` where any repository has it. Whether one had.
pub async fn hold(store: &Store, name: &Name, blob: &Descriptor) -> Result<bool, Failure> {
    Ok(store.hold(name, &blob.digest, None, None, false).await?.is_some())
}

/// Copies the whole blob. `watch` is told how many bytes have come, and says whether to go on.
pub async fn copy(
    store: &Store,
    upstream: &Upstream,
    name: &Name,
    blob: &Descriptor,
    watch: impl Fn(u64) -> bool,
) -> Result<(), Failure> {
    let (digest, algorithm) = (&blob.digest, blob.digest.algorithm());
    if blob.size == 0 {
        let begun = upload::start(store, name, algorithm, None, Incoming::default()).await?;
        if let Answer::UploadAccepted { id, .. } = begun {
            upload::finish(store, name, &id, digest, Incoming::default()).await?;
        }
        return Ok(());
    }
    let sent = upstream.blob(digest, None).await?;
    let length = blob.size;
    announced(&sent, length)?;
    let put = |incoming| upload::start(store, name, algorithm, Some(digest), incoming);
    through(sent, length, None, watch, put).await
}

/// Refuses a length that is not the one that is needed.
pub(super) fn announced(sent: &Sent, needed: u64) -> Result<(), Failure> {
    match sent.length {
        Some(length) if length != needed => Err(Failure::again(format!(
            "the source sends {length} bytes where its manifest says {needed}"
        ))),
        Some(_) | None => Ok(()),
    }
}

/// Pours what was sent into whatever `take` makes of it. Where both ends fail, it is the source's
/// end that is told.
pub(super) async fn through<F: Future<Output = Result<Answer, Error>>>(
    sent: Sent,
    length: u64,
    range: Option<ByteRange>,
    watch: impl Fn(u64) -> bool,
    take: impl FnOnce(Incoming) -> F,
) -> Result<(), Failure> {
    let Some(stream) = &sent.stream else {
        return Err(Failure::again("the source sends an answer without a body"));
    };
    let body = Body::open(stream);
    let pipe = Pipe::new(length);
    let incoming = Incoming { stream: Some(pipe.readable.clone()), length: Some(length), range };
    let taken = pin!(take(incoming));
    let poured = pin!(pipe.pour(body, watch));
    match select(taken, poured).await {
        Either::Left((taken, _)) => taken.map(drop)?,
        Either::Right((poured, taken)) => {
            // Also where the source failed: what is taken sees the end of its stream, and what came
            // before is kept by who can continue.
            let taken = within(TAKING, taken).await;
            poured?;
            taken.ok_or_else(|| Failure::again("the store did not take the bytes in time"))??;
        }
    }
    Ok(())
}
