//! Bytes on the wire: route, authorise, serve, render. The only room that knows status codes.

pub mod api;
pub mod asked;
pub mod call;
pub mod cookie;
pub mod customer;
pub mod dispatch;
pub mod error;
pub mod flow;
pub mod log;
pub mod multipart;
pub mod render;
pub mod request;
pub mod root;
pub mod storage;
pub mod stream;
pub mod token;

use crate::auth::{self, Door, Tokens};
use crate::behind::Behind;
use crate::config::{self, Config, Keys};
use crate::route;
use crate::store::Store;
use call::Call;
use error::Error;
use roadstead_shared::operation::{Cached, Operation};
use roadstead_shared::upstream::Rules;
use web_sys::Request;
use worker::{Env, Response, Result};

/// Whose names were asked for: `?ns=`, as it was said.
const REGISTRY_ASKED: &str = "oci-namespace";
/// Where a list goes on. RFC 8288.
const LINK: &str = "link";

/// Where tokens are had.
const TOKEN: &str = "/token";

/// Whether a path is the API's, also below a prefix of `rules`. Everything else is the site's.
pub fn serves(path: &str, rules: &Rules) -> bool {
    path == TOKEN
        || path == "/v2"
        || path.starts_with("/v2/")
        || route::is_api(path)
        || rules.is_mirror(path)
}

/// Answers a call of the API, with an error where it must. Where the URL names a registry that a rule
/// is about, the answer says so, and a list goes on there.
pub async fn handle(request: Request, env: &Env, behind: &Behind, call: &Call) -> Result<Response> {
    let mut response = match serve(request, env, behind, call).await {
        Ok(response) => response,
        Err(error) => error::render(&error, call)?,
    };
    let rules = config::rules(env);
    if let Some(registry) = route::registry_asked(&call.method, &call.url, &rules) {
        response.headers_mut().set(REGISTRY_ASKED, &registry)?;
    }
    let link = response.headers().get(LINK)?;
    if let Some(next) = link.and_then(|link| route::next_from(&call.url, &link, &rules)) {
        response.headers_mut().set(LINK, &next)?;
    }
    Ok(response)
}

async fn serve(
    request: Request,
    env: &Env,
    behind: &Behind,
    call: &Call,
) -> std::result::Result<Response, Error> {
    let keys = Keys::read(env)?;
    let config = || Config::read(env);
    let path = &call.url.path;
    if path == TOKEN || route::is_api(path) {
        let store = Store::answering(env, behind)?;
        let address = request::address(&request);
        let door = door(&store, &config, &keys, &address, call);
        return if path == TOKEN {
            token::serve(request, &door, call).await
        } else {
            api::serve(request, env, &door, call).await
        };
    }
    let tokens = Tokens::new(&keys, &call.url.host, call.now_ms);
    let rules = config::rules(env);
    let operation = route::parse(&call.method, &call.url, &rules)?;
    let authorization = request::header(&request, "authorization");
    let caller = auth::authorise(authorization.as_deref(), &tokens, &operation)?;
    let store = Store::answering(env, behind)?;
    let door = door(&store, &config, &keys, "", call);
    let asked = asked::Asked { method: call.method.clone(), request, form: None, document: None };
    let meter = customer::meter(env, &store, &asked.request, &caller, call);
    let rest = route::fall_back(&operation, &call.url, &rules);
    let is_closed = is_closed(&operation) || rest.as_ref().is_some_and(Cached::is_closed);
    let what = (operation, rest);
    let answer = root::dispatch_or(env, &door, &caller, &meter, what, &asked).await?;
    let tally = meter.tally();
    let mut response = render::render(store, answer, tally, call).await?;
    if is_closed {
        // Nobody between here and who asks may keep it for others.
        response.headers_mut().set("cache-control", "private, no-store")?;
    }
    Ok(response)
}

fn is_closed(operation: &Operation) -> bool {
    matches!(operation, Operation::Cached(call) if call.is_closed())
}

/// Where credentials are looked at, for this call.
pub fn door<'a>(
    store: &'a Store,
    config: &'a dyn Fn() -> Config,
    keys: &'a Keys,
    address: &'a str,
    call: &'a Call,
) -> Door<'a> {
    let (scheme, host) = (call.url.scheme.as_str(), call.url.host.as_str());
    Door { store, config, keys, scheme, host, address, now_ms: call.now_ms }
}
