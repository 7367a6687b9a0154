//! What a request says beside its path: headers, and a body of a length that may be unknown.

use super::error::Error;
use crate::service;
use crate::service::blob::Conditions;
use crate::service::upload::Incoming;
use crate::store::intake::Intake;
use roadstead_shared::oci::range;
use web_sys::Request;

/// A header's value. One that is no text counts as absent: nothing here has a use for it.
pub fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}

/// The header that decides whether a manifest is sent: always the whole of it (a range of one is
/// asked for by clients that treat it like a blob, and expect all of it).
pub fn known(request: &Request) -> Conditions {
    Conditions { if_none_match: header(request, "if-none-match"), ..Conditions::default() }
}

/// The headers that decide which bytes of a blob are sent.
pub fn conditions(request: &Request) -> Conditions {
    Conditions {
        if_none_match: header(request, "if-none-match"),
        range: header(request, "range"),
        if_range: header(request, "if-range"),
    }
}

/// The body of a chunk or blob, unread.
pub fn incoming(request: &Request) -> Result<Incoming, Error> {
    let range = header(request, "content-range");
    let range = match range.as_deref().map(range::chunk) {
        None => None,
        Some(Some(range)) => Some(range),
        Some(None) => {
            let why = "Content-Range must be <first>-<last>, without a unit".to_owned();
            return Err(service::Error::UploadInvalid(why).into());
        }
    };
    let length = header(request, "content-length").and_then(|length| length.parse().ok());
    Ok(Incoming { stream: request.body(), length, range })
}

/// A body that has to be looked at as a whole, of at most `limit` bytes; `None` if it is longer.
pub async fn bounded(request: &Request, limit: usize) -> Result<Option<Vec<u8>>, Error> {
    let length = header(request, "content-length").and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit) {
        return Ok(None);
    }
    let Some(stream) = request.body() else { return Ok(Some(Vec::new())) };
    let mut bytes = Vec::new();
    let mut intake = Intake::open(&stream);
    loop {
        let slice = intake.slice(|seen| {
            if bytes.len() <= limit {
                bytes.extend_from_slice(seen);
            }
        });
        let read = slice.await.map_err(service::Error::from)?.length();
        if bytes.len() > limit {
            return Ok(None);
        }
        if read == 0 {
            intake.end().map_err(service::Error::from)?;
            return Ok(Some(bytes));
        }
    }
}
