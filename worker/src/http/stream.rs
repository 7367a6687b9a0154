//! Bodies that are made of several pieces: each is piped by the runtime itself into one stream of
//! known length, the next one asked for ahead. No byte of a slice passes through Wasm.
//!
//! A piece counts as delivered when its pipe has ended: then the connection has taken all of it.
//! Of a client that hangs up, the piece that it was getting is not counted.

use crate::service::answer::Source;
use crate::service::cached::alone;
use crate::service::cached::blob::{Coming, Piece};
use crate::service::meter::Tally;
use crate::store::{Error, Store};
use crate::streams;
use js_sys::Uint8Array;
use roadstead_shared::blob::Part;
use roadstead_shared::oci::range::ByteRange;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ReadableStream, StreamPipeOptions, WritableStream};

/// The longest piece, in bytes: what a client may get without its being counted, if it hangs up.
pub const PIECE_BYTES: u64 = 16 * 1024 * 1024;

/// A piece of a body.
pub struct Segment {
    /// Where its bytes come from.
    pub source: Source,
    /// How many they are.
    pub len: u64,
}

impl Segment {
    /// The first piece of a slice in it, and of which upload.
    fn first_piece(&self) -> Option<(&str, Part)> {
        let Source::Slices { upload, parts } = &self.source else { return None };
        Some((upload, pieces(parts).next()?))
    }
}

/// The parts in pieces that are read by themselves.
fn pieces(parts: &[Part]) -> impl Iterator<Item = Part> {
    parts.iter().flat_map(|part| part.split(PIECE_BYTES))
}

/// A stream of all `segments`, one after another, counted by `tally`. The first piece of a slice is
/// open when this returns: where that fails, so does the request, before any of it was answered.
pub async fn pipe(
    store: Store,
    segments: Vec<Segment>,
    tally: Option<Tally>,
) -> worker::Result<ReadableStream> {
    let first = segments.iter().find_map(Segment::first_piece);
    let opened = match first {
        Some((upload, piece)) => Some(store.part(upload, piece).await?),
        None => None,
    };
    let length: u64 = segments.iter().map(|segment| segment.len).sum();
    let stream = streams::fixed_length(length);
    let readable = stream.readable();
    let writable = stream.writable();
    let behind = store.behind().cloned();
    let work = async move {
        let pump = Pump { store, tally, writable, sent: Cell::new(0) };
        let ended = match pump.all(segments, opened).await {
            Ok(()) => pump.writable.close(),
            // The client hung up, or a slice could not be read: either way the connection ends here.
            Err(error) => pump.writable.abort_with_reason(&JsValue::from_str(&error.to_string())),
        };
        // An error now is that of a stream which has ended already.
        let _ = JsFuture::from(ended).await;
    };
    match behind {
        // A client that hangs up on the last byte must not take the counting of it along.
        Some(behind) => behind.run(work),
        None => spawn_local(work),
    }
    Ok(readable)
}

struct Pump {
    store: Store,
    tally: Option<Tally>,
    writable: WritableStream,
    /// How many bytes have gone through.
    sent: Cell<u64>,
}

impl Pump {
    /// Sends all `segments`, whose first piece of a slice was `opened` already.
    async fn all(
        &self,
        segments: Vec<Segment>,
        mut opened: Option<ReadableStream>,
    ) -> Result<(), Error> {
        for Segment { source, len } in segments {
            match source {
                Source::Object(object) => self.append(object.stream()?, len).await?,
                Source::Bytes(bytes) => self.write(&bytes).await?,
                Source::Slices { upload, parts } => {
                    self.slices(&upload, &parts, &mut opened).await?;
                }
                Source::Coming(coming) => self.coming(*coming).await?,
            }
        }
        Ok(())
    }

    async fn slices(
        &self,
        upload: &str,
        parts: &[Part],
        opened: &mut Option<ReadableStream>,
    ) -> Result<(), Error> {
        let mut parts = pieces(parts);
        let mut next = match parts.next() {
            Some(part) => {
                let stream = match opened.take() {
                    Some(stream) => stream,
                    None => self.store.part(upload, part).await?,
                };
                Some((stream, part.len))
            }
            None => None,
        };
        while let Some((stream, len)) = next {
            // The next piece is on its way while this one is sent.
            let ahead = async {
                match parts.next() {
                    Some(part) => {
                        self.store.part(upload, part).await.map(|stream| Some((stream, part.len)))
                    }
                    None => Ok(None),
                }
            };
            let (sent, ahead) = futures_util::join!(self.append(stream, len), ahead);
            sent?;
            next = ahead?;
        }
        Ok(())
    }

    /// A blob of another registry: what rests here, and what is coming. Where a slice was taken away
    /// meanwhile to make room, the rest comes from the registry again.
    async fn coming(&self, mut coming: Coming) -> Result<(), Error> {
        while coming.at < coming.end {
            let before = self.sent.get();
            let outcome = match coming.piece(&self.store).await? {
                Piece::Live(stream, len) => self.append(stream, len).await,
                Piece::Alone => {
                    let poured = alone::pour(&self.store, &coming, &self.writable).await;
                    poured.map(|bytes| self.count(bytes))
                }
                Piece::Stored(body) => {
                    let last = body.size.min(coming.end).saturating_sub(1);
                    let parts = body.parts(ByteRange { first: coming.at, last });
                    self.slices(&body.upload, &parts, &mut None).await
                }
            };
            let sent = self.sent.get() - before;
            coming.at = coming.at.saturating_add(sent);
            match outcome {
                Err(error) if !coming.returns(&error) => return Err(error),
                Ok(()) if sent == 0 => {
                    return Err(Error::BrokenBody("nothing more came".to_owned()));
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    async fn append(&self, stream: ReadableStream, len: u64) -> Result<(), Error> {
        let options = StreamPipeOptions::new();
        options.set_prevent_close(true);
        JsFuture::from(stream.pipe_to_with_options(&self.writable, &options)).await?;
        self.count(len);
        Ok(())
    }

    async fn write(&self, bytes: &[u8]) -> Result<(), Error> {
        let writer = self.writable.get_writer()?;
        let chunk: JsValue = Uint8Array::from(bytes).unchecked_into();
        let written = JsFuture::from(writer.write_with_chunk(&chunk)).await;
        writer.release_lock();
        written?;
        self.count(bytes.len() as u64);
        Ok(())
    }

    fn count(&self, bytes: u64) {
        self.sent.set(self.sent.get().saturating_add(bytes));
        if let Some(tally) = &self.tally {
            tally.add(&self.store, bytes);
        }
    }
}
