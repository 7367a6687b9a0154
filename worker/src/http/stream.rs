//! Bodies that are made of several pieces: each is piped by the runtime itself into one stream of
//! known length, the next one asked for ahead. No byte of a slice passes through Wasm.

use crate::service::answer::Source;
use crate::store::{Error, Store};
use crate::streams;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ReadableStream, StreamPipeOptions, WritableStream};

/// A piece of a body.
pub struct Segment {
    /// Where its bytes come from.
    pub source: Source,
    /// How many they are.
    pub len: u64,
}

/// A stream of all `segments`, one after another.
pub fn pipe(store: Store, segments: Vec<Segment>) -> worker::Result<ReadableStream> {
    let length: u64 = segments.iter().map(|segment| segment.len).sum();
    let stream = streams::fixed_length(length);
    let readable = stream.readable();
    let writable = stream.writable();
    spawn_local(async move {
        let ended = match pump(&store, segments, &writable).await {
            Ok(()) => writable.close(),
            // The client hung up, or a slice could not be read: either way the connection ends here.
            Err(error) => writable.abort_with_reason(&JsValue::from_str(&error.to_string())),
        };
        // An error now is that of a stream which has ended already.
        let _ = JsFuture::from(ended).await;
    });
    Ok(readable)
}

async fn pump(
    store: &Store,
    segments: Vec<Segment>,
    writable: &WritableStream,
) -> Result<(), Error> {
    for segment in segments {
        match segment.source {
            Source::Object(object) => append(object.stream()?, writable).await?,
            Source::Bytes(bytes) => write(&bytes, writable).await?,
            Source::Slices { upload, parts } => {
                let mut parts = parts.into_iter();
                let mut next = match parts.next() {
                    Some(part) => Some(store.part(&upload, part).await?),
                    None => None,
                };
                while let Some(stream) = next {
                    // The next slice is on its way while this one is sent.
                    let ahead = async {
                        match parts.next() {
                            Some(part) => store.part(&upload, part).await.map(Some),
                            None => Ok(None),
                        }
                    };
                    let (sent, ahead) = futures_util::join!(append(stream, writable), ahead);
                    sent?;
                    next = ahead?;
                }
            }
        }
    }
    Ok(())
}

async fn append(stream: ReadableStream, writable: &WritableStream) -> Result<(), Error> {
    let options = StreamPipeOptions::new();
    options.set_prevent_close(true);
    JsFuture::from(stream.pipe_to_with_options(writable, &options)).await?;
    Ok(())
}

async fn write(bytes: &[u8], writable: &WritableStream) -> Result<(), Error> {
    let writer = writable.get_writer()?;
    let chunk: JsValue = Uint8Array::from(bytes).unchecked_into();
    let written = JsFuture::from(writer.write_with_chunk(&chunk)).await;
    writer.release_lock();
    written?;
    Ok(())
}
