//! Everything that is not the API's goes to the site's Worker, and its answer back, unread.

use crate::http::call::{Call, REQUEST_ID};
use worker::{Env, Headers, Request, Response, Result};

/// Passes a request on. The request id goes along, so that an error page can show it.
pub async fn pass(request: &Request, env: &Env, call: &Call) -> Result<Response> {
    let mut request = request.clone_mut()?;
    request.headers_mut()?.set(REQUEST_ID, &call.request_id)?;
    let response = env.service("SITE")?.fetch_request(request).await?;
    // The headers of a fetched response cannot be changed, a copy of them can.
    let headers = Headers(web_sys::Headers::new_with_headers(&response.headers().0)?);
    headers.set(REQUEST_ID, &call.request_id)?;
    Ok(response.with_headers(headers))
}
