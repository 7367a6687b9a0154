//! Blobs that cannot be kept, fetched for one client. They are hashed on the way, and the last bytes
//! held back until the whole is known to be right, as with those that are kept.

use super::asking::Failure;
use super::blob::Coming;
use super::{HELD_BYTES, Registry};
use crate::durable::wire::Answered;
use crate::store::{self, Store};
use crate::streams;
use crate::upstream::body::Body;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{WritableStream, WritableStreamDefaultWriter};

/// What part of a chunk that begins at `begin` the client gets: of bytes `at..end` of the blob.
fn cut(chunk: &Uint8Array, begin: u64, at: u64, end: u64) -> Uint8Array {
    let low = |byte: u64| {
        let within = byte.saturating_sub(begin).min(u64::from(chunk.length()));
        u32::try_from(within).unwrap_or(u32::MAX)
    };
    chunk.subarray(low(at), low(end))
}

/// Writes the bytes of `coming` from the registry into `taker`, which stays open; how many it got.
pub async fn pour(
    store: &Store,
    coming: &Coming,
    taker: &WritableStream,
) -> Result<u64, store::Error> {
    let place = &coming.place;
    let registry = Registry::new(store, &place.rule, &place.name);
    let client = registry.client(&place.subject).await.map_err(broken)?;
    // From the first byte on, also for who wants only the end: the hash needs all of it.
    let sent = client.blob(&coming.digest, None).await;
    let sent = registry.note(&client, sent, |sent| sent.length.unwrap_or_default());
    let Some(stream) = sent.map_err(broken)?.stream else { return Ok(0) };
    let hash = streams::hashing(coming.digest.algorithm());
    let hasher = hash.get_writer()?;
    let writer = taker.get_writer()?;
    let poured = through(coming, Body::open(&stream), &hasher, &writer).await;
    let outcome = match poured {
        Ok(held) => {
            JsFuture::from(hasher.close()).await?;
            let found = Uint8Array::new(&JsFuture::from(hash.digest()).await?).to_vec();
            if found == coming.digest.bytes() {
                write(&writer, &held).await.map(|()| coming.end - coming.at)
            } else {
                registry.said(&client, Answered::Lied);
                Err(store::Error::BrokenBody("the registry sent other bytes".to_owned()))
            }
        }
        Err(error) => Err(error),
    };
    writer.release_lock();
    outcome
}

/// All but the last bytes; those.
async fn through(
    coming: &Coming,
    mut body: Body,
    hasher: &WritableStreamDefaultWriter,
    writer: &WritableStreamDefaultWriter,
) -> Result<Uint8Array, store::Error> {
    // Also of a part: nobody has all of what he asked for before the whole is right.
    let open = coming.end.saturating_sub(HELD_BYTES);
    let (mut begin, mut held) = (0_u64, Vec::new());
    loop {
        let chunk =
            body.next().await.map_err(|error| store::Error::BrokenBody(error.to_string()))?;
        let Some(chunk) = chunk else { break };
        write(hasher, &chunk).await?;
        write(writer, &cut(&chunk, begin, coming.at, open)).await?;
        held.extend(cut(&chunk, begin, coming.at.max(open), coming.end).to_vec());
        begin = begin.saturating_add(u64::from(chunk.length()));
        if begin > coming.size {
            break;
        }
    }
    if begin == coming.size {
        return Ok(Uint8Array::from(held.as_slice()));
    }
    Err(store::Error::BrokenBody(format!("{begin} bytes came of {}", coming.size)))
}

async fn write(
    writer: &WritableStreamDefaultWriter,
    bytes: &Uint8Array,
) -> Result<(), store::Error> {
    if bytes.length() > 0 {
        let failed = |error: JsValue| store::Error::BrokenBody(format!("{error:?}"));
        JsFuture::from(writer.write_with_chunk(bytes)).await.map_err(failed)?;
    }
    Ok(())
}

fn broken(failure: Failure) -> store::Error {
    match failure {
        Failure::Store(error) => error,
        Failure::Reply(reply) => store::Error::BrokenBody(format!("the registry: {reply:?}")),
    }
}
