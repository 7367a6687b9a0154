//! Where a request enters: the API's paths go to `http`, all others to the site.

use crate::behind::Behind;
use crate::http::call::Call;
use crate::http::log;
use crate::{config, http, site};
use web_sys::Request;
use worker::{Env, Response, Result};

/// Answers a request.
pub async fn fetch(request: Request, env: &Env, behind: &Behind) -> Result<Response> {
    let call = Call::begin(&request);
    let response = if http::serves(&call.url.path, &config::rules(env)) {
        http::handle(request, env, behind, &call).await
    } else {
        match site::pass(&request, env, behind, &call).await {
            Ok(response) => Ok(response),
            // Without its site the registry still answers: with an error that carries the id.
            Err(error) => http::error::render(&error.into(), &call),
        }
    };
    log::note(&call, response.as_ref().map_or(500, Response::status_code), behind);
    response
}
