//! One request, as the log knows it.

use crate::clock;
use crate::route::Url;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Request;

/// The header that carries the request id, in answers and to the site.
pub const REQUEST_ID: &str = "x-request-id";

/// What is known of a request before anything is done for it.
#[derive(Debug)]
pub struct Call {
    /// In every answer and in the log.
    pub request_id: String,
    /// As it was sent: an unknown one stays unknown.
    pub method: String,
    /// The parts of the URL.
    pub url: Url,
    /// When it came, ms UTC.
    pub now_ms: u64,
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

impl Call {
    /// Notes a request.
    pub fn begin(request: &Request) -> Self {
        Self {
            request_id: random_uuid(),
            method: request.method(),
            url: Url::split(&request.url()),
            now_ms: clock::now_ms(),
        }
    }

    /// Writes what a client is not told.
    pub fn log_failure(&self, cause: &str) {
        let line = serde_json::json!({ "request_id": self.request_id, "failure": cause });
        worker::console_error!("{line}");
    }
}
