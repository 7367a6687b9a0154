//! Taking in the bytes of a request: big reads into buffers outside of Wasm, a bounded number of
//! them for all requests of an isolate together.
//!
//! The runtime hands a body over in chunks of 4 KiB unless it is given a large buffer to fill, and
//! the cost is the chunks. What is read stays in the runtime's memory: only a window of it is
//! copied into Wasm to be hashed.

use super::Error;
use super::pool::{self, Permit};
use crate::streams::{self, Reader};
use futures_util::future::{Either, select};
use js_sys::{ArrayBuffer, Uint8Array};
use std::pin::pin;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStream;
use worker::Delay;

/// The length of a slice, and of a buffer from the pool, in bytes.
pub const SLICE_BYTES: u32 = 16 * 1024 * 1024;

/// Bodies that are shorter than this need no buffer from the pool; one that rests in its record is.
const SMALL_BYTES: u32 = 64 * 1024 + 1;

/// How much one read waits for, and so what is lost where a body breaks off, in bytes.
const READ_BYTES: u32 = 1024 * 1024;

/// How much is copied into Wasm at once to be hashed, in bytes.
const WINDOW_BYTES: u32 = 256 * 1024;

/// How long a client may say nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// How much of a refused body is read all the same, in bytes, and for how long.
const LINGER_BYTES: u64 = 256 * 1024 * 1024;
const LINGER: Duration = Duration::from_secs(20);

/// A page of Wasm's memory, in bytes.
#[cfg(target_arch = "wasm32")]
const PAGE_BYTES: usize = 64 * 1024;

/// The bytes of one body, slice by slice.
pub struct Intake {
    reader: Reader,
    /// What a read fills. The runtime takes it away for as long as the read lasts, and keeps it
    /// where the read fails: so what has come already is somewhere else.
    landing: ArrayBuffer,
    slice: Uint8Array,
    permit: Option<Permit>,
    window: Vec<u8>,
    /// Why the body broke off, once it has.
    broken: Option<Error>,
}

impl Intake {
    /// Begins to read `stream`.
    pub fn open(stream: &ReadableStream) -> Self {
        Self {
            reader: streams::reader(stream),
            landing: ArrayBuffer::new(SMALL_BYTES),
            slice: Uint8Array::new_with_length(SMALL_BYTES),
            permit: None,
            window: Vec::new(),
            broken: None,
        }
    }

    /// The next slice: [`SLICE_BYTES`] of it, or less where the body ends or breaks off, which
    /// [`Intake::end`] tells apart. Every byte of it was shown to `seen`, in order. The bytes are
    /// good until the next call.
    pub async fn slice(&mut self, mut seen: impl FnMut(&[u8])) -> Result<Uint8Array, Error> {
        let mut filled = 0;
        if self.permit.is_some() && Permit::is_wanted() {
            self.shrink();
        }
        while filled < SLICE_BYTES && self.broken.is_none() {
            if filled == self.slice.length() {
                self.grow(filled).await?;
            }
            let room = self.slice.length() - filled;
            match self.read(room).await {
                Ok((read, done)) => {
                    self.slice.set(&read, filled);
                    self.show(&read, &mut seen);
                    filled += read.length();
                    self.landing = read.buffer();
                    if done || read.length() == 0 {
                        break;
                    }
                }
                Err(error) => self.broken = Some(error),
            }
        }
        Ok(self.slice.subarray(0, filled))
    }

    /// The next bytes, a few: for what is looked at as a whole. It needs no buffer of the pool, and
    /// ends with no bytes.
    pub async fn piece(&mut self) -> Result<Vec<u8>, Error> {
        let (read, _) = self.read(SMALL_BYTES).await?;
        self.landing = read.buffer();
        Ok(read.to_vec())
    }

    /// Reads on for a while and throws away what comes: who still writes would not read why it is
    /// refused, if the connection were closed (RFC 9112, section 9.6).
    pub async fn linger(mut self) {
        self.shrink();
        let read_on = async {
            let mut read = 0;
            while read < LINGER_BYTES {
                match self.read(READ_BYTES).await {
                    Ok((bytes, false)) if bytes.length() > 0 => {
                        read += u64::from(bytes.length());
                        self.landing = bytes.buffer();
                    }
                    _ => break,
                }
            }
        };
        select(pin!(read_on), pin!(Delay::from(LINGER))).await;
    }

    /// Whether the body came to its end, rather than that it broke off.
    pub fn end(self) -> Result<(), Error> {
        self.broken.map_or(Ok(()), Err)
    }

    /// From the large buffer to a small one: somebody else waits.
    fn shrink(&mut self) {
        self.slice = Uint8Array::new_with_length(SMALL_BYTES);
        self.permit = None;
    }

    /// From the small buffers to large ones.
    async fn grow(&mut self, filled: u32) -> Result<(), Error> {
        self.permit = Some(Permit::take(SLICE_BYTES >> 20).await?);
        let larger = Uint8Array::new_with_length(SLICE_BYTES);
        larger.set(&self.slice.subarray(0, filled), 0);
        self.slice = larger;
        self.landing = ArrayBuffer::new(READ_BYTES);
        Ok(())
    }

    /// Reads what comes next, at most `room` bytes; and whether it is the last.
    async fn read(&self, room: u32) -> Result<(Uint8Array, bool), Error> {
        let broken = |error: JsValue| Error::BrokenBody(format!("{error:?}"));
        let bytes = room.min(self.landing.byte_length());
        let view = Uint8Array::new_with_byte_offset_and_length(&self.landing, 0, bytes);
        let read = JsFuture::from(self.reader.read_at_least(bytes, &view).map_err(broken)?);
        let read = match select(pin!(read), pin!(Delay::from(PATIENCE))).await {
            Either::Left((read, _)) => read.map_err(broken)?,
            Either::Right(_) => return Err(Error::BrokenBody("nothing came for too long".into())),
        };
        if let Some(permit) = &self.permit {
            permit.touch();
        }
        streams::outcome(&read).map_err(broken)
    }

    fn show(&mut self, bytes: &Uint8Array, seen: &mut impl FnMut(&[u8])) {
        let mut at = 0;
        while at < bytes.length() {
            let end = bytes.length().min(at + WINDOW_BYTES);
            self.window.resize((end - at) as usize, 0);
            bytes.subarray(at, end).copy_to(&mut self.window);
            seen(&self.window);
            at = end;
        }
    }
}

/// How this isolate is: the memory that Wasm has taken so far, in bytes, and how the buffers of the
/// uploads are used.
pub fn status() -> serde_json::Value {
    let (used, waiting) = pool::usage();
    serde_json::json!({
        "wasm_memory_bytes": memory_bytes(),
        "upload_buffers": { "used": used, "waiting": waiting },
    })
}

#[cfg(target_arch = "wasm32")]
fn memory_bytes() -> usize {
    core::arch::wasm32::memory_size(0).saturating_mul(PAGE_BYTES)
}

/// Outside of Wasm there is no such memory.
#[cfg(not(target_arch = "wasm32"))]
fn memory_bytes() -> usize {
    0
}
