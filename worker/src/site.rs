//! Everything that is not the API's goes to the site's Worker, and its answer back, unread. The edge
//! tells it who asks; the site keeps no keys and verifies nothing.

use crate::auth::{self, Rights};
use crate::behind::Behind;
use crate::config::{self, Config, Keys, SignUp};
use crate::http::call::{Call, REQUEST_ID};
use crate::http::{self, cookie, customer, request};
use crate::service::upstreams;
use crate::store::Store;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roadstead_shared::api::contact;
use roadstead_shared::issuer::Provider;
use roadstead_shared::moving::destination::Upstream;
use roadstead_shared::upstream::{Pull, Rule};
use roadstead_shared::usage::Usage;
use roadstead_shared::visitor::{HEADER, Terms, Visitor};
use std::rc::Rc;
use web_sys::Request;
use worker::{Env, Headers, Response, Result};

/// What a browser asks for beside a page: it looks the same for everybody.
const ASSETS: [&str; 7] = ["script", "style", "image", "font", "manifest", "worker", "video"];

/// The operator's page about what is cached.
const UPSTREAMS: &str = "/operator/upstreams";
/// The most rules that a page is told of: they travel in a header.
const MAX_UPSTREAMS: usize = 64;

/// Passes a request on. The request id goes along, so that an error page can show it, and who asks.
pub async fn pass(request: &Request, env: &Env, behind: &Behind, call: &Call) -> Result<Response> {
    let headers = web_sys::Headers::new_with_headers(&request.headers())?;
    headers.set(REQUEST_ID, &call.request_id)?;
    // One that a client sends is nobody's word.
    headers.delete(HEADER)?;
    match config::abuse_contact(env) {
        Some(contact) => headers.set(contact::HEADER, contact.text())?,
        None => headers.delete(contact::HEADER)?,
    }
    let visitor = visitor(request, env, behind, call).await;
    if visitor.is_operator && call.url.path == UPSTREAMS {
        hand_over(env, behind, call).await;
    }
    if visitor != Visitor::default() {
        headers.set(HEADER, &URL_SAFE_NO_PAD.encode(serde_json::to_vec(&visitor)?))?;
    }
    let init = web_sys::RequestInit::new();
    init.set_headers(&headers);
    let request = web_sys::Request::new_with_request_and_init(request, &init)?;
    let response = env.service("SITE")?.fetch_request(worker::Request::from(request)).await?;
    // The headers of a fetched response cannot be changed, a copy of them can.
    let headers = Headers(web_sys::Headers::new_with_headers(&response.headers().0)?);
    headers.set(REQUEST_ID, &call.request_id)?;
    if visitor.notice.is_some() {
        headers.append("set-cookie", &cookie::end_notice(call))?;
    }
    Ok(response.with_headers(headers))
}

/// Writes down what the operator's page shows: it rests in objects, and the site reads rows.
async fn hand_over(env: &Env, behind: &Behind, call: &Call) {
    let noted = async { upstreams::note(&Store::answering(env, behind)?).await };
    if let Err(error) = noted.await {
        // The page says how old its figures are.
        call.log_failure(&error.to_string());
    }
}

/// Who asks. What cannot be found out is left out: a page is better than none.
async fn visitor(request: &Request, env: &Env, behind: &Behind, call: &Call) -> Visitor {
    let destination = request::header(request, "sec-fetch-dest").unwrap_or_default();
    if ASSETS.contains(&destination.as_str()) {
        return Visitor::default();
    }
    let cookies = request::header(request, "cookie").unwrap_or_default();
    let Ok(keys) = Keys::read(env) else { return Visitor::default() };
    // Only the page that is looked at says it, not what a script asks for meanwhile.
    let is_page = matches!(destination.as_str(), "" | "document") && call.method == "GET";
    let notice = cookie::notice(&cookies, &keys, call).flatten().filter(|_| is_page);
    let (rights, suspended) = match cookie::session(&cookies, call) {
        Some(session) => rights(session, env, behind, &keys, call).await,
        None => (None, None),
    };
    let usage =
        if is_page { usage(request, env, behind, rights.as_ref(), call).await } else { None };
    let is_operator = rights.as_ref().is_some_and(|rights| rights.is_operator);
    let account = rights.map(|rights| rights.account);
    let terms = terms(env, account.is_some());
    Visitor { account, suspended, is_operator, usage, notice, terms }
}

/// Where the visitor stands, if the meter is quick.
async fn usage(
    request: &Request,
    env: &Env,
    behind: &Behind,
    rights: Option<&Rights>,
    call: &Call,
) -> Option<Usage> {
    let store = Store::answering(env, behind).ok()?;
    let account = rights.map(|rights| rights.account.as_str()).unwrap_or_default();
    let allowance = rights.and_then(Rights::allowance);
    customer::meter_of(env, &store, request, account, allowance, call).glance().await
}

/// What the settings offer to people; `is_somebody` to those who are signed in.
fn terms(env: &Env, is_somebody: bool) -> Terms {
    // With a setting that is wrong nobody can sign in elsewhere; the log says why when somebody tries.
    let providers = config::issuers::providers(env).unwrap_or_default();
    let named = |it: &Provider| (it.name.clone(), it.title.clone());
    Terms {
        sign_up_open: SignUp::read(env).is_open,
        providers: providers.iter().map(named).collect(),
        account_bytes_per_month: config::tiers(env).account.bytes_per_month,
        namespace_bytes: config::storage_quota(env),
        upstreams: upstreams(env, is_somebody),
    }
}

/// The rules that may be known: which registries a network or an account pulls from privately is
/// nobody else's business.
fn upstreams(env: &Env, is_somebody: bool) -> Vec<Upstream> {
    let rules = config::rules(env);
    let may_know = |rule: &&Rc<Rule>| match rule.pull {
        Pull::Anonymous => true,
        Pull::Account => is_somebody,
        Pull::Network => false,
    };
    let known = rules.all().iter().filter(may_know).take(MAX_UPSTREAMS);
    known.map(|rule| Upstream::of(rule)).collect()
}

/// The account whose session the cookie is; or why it is suspended.
async fn rights(
    session: &str,
    env: &Env,
    behind: &Behind,
    keys: &Keys,
    call: &Call,
) -> (Option<Rights>, Option<String>) {
    let Ok(store) = Store::answering(env, behind) else { return (None, None) };
    let config = || Config::read(env);
    let door = http::door(&store, &config, keys, "", call);
    match door.by_session(session).await {
        Ok(rights) => (rights, None),
        Err(auth::Error::Suspended(why)) => (None, Some(why)),
        Err(error) => {
            door.log_failure(&error);
            (None, None)
        }
    }
}
