//! One exchange with an issuer: a small document comes in time or not at all. No redirect is
//! followed: whoever could have us sent elsewhere could be believed instead.

use super::Error;
use crate::clock::within;
use crate::streams;
use js_sys::Uint8Array;
use roadstead_shared::upstream::Url;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStream;
use worker::{
    AbortController, Fetch, Headers, Request, RequestInit, RequestRedirect, ResponseBody,
};

/// How long all of an exchange may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest document, in bytes. A key set of dozens of keys has a tenth of it.
const MAX_BYTES: usize = 256 * 1024;

/// What is read at once, in bytes.
const BUFFER_BYTES: u32 = 64 * 1024;

/// What was answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The body, where the answer is one of success.
    pub(super) fn success(self, url: &Url) -> Result<Vec<u8>, Error> {
        if self.status == 200 {
            return Ok(self.body);
        }
        Err(Error::Refused { host: url.origin.authority(), status: self.status })
    }
}

/// Asks for `url`, or sends it `form`.
pub(super) async fn fetch(
    url: &Url,
    form: Option<&str>,
    authorization: Option<&str>,
) -> Result<Answer, Error> {
    let unreachable = || Error::Unreachable(url.origin.authority());
    let request = request(url, form, authorization).map_err(|_| unreachable())?;
    let controller = AbortController::default();
    let signal = controller.signal();
    match within(PATIENCE, exchange(request, &signal)).await {
        Some(Ok(answer)) => Ok(answer),
        // What the runtime says may repeat the address.
        Some(Err(Broken::Runtime)) => Err(unreachable()),
        Some(Err(Broken::TooLong)) => {
            controller.abort();
            let what = "more than is read";
            Err(Error::Unreadable { host: url.origin.authority(), what })
        }
        None => {
            controller.abort();
            Err(unreachable())
        }
    }
}

/// Why there is no answer.
enum Broken {
    Runtime,
    TooLong,
}

impl From<worker::Error> for Broken {
    fn from(_: worker::Error) -> Self {
        Self::Runtime
    }
}

impl From<JsValue> for Broken {
    fn from(_: JsValue) -> Self {
        Self::Runtime
    }
}

async fn exchange(request: Request, signal: &worker::AbortSignal) -> Result<Answer, Broken> {
    let response = Fetch::Request(request).send_with_signal(signal).await?;
    let body = match response.body() {
        ResponseBody::Stream(stream) => read(stream).await?,
        ResponseBody::Empty | ResponseBody::Body(_) => Vec::new(),
    };
    Ok(Answer { status: response.status_code(), body })
}

async fn read(stream: &ReadableStream) -> Result<Vec<u8>, Broken> {
    let reader = streams::reader(stream);
    let mut buffer = Uint8Array::new_with_length(BUFFER_BYTES);
    let mut bytes = Vec::new();
    loop {
        let read = JsFuture::from(reader.read_at_least(1, &buffer)?).await?;
        let (value, done) = streams::outcome(&read)?;
        if bytes.len() + value.length() as usize > MAX_BYTES {
            return Err(Broken::TooLong);
        }
        bytes.extend(value.to_vec());
        if done || value.length() == 0 {
            return Ok(bytes);
        }
        buffer = Uint8Array::new(&value.buffer());
    }
}

fn request(url: &Url, form: Option<&str>, authorization: Option<&str>) -> worker::Result<Request> {
    let sent = Headers::new();
    sent.set("user-agent", concat!("roadstead/", env!("CARGO_PKG_VERSION")))?;
    sent.set("accept", "application/json")?;
    if let Some(authorization) = authorization {
        sent.set("authorization", authorization)?;
    }
    let mut init = RequestInit::new();
    if let Some(form) = form {
        sent.set("content-type", "application/x-www-form-urlencoded")?;
        init.with_method(worker::Method::Post).with_body(Some(JsValue::from_str(form)));
    }
    init.with_headers(sent).with_redirect(RequestRedirect::Manual);
    Request::new_with_init(&url.to_string(), &init)
}
