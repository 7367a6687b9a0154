//! A request that has not been sent, and what goes with it.

use crate::source::Extent;

/// Is told how far in a blob the reading is, in bytes, and says whether to go on.
pub(crate) type Seen<'a> = dyn Fn(u64) -> bool + Sync + 'a;

/// What is sent with a request.
#[derive(Clone, Copy)]
pub(crate) enum Payload<'a> {
    /// Nothing.
    None,
    /// These bytes.
    Bytes(&'a [u8]),
    /// A part of a blob.
    Part {
        /// The blob.
        of: &'a Extent,
        /// The first byte.
        first: u64,
        /// How many bytes.
        len: u64,
        /// Told how far in the blob the reading is; `false` ends it.
        seen: &'a Seen<'a>,
    },
}

/// A request that has not been sent. Its payload can be sent any number of times.
#[derive(Clone)]
pub(crate) struct Call<'a> {
    /// The method.
    pub(crate) method: &'static str,
    /// Path and query.
    pub(crate) path: String,
    /// Further headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(crate) payload: Payload<'a>,
    /// Whether to ask for a word before the body is sent: a refusal is then read instead of
    /// being lost with the connection that it came on.
    pub(crate) ask_first: bool,
}

impl<'a> Call<'a> {
    /// A request without a body.
    pub(crate) fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self::with(method, path, Payload::None)
    }

    /// A request with a body.
    pub(crate) fn with(
        method: &'static str,
        path: impl Into<String>,
        payload: Payload<'a>,
    ) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), payload, ask_first: false }
    }

    /// Adds a header.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
