//! What the runtime's streams can do beyond the standard, in one place for who takes bodies in and
//! who sends them out.

use js_sys::{Promise, Reflect, Uint8Array};
use roadstead_shared::oci::Algorithm;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    ReadableStream, ReadableStreamGetReaderOptions, ReadableStreamReaderMode, WritableStream,
};

#[wasm_bindgen]
extern "C" {
    /// A BYOB reader with the runtime's own way of waiting for more than a chunk.
    pub type Reader;

    /// Waits for at least `bytes` and fills `view`, whose buffer the runtime takes away meanwhile.
    #[wasm_bindgen(method, js_name = readAtLeast, catch)]
    pub fn read_at_least(this: &Reader, bytes: u32, view: &Uint8Array) -> Result<Promise, JsValue>;

    /// Says that nobody reads the rest.
    #[wasm_bindgen(method)]
    pub fn cancel(this: &Reader) -> Promise;

    /// The runtime's identity stream whose length is announced: a store takes no other; in an answer
    /// it becomes `Content-Length`, and ending it early cuts the connection, so that no client takes
    /// a part for the whole.
    pub type FixedLengthStream;

    #[wasm_bindgen(constructor)]
    fn new(length: f64) -> FixedLengthStream;

    /// The end that is read.
    #[wasm_bindgen(method, getter)]
    pub fn readable(this: &FixedLengthStream) -> ReadableStream;

    /// The end that is written.
    #[wasm_bindgen(method, getter)]
    pub fn writable(this: &FixedLengthStream) -> WritableStream;

    /// The runtime's own hash function, as a stream that takes the bytes: none of them passes
    /// through Wasm, and it is several times as fast as any that does.
    #[wasm_bindgen(js_namespace = crypto, js_name = DigestStream, extends = WritableStream)]
    pub type DigestStream;

    #[wasm_bindgen(constructor, js_namespace = crypto, js_class = "DigestStream")]
    fn new(algorithm: &str) -> DigestStream;

    /// The digest, once the stream is closed.
    #[wasm_bindgen(method, getter)]
    pub fn digest(this: &DigestStream) -> Promise;
}

/// A reader of `stream` that fills the buffers it is given.
pub fn reader(stream: &ReadableStream) -> Reader {
    let options = ReadableStreamGetReaderOptions::new();
    options.set_mode(ReadableStreamReaderMode::Byob);
    stream.get_reader_with_options(&options).unchecked_into()
}

/// What a read of a [`Reader`] came to: the bytes, and whether they are the last.
pub fn outcome(read: &JsValue) -> Result<(Uint8Array, bool), JsValue> {
    let done = Reflect::get(read, &JsValue::from_str("done"))?.is_truthy();
    let value = Reflect::get(read, &JsValue::from_str("value"))?;
    let value = value.dyn_into().map_err(|_| JsValue::from_str("it was cancelled"))?;
    Ok((value, done))
}

/// A stream that hashes what it is given.
pub fn hashing(algorithm: Algorithm) -> DigestStream {
    DigestStream::new(match algorithm {
        Algorithm::Sha256 => "SHA-256",
        Algorithm::Sha512 => "SHA-512",
    })
}

/// A stream of exactly `length` bytes.
pub fn fixed_length(length: u64) -> FixedLengthStream {
    #[expect(clippy::cast_precision_loss, reason = "no blob comes near 2^53 bytes")]
    FixedLengthStream::new(length as f64)
}
