//! Everything that is not the API's goes to the site's Worker, and its answer back, unread.

use crate::http::call::{Call, REQUEST_ID};
use web_sys::Request;
use worker::{Env, Headers, Response, Result};

/// Passes a request on. The request id goes along, so that an error page can show it.
pub async fn pass(request: &Request, env: &Env, call: &Call) -> Result<Response> {
    let headers = web_sys::Headers::new_with_headers(&request.headers())?;
    headers.set(REQUEST_ID, &call.request_id)?;
    let init = web_sys::RequestInit::new();
    init.set_headers(&headers);
    let request = web_sys::Request::new_with_request_and_init(request, &init)?;
    let response = env.service("SITE")?.fetch_request(worker::Request::from(request)).await?;
    // The headers of a fetched response cannot be changed, a copy of them can.
    let headers = Headers(web_sys::Headers::new_with_headers(&response.headers().0)?);
    headers.set(REQUEST_ID, &call.request_id)?;
    Ok(response.with_headers(headers))
}
