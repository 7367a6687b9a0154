//! What can go wrong at rest. "Not found" is no error here: it is `None`, and gains its noun in
//! the service.

use roadstead_shared::storage::Spent;
use roadstead_shared::upload::Refused;

/// A failure of a store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// R2 found that the bytes do not have the digest that they were announced with.
    #[error("the bytes do not have the announced digest")]
    BadDigest,
    /// The body ended or broke before all of its bytes had come.
    #[error("the body broke off: {0}")]
    BrokenBody(String),
    /// The upload session does not take the step.
    #[error(transparent)]
    Upload(#[from] Refused),
    /// It does not fit into the namespace's quota.
    #[error(transparent)]
    Spent(Spent),
    /// All buffers stayed taken for too long.
    #[error("no buffer was free in time")]
    Busy,
    /// One of the operator's lists would be too long to lie in every isolate.
    #[error("the list {0} would be longer than {max} bytes", max = super::listed::MAX_BYTES)]
    ListTooLong(&'static str),
    /// A record does not have the form that this version writes.
    #[error("the record {0} cannot be read")]
    Record(String),
    /// The platform failed.
    #[error("the platform failed: {0}")]
    Backend(String),
}

/// R2's code for a checksum that does not match, at the end of its message.
const BAD_DIGEST: &str = "(10037)";

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        let text = error.to_string();
        if text.contains(BAD_DIGEST) { Self::BadDigest } else { Self::Backend(text) }
    }
}

impl Error {
    /// What went wrong with a put whose body a client is still sending. R2 gives its own failures a
    /// number; what has none is the body that broke off.
    pub fn of_put(error: worker::Error) -> Self {
        let text = error.to_string();
        if text.contains("(10") { error.into() } else { Self::BrokenBody(text) }
    }
}

/// For where the runtime's own error is due: its objects, and the bodies of its responses.
impl From<Error> for worker::Error {
    fn from(error: Error) -> Self {
        Self::RustError(error.to_string())
    }
}

impl From<worker::wasm_bindgen::JsValue> for Error {
    fn from(value: worker::wasm_bindgen::JsValue) -> Self {
        Self::from(worker::Error::from(value))
    }
}
