//! The operator's calls about what is cached.

use super::Due;
use roadstead_shared::operation::UpstreamsOperation as O;
use roadstead_tests::client::http::Request;

/// The call behind `call` in the list; the first one behind none.
pub(super) fn next(call: Option<O>) -> Option<O> {
    Some(match call {
        None => O::ListUpstreams,
        Some(O::ListUpstreams) => O::Purge,
        Some(O::Purge) => O::Refresh,
        Some(O::Refresh) => O::Metrics,
        Some(O::Metrics) => return None,
    })
}

/// The request that makes a call, and what is due to who shows nothing.
pub(super) fn request(call: O) -> (Request, Due) {
    let request = match call {
        O::ListUpstreams => Request::get("/api/v1/upstreams"),
        O::Purge => Request::new("POST", "/api/v1/cache/purge").body(b"{}"),
        O::Refresh => Request::new("POST", "/api/v1/cache/refresh").body(b"{}"),
        O::Metrics => Request::get("/metrics"),
    };
    (request, Due::Account)
}
