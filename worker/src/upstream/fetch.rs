//! One exchange with somebody else: a request goes out, an answer's headers come in time or not at
//! all. No redirect is followed here, and no body read.

use super::Error;
use crate::clock::within;
use roadstead_shared::upstream::Url;
use std::time::Duration;
use web_sys::ReadableStream;
use worker::{
    AbortController, Fetch, Headers, Request, RequestInit, RequestRedirect, ResponseBody,
};

/// How long an answer's headers may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// With the body.
    Get,
    /// Without.
    Head,
}

/// An answer, its body unread.
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: Headers,
    /// The body, where there is one.
    pub body: Option<ReadableStream>,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).ok().flatten()
    }

    /// The length of the body in bytes, as it was announced. One that is encoded on the way has no
    /// length that says anything.
    pub fn length(&self) -> Option<u64> {
        let encoding = self.header("content-encoding").unwrap_or_default();
        let plain = encoding.is_empty() || encoding.eq_ignore_ascii_case("identity");
        self.header("content-length").filter(|_| plain)?.parse().ok()
    }

    /// Says that nobody will read the body, so that its connection is free.
    pub fn discard(self) {
        if let Some(body) = self.body {
            // Nobody waits for it, and it cannot fail in a way that matters.
            let _ = body.cancel();
        }
    }
}

/// Asks for `url`.
pub async fn fetch(method: Method, url: &Url, headers: &[(&str, &str)]) -> Result<Answer, Error> {
    let unreachable = || Error::Unreachable(url.origin.authority());
    let request = request(method, url, headers).map_err(|_| unreachable())?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(request);
    match within(PATIENCE, fetch.send_with_signal(&signal)).await {
        Some(Ok(response)) => {
            let body = match response.body() {
                ResponseBody::Stream(stream) => Some(stream.clone()),
                ResponseBody::Empty | ResponseBody::Body(_) => None,
            };
            Ok(Answer { status: response.status_code(), headers: response.headers().clone(), body })
        }
        // What the runtime says may repeat the address, with all that is secret in it.
        Some(Err(_)) => Err(unreachable()),
        None => {
            controller.abort();
            Err(unreachable())
        }
    }
}

fn request(method: Method, url: &Url, headers: &[(&str, &str)]) -> worker::Result<Request> {
    let sent = Headers::new();
    sent.set("user-agent", concat!("roadstead/", env!("CARGO_PKG_VERSION")))?;
    // What is named by its digest is wanted as it is.
    sent.set("accept-encoding", "identity")?;
    for (name, value) in headers {
        sent.set(name, value)?;
    }
    let method = match method {
        Method::Get => worker::Method::Get,
        Method::Head => worker::Method::Head,
    };
    let mut init = RequestInit::new();
    init.with_method(method).with_headers(sent).with_redirect(RequestRedirect::Manual);
    Request::new_with_init(&url.to_string(), &init)
}
