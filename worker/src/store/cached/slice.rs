//! Slices of fills: buffers of the runtime's that are filled once, and read by whoever waits for
//! the bytes while they are on their way into the store.

use super::key;
use crate::store::pool::Permit;
use crate::store::{Error, Store};
use js_sys::Uint8Array;
use roadstead_shared::blob::Part;
use wasm_bindgen::JsCast;
use web_sys::WritableStream;
use worker::Data;

/// The length of a fill's slice, in bytes.
pub const SLICE_BYTES: u64 = 8 * 1024 * 1024;

/// Fills of so few bytes need no place in the pool.
const SMALL_BYTES: u64 = 64 * 1024;

/// A buffer for one slice. Its bytes are written once: whoever holds a part of it may read that for
/// as long as he likes.
pub struct Slice {
    bytes: Uint8Array,
    permit: Option<Permit>,
    filled: u32,
}

impl Slice {
    /// A buffer for `len` bytes; waits for a place among those of the isolate.
    pub async fn take(len: u64) -> Result<Self, Error> {
        let len = u32::try_from(len.min(SLICE_BYTES)).unwrap_or(u32::MAX);
        let is_small = u64::from(len) <= SMALL_BYTES;
        let permit = if is_small { None } else { Some(Permit::take(len.div_ceil(1 << 20)).await?) };
        Ok(Self { bytes: Uint8Array::new_with_length(len), permit, filled: 0 })
    }

    /// How many bytes are in it.
    pub fn filled(&self) -> u64 {
        u64::from(self.filled)
    }

    /// How many more fit.
    pub fn room(&self) -> u64 {
        u64::from(self.bytes.length() - self.filled)
    }

    /// Appends `bytes`, which must fit.
    pub fn push(&mut self, bytes: &Uint8Array) {
        self.bytes.set(bytes, self.filled);
        self.filled = self.filled.saturating_add(bytes.length());
        if let Some(permit) = &self.permit {
            permit.touch();
        }
    }

    /// Bytes `first..end` of it, without a copy. Those that are not there yet are none.
    pub fn part(&self, first: u64, end: u64) -> Uint8Array {
        let at = |byte: u64| u32::try_from(byte).unwrap_or(u32::MAX).min(self.filled);
        self.bytes.subarray(at(first), at(end))
    }
}

impl Store {
    /// Stores a slice of the fill `fill` of the rule with this prefix.
    pub async fn put_slice(
        &self,
        prefix: &str,
        fill: &str,
        epoch: u32,
        number: u32,
        slice: &Slice,
    ) -> Result<(), Error> {
        let key = format!("{}/{epoch}-{number}", key::slices(prefix, fill));
        // `Data` has no case for a buffer that lives outside of Wasm, and R2 takes one.
        let data = Data::ReadableStream(slice.part(0, slice.filled()).unchecked_into());
        self.bucket.put(key, data).execute().await?;
        Ok(())
    }

    /// Gives all bytes of a stored part to `taker`, which stays open.
    pub async fn pour_part(
        &self,
        upload: &str,
        part: Part,
        taker: &WritableStream,
    ) -> Result<(), Error> {
        let options = web_sys::StreamPipeOptions::new();
        options.set_prevent_close(true);
        let stream = self.part(upload, part).await?;
        wasm_bindgen_futures::JsFuture::from(stream.pipe_to_with_options(taker, &options)).await?;
        Ok(())
    }
}
