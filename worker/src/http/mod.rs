//! Bytes on the wire: route, authorise, serve, render. The only room that knows status codes.

pub mod call;
pub mod dispatch;
pub mod error;
pub mod log;
pub mod multipart;
pub mod render;
pub mod request;
pub mod stream;
pub mod token;

use crate::auth::{self, Tokens};
use crate::behind::Behind;
use crate::config::{Config, TokenKey};
use crate::route;
use crate::store::Store;
use call::Call;
use error::Error;
use web_sys::Request;
use worker::{Env, Response, Result};

/// Where tokens are had.
const TOKEN: &str = "/token";

/// Whether a path is the API's. Everything else is the site's.
pub fn serves(path: &str) -> bool {
    path == TOKEN || path == "/v2" || path.starts_with("/v2/") || path.starts_with("/api/")
}

/// Answers a call of the API, with an error where it must.
pub async fn handle(request: Request, env: &Env, behind: &Behind, call: &Call) -> Result<Response> {
    match serve(request, env, behind, call).await {
        Ok(response) => Ok(response),
        Err(error) => error::render(&error, call),
    }
}

async fn serve(
    request: Request,
    env: &Env,
    behind: &Behind,
    call: &Call,
) -> std::result::Result<Response, Error> {
    let key = TokenKey::read(env)?;
    let tokens = Tokens::new(&key, &call.url.host, call.now_ms);
    if call.url.path == TOKEN {
        return token::serve(request, &Config::read(env), &tokens, call).await;
    }
    let operation = route::parse(&call.method, &call.url)?;
    let authorization = request::header(&request, "authorization");
    let caller = if route::is_api(&call.url.path) {
        let reads = matches!(call.method.as_str(), "GET" | "HEAD");
        if !reads && request::is_cross_site(&request, &call.url.origin()) {
            return Err(auth::Error::CrossSite.into());
        }
        auth::identify(authorization.as_deref(), &Config::read(env), &tokens, &operation)?
    } else {
        auth::authorise(authorization.as_deref(), &tokens, &operation)?
    };
    let store = Store::answering(env, behind)?;
    let answer = dispatch::dispatch(env, &store, &caller, operation, &request).await?;
    Ok(render::render(store, answer, call).await?)
}
