//! The hash of what has come, by the runtime's own function.

use crate::store::{self, Store};
use crate::streams::{self, DigestStream};
use js_sys::{Promise, Uint8Array};
use roadstead_shared::blob::Body;
use roadstead_shared::oci::Digest;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::WritableStreamDefaultWriter;

/// A hash that bytes are given to.
pub(super) struct Hash {
    stream: DigestStream,
    writer: WritableStreamDefaultWriter,
    /// The last thing that was given; it takes them in order.
    last: Option<Promise>,
}

impl Hash {
    /// A hash of the kind of `digest` of what is stored already.
    pub(super) async fn of(
        store: &Store,
        stored: &Body,
        digest: &Digest,
    ) -> Result<Self, store::Error> {
        let stream = streams::hashing(digest.algorithm());
        for part in stored.all_parts() {
            store.pour_part(&stored.upload, part, &stream).await?;
        }
        let writer = stream.get_writer()?;
        Ok(Self { stream, writer, last: None })
    }

    /// Takes bytes, which must not change before [`Hash::settle`].
    pub(super) fn update(&mut self, bytes: &Uint8Array) {
        self.last = Some(self.writer.write_with_chunk(bytes));
    }

    /// Waits until everything is taken.
    pub(super) async fn settle(&mut self) -> Result<(), store::Error> {
        match self.last.take() {
            Some(last) => {
                let failed = |error: JsValue| store::Error::from(error);
                JsFuture::from(last).await.map(drop).map_err(failed)
            }
            None => Ok(()),
        }
    }

    /// Whether what was given has this digest.
    pub(super) async fn is(mut self, digest: &Digest) -> Result<bool, store::Error> {
        self.settle().await?;
        JsFuture::from(self.writer.close()).await?;
        let found = JsFuture::from(self.stream.digest()).await?;
        Ok(Uint8Array::new(&found).to_vec() == digest.bytes())
    }
}
