//! What a request says beside its path: headers, and a body of a length that may be unknown.

use super::error::Error;
use crate::service;
use crate::service::blob::Conditions;
use crate::service::upload::Incoming;
use crate::store::intake::Intake;
use roadstead_shared::oci::range;
use std::net::IpAddr;
use web_sys::Request;

/// A header's value. One that is no text counts as absent: nothing here has a use for it.
pub fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}

/// The address that the request comes from, as the platform says it (a client cannot): an IPv4
/// address, or the /64 of an IPv6 one, which is what one customer has.
pub fn address(request: &Request) -> String {
    let text = header(request, "cf-connecting-ip").unwrap_or_default();
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(address) => address.to_string(),
        Err(_) => String::new(),
    }
}

/// Whether a browser says that a page of another site has made the request. A browser adds the name
/// and password that it remembers to such requests, too. Others send neither header.
pub fn is_cross_site(request: &Request, origin: &str) -> bool {
    let site = header(request, "sec-fetch-site");
    let foreign = site.is_some_and(|site| !matches!(site.as_str(), "same-origin" | "none"));
    foreign || header(request, "origin").is_some_and(|from| from != origin)
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

/// How much of a body that is too long is read all the same, in bytes: who has sent it reads our
/// answer only then. A connection that is closed while the other end writes loses what was said
/// (RFC 9112, section 9.6).
const LINGER_BYTES: usize = 8 * 1024 * 1024;

/// A body that has to be looked at as a whole, of at most `limit` bytes; `None` if it is longer.
pub async fn bounded(request: &Request, limit: usize) -> Result<Option<Vec<u8>>, Error> {
    let most = limit.max(LINGER_BYTES);
    let length = header(request, "content-length").and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > most) {
        return Ok(None);
    }
    let Some(stream) = request.body() else { return Ok(Some(Vec::new())) };
    let mut bytes = Vec::new();
    let mut read = 0;
    let mut intake = Intake::open(&stream);
    while read <= most {
        let piece = intake.piece().await.map_err(service::Error::from)?;
        if piece.is_empty() {
            return Ok((read <= limit).then_some(bytes));
        }
        read += piece.len();
        if read <= limit {
            bytes.extend(piece);
        }
    }
    Ok(None)
}
