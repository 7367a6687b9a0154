//! Reading what another registry sends: with a bound on the bytes and on how long it may say
//! nothing, and without a copy in Wasm where the bytes only pass by.

use super::Error;
use crate::clock::within;
use crate::streams::{self, Reader};
use js_sys::{ArrayBuffer, Uint8Array};
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, WritableStream};

/// How long a body may say nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long whoever takes the bytes may need for one buffer of them.
const TAKING: Duration = Duration::from_mins(2);

/// What counts as saying something, in bytes: who sends less in [`PATIENCE`] never ends. What comes
/// first is handed over sooner; after that each reading costs.
const FIRST_BYTES: u32 = 16 * 1024;
const LEAST_BYTES: u32 = 256 * 1024;

/// The most that is read at once, in bytes. The runtime hands over chunks of 4 KiB to who brings no
/// large buffer, and the chunks are what costs.
const BUFFER_BYTES: u32 = 1024 * 1024;

/// A body that is read.
pub struct Body {
    reader: Reader,
    /// What the next read fills: the runtime takes it away for as long as that lasts.
    buffer: ArrayBuffer,
    least: u32,
    is_over: bool,
}

impl Body {
    /// Begins to read `stream`.
    pub fn open(stream: &ReadableStream) -> Self {
        Self {
            reader: streams::reader(stream),
            buffer: ArrayBuffer::new(BUFFER_BYTES),
            least: FIRST_BYTES,
            is_over: false,
        }
    }

    /// The next bytes; `None` after the last. They are good until the next call.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, Error> {
        if self.is_over {
            return Ok(None);
        }
        let broken = |_: JsValue| Error::Broken("the connection was cut".to_owned());
        let view = Uint8Array::new(&self.buffer);
        let read = self.reader.read_at_least(self.least, &view).map_err(broken)?;
        self.least = LEAST_BYTES;
        let read = within(PATIENCE, JsFuture::from(read)).await;
        let read = read.ok_or_else(|| Error::Broken("nothing came for a minute".to_owned()))?;
        let read = read.map_err(broken)?;
        let (value, done) = streams::outcome(&read).map_err(broken)?;
        self.buffer = value.buffer();
        self.is_over = done || value.length() == 0;
        Ok((value.length() > 0).then_some(value))
    }

    /// All bytes of a body of at most `limit` bytes, which `host` sends.
    pub async fn all(mut self, limit: usize, host: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(some) = self.next().await? {
            if bytes.len() + some.length() as usize > limit {
                return Err(Error::TooLong(host.to_owned()));
            }
            bytes.extend(some.to_vec());
        }
        Ok(bytes)
    }
}

/// The rest of a body that nobody reads is not sent.
impl Drop for Body {
    fn drop(&mut self) {
        if !self.is_over {
            // Nobody waits for it, and it cannot fail in a way that matters.
            let _ = self.reader.cancel();
        }
    }
}

/// A pipe for exactly so many bytes: one end for who takes them, the other for [`Pipe::pour`].
pub struct Pipe {
    length: u64,
    writable: WritableStream,
    /// The end that is read.
    pub readable: ReadableStream,
}

impl Pipe {
    /// A pipe for `length` bytes.
    pub fn new(length: u64) -> Self {
        let stream = streams::fixed_length(length);
        Self { length, writable: stream.writable(), readable: stream.readable() }
    }

    /// Moves `body` into the pipe. `watch` is told how many bytes have gone through, and says
    /// whether to go on. Whatever goes wrong, who reads the other end sees it break off.
    pub async fn pour(self, body: Body, watch: impl Fn(u64) -> bool) -> Result<(), Error> {
        let poured = self.pour_all(body, watch).await;
        if let Err(error) = &poured {
            let aborted = self.writable.abort_with_reason(&JsValue::from_str(&error.to_string()));
            // It may have ended already: then there is nothing to abort.
            let _ = within(TAKING, JsFuture::from(aborted)).await;
        }
        poured
    }

    async fn pour_all(&self, mut body: Body, watch: impl Fn(u64) -> bool) -> Result<(), Error> {
        let broken = |_: JsValue| Error::Broken("they are not taken any more".to_owned());
        let writer = self.writable.get_writer().map_err(broken)?;
        let mut poured = 0_u64;
        let outcome = loop {
            let some = match body.next().await {
                Ok(Some(some)) => some,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            poured += u64::from(some.length());
            if poured > self.length {
                break Err(Error::Broken("there are more than announced".to_owned()));
            }
            match within(TAKING, JsFuture::from(writer.write_with_chunk(&some))).await {
                Some(Ok(_)) => {}
                Some(Err(error)) => break Err(broken(error)),
                None => break Err(broken(JsValue::NULL)),
            }
            if !watch(poured) {
                break Err(Error::Stopped);
            }
        };
        writer.release_lock();
        outcome?;
        if poured < self.length {
            return Err(Error::Broken(format!("{poured} bytes came of {}", self.length)));
        }
        let closed = within(TAKING, JsFuture::from(self.writable.close())).await;
        closed.ok_or_else(|| broken(JsValue::NULL))?.map(drop).map_err(broken)
    }
}
