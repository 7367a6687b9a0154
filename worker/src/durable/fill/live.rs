//! Clients that read along in the slice that is being filled. They get its bytes as they come and
//! are never waited for: what one does not take stays in his stream, at most one slice of it, and
//! for the next slice he is sent to what is stored.
//!
//! The last bytes of the blob are held back until the whole is known to be right: a lie then ends
//! as a cut connection for everybody.

use crate::service::cached::HELD_BYTES;
use crate::store::cached::slice::{SLICE_BYTES, Slice};
use crate::streams;
use js_sys::Promise;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ReadableStream, WritableStream, WritableStreamDefaultWriter};

/// Of how many slices there may be bytes that clients have not taken yet.
const MAX_SLICES: usize = 3;

/// One client.
struct Reader {
    writer: WritableStreamDefaultWriter,
    writable: WritableStream,
    /// What it has been given, as bytes of the slice.
    given: u64,
    /// The slice, for as long as the client has not taken all of it.
    slice: Rc<()>,
}

/// Those who read along in the slice that is being filled.
pub(super) struct Live {
    readers: Vec<Reader>,
    /// The first byte of the slice.
    start: u64,
    /// How many bytes it will have.
    len: u64,
    /// How many bytes the blob has.
    size: u64,
    slice: Rc<()>,
    /// Slices before it that somebody still reads.
    before: Vec<Weak<()>>,
}

impl Live {
    /// Nobody yet, in the slice that begins at byte `start` of a blob of `size` bytes.
    pub(super) fn new(start: u64, size: u64) -> Self {
        let len = size.saturating_sub(start).min(SLICE_BYTES);
        Self { readers: Vec::new(), start, len, size, slice: Rc::new(()), before: Vec::new() }
    }

    /// The next slice. Everybody has all of the one before.
    pub(super) fn turn(&mut self) {
        let before = std::mem::replace(&mut self.slice, Rc::new(()));
        self.before.push(Rc::downgrade(&before));
        drop(before);
        self.before.retain(|slice| slice.strong_count() > 0);
        self.start = self.start.saturating_add(self.len);
        self.len = self.size.saturating_sub(self.start).min(SLICE_BYTES);
    }

    /// Somebody who reads along from byte `at` of the blob on: the stream, and how many bytes it
    /// will have. `None` where that byte is in another slice, or too much is not taken yet.
    pub(super) fn join(&mut self, at: u64, slice: Option<&Slice>) -> Option<(ReadableStream, u64)> {
        let given = at.checked_sub(self.start).filter(|given| *given < self.len)?;
        self.before.retain(|slice| slice.strong_count() > 0);
        if self.before.len() >= MAX_SLICES {
            return None;
        }
        let len = self.len - given;
        let stream = streams::fixed_length(len);
        let writable = stream.writable();
        let writer = writable.get_writer().ok()?;
        self.readers.push(Reader { writer, writable, given, slice: self.slice.clone() });
        if let Some(slice) = slice {
            self.feed(slice, false);
        }
        Some((stream.readable(), len))
    }

    /// Gives everybody what has come; all of it once the blob `is_right`.
    pub(super) fn feed(&mut self, slice: &Slice, is_right: bool) {
        // Only of the last slice: whoever reads in another one must have all of it when it turns.
        let is_last = self.start.saturating_add(self.len) >= self.size;
        let open =
            if is_last && !is_right { self.len.saturating_sub(HELD_BYTES) } else { self.len };
        let end = slice.filled().min(open);
        for reader in &mut self.readers {
            if end > reader.given {
                let part = slice.part(reader.given, end);
                forget(reader.writer.write_with_chunk(&part));
                reader.given = end;
            }
        }
        let len = self.len;
        for reader in self.readers.extract_if(.., |reader| reader.given >= len) {
            reader.close();
        }
    }
}

impl Reader {
    /// Ends the stream; the slice counts as taken when it is.
    fn close(self) {
        let closed = self.writer.close();
        spawn_local(async move {
            // A client that went away has taken what it wanted.
            let _ = JsFuture::from(closed).await;
            drop(self.slice);
        });
    }
}

/// A client that went away is nobody's failure.
fn forget(promise: Promise) {
    spawn_local(async move {
        let _ = JsFuture::from(promise).await;
    });
}

/// Whoever still reads is cut off.
impl Drop for Live {
    fn drop(&mut self) {
        for reader in self.readers.drain(..) {
            reader.writer.release_lock();
            let why = JsValue::from_str("the other registry did not send what it should");
            forget(reader.writable.abort_with_reason(&why));
        }
    }
}
