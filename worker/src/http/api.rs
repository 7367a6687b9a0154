//! Our own API: who asks is seen by a token, by name and password or by the cookie of a session; a
//! form is answered with the page to go on to.

use super::asked::Asked;
use super::call::{Call, REQUEST_ID};
use super::error::{self, Error};
use super::{cookie, customer, dispatch, flow, render, request};
use crate::auth::{self, Door, Shows, Tokens};
use crate::config;
use crate::route;
use crate::service::{Answer, outcome};
use roadstead_shared::issuer::Flow;
use roadstead_shared::visitor::Notice;
use web_sys::Request;
use worker::{Env, Response, ResponseBuilder};

/// Answers a call.
pub async fn serve(
    request: Request,
    env: &Env,
    door: &Door<'_>,
    call: &Call,
) -> Result<Response, Error> {
    let asked = Asked::read(request, call).await?;
    match answer(&asked, env, door, call).await {
        Ok(answer) => conclude(&asked, answer, door, call).await,
        Err(error) => match asked.back(&call.url.path) {
            Some(back) => {
                let problem = Notice::Problem(error::message(&error, call));
                let mut response = go(back, &problem, None, door, call)?;
                if asked.form.is_none() {
                    // What went wrong with a sign-in elsewhere is begun anew, not gone on with.
                    response.headers_mut().append("set-cookie", &flow::end(call))?;
                }
                Ok(response)
            }
            None => Err(error),
        },
    }
}

async fn answer(asked: &Asked, env: &Env, door: &Door<'_>, call: &Call) -> Result<Answer, Error> {
    if !asked.reads() && request::is_cross_site(&asked.request, &call.url.origin()) {
        return Err(auth::Error::CrossSite.into());
    }
    let operation = route::parse(&asked.method, &call.url, &config::rules(env))?;
    let authorization = request::header(&asked.request, "authorization");
    let cookies = request::header(&asked.request, "cookie").unwrap_or_default();
    let shows =
        Shows { authorization: authorization.as_deref(), session: cookie::session(&cookies, call) };
    let tokens = Tokens::new(door.keys, &call.url.host, call.now_ms);
    let caller = auth::identify(shows, door, &tokens, &operation).await?;
    let meter = customer::meter(env, door.store, &asked.request, &caller, call);
    dispatch::dispatch(env, door, &caller, &meter, operation, asked).await
}

/// The response to what was done.
async fn conclude(
    asked: &Asked,
    answer: Answer,
    door: &Door<'_>,
    call: &Call,
) -> Result<Response, Error> {
    let (notice, session) = match &answer {
        Answer::Outcome(outcome) => (outcome.notice.clone(), outcome.session.clone()),
        Answer::Returned { notice, session, .. } => (notice.clone(), session.clone()),
        _ => (Notice::Done("Done.".to_owned()), outcome::Session::Keep),
    };
    let session = cookie::set_session(&session, door.keys, call);
    if let (Some(_), Answer::Elsewhere { location, flow }) = (&asked.form, &answer) {
        return Ok(leave(location, flow, door, call)?);
    }
    if let Some(next) = asked.form.as_ref().and_then(|form| form.next()) {
        return Ok(go(next, &notice, session, door, call)?);
    }
    let more = match &answer {
        Answer::Elsewhere { flow, .. } => [flow::set(flow, door.keys, call), None],
        Answer::Returned { notice, .. } => {
            [cookie::set_notice(notice, door.keys, call), Some(flow::end(call))]
        }
        _ => [None, None],
    };
    let mut response = render::render(door.store.clone(), answer, None, call).await?;
    for cookie in session.into_iter().chain(more.into_iter().flatten()) {
        response.headers_mut().append("set-cookie", &cookie)?;
    }
    Ok(response)
}

/// Sends a browser elsewhere that has posted a form. The pages' policy lets no form lead to another
/// site, nor do browsers follow a redirect of one there: so it is a page that leads on by itself.
fn leave(location: &str, flow: &Flow, door: &Door<'_>, call: &Call) -> worker::Result<Response> {
    let quoted = location.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign in</title>\
         <meta http-equiv=\"refresh\" content=\"0;url={quoted}\">\
         <p><a href=\"{quoted}\">Go on to sign in</a></p></html>\n"
    );
    let mut response = ResponseBuilder::new()
        .with_header(REQUEST_ID, &call.request_id)?
        .with_header("cache-control", "no-store")?
        .with_header("content-security-policy", "default-src 'none'; frame-ancestors 'none'")?
        .with_header("referrer-policy", "no-referrer")?
        .from_html(page)?;
    if let Some(cookie) = flow::set(flow, door.keys, call) {
        response.headers_mut().append("set-cookie", &cookie)?;
    }
    Ok(response)
}

/// Sends a browser to the page `to`, which says `notice` once.
fn go(
    to: &str,
    notice: &Notice,
    session: Option<String>,
    door: &Door<'_>,
    call: &Call,
) -> worker::Result<Response> {
    let mut response = ResponseBuilder::new()
        .with_status(303)
        .with_header(REQUEST_ID, &call.request_id)?
        .with_header("location", to)?
        .with_header("cache-control", "no-store")?
        .empty();
    for cookie in session.into_iter().chain(cookie::set_notice(notice, door.keys, call)) {
        response.headers_mut().append("set-cookie", &cookie)?;
    }
    Ok(response)
}
