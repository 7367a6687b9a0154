//! The site Worker's entry: request in, page out. The edge hands over every path that is not the
//! registry's.

mod personal;

use crate::{
    answer::Answer,
    app::{Choice, Route, route},
    pages::{
        home, method_not_allowed, moving,
        not_found::{self, Missing},
        report, repository, taken_down,
        trouble::{self, Trouble},
    },
    source::{SourceError, d1::Catalog, repository::Absent},
    visit::{SharedVisit, Visit},
};
use futures_util::future::try_join;
use roadstead_shared::{
    api::contact::{self, Contact},
    catalog::Host,
    visitor,
};
use std::sync::Arc;
use worker::{Context, Date, Env, Request, Response, Result, console_error, event};

/// The header by which the edge says what it calls the request, and the one of the network.
const REQUEST_IDS: [&str; 2] = ["X-Request-Id", "CF-Ray"];

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    // The method as it came: the crate's own type reads one that it does not know as GET.
    let method = request.inner().method();
    let visit = Arc::new(visit(&request)?);
    let answer = match method.as_str() {
        "GET" | "HEAD" => respond(&visit, &env).await,
        _ => Answer::page(&visit, 405, method_not_allowed::page(&visit))
            .with("Allow", method_not_allowed::ALLOWED.to_owned()),
    };
    send(answer, method == "HEAD")
}

/// Reads the request. A header that is not there, or not text, counts as empty.
fn visit(request: &Request) -> Result<Visit> {
    let url = request.url()?;
    let header = |name: &str| request.headers().get(name).ok().flatten().unwrap_or_default();
    let name = url.host_str().unwrap_or_default();
    let authority = match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    };
    let (theme, tool) = Visit::preferences(&header("Cookie"));
    let now_ms = Date::now().as_millis();
    let given = REQUEST_IDS.iter().find_map(|name| Visit::request_id(&header(name)));
    Ok(Visit {
        host: Host::parse(&authority, url.scheme() == "http"),
        origin: url.origin().ascii_serialization(),
        path: url.path().to_owned(),
        query: url.query().unwrap_or_default().to_owned(),
        theme,
        tool,
        request_id: given.unwrap_or_else(|| new_request_id(now_ms)),
        now_ms: i64::try_from(now_ms).unwrap_or(i64::MAX),
        contact: Contact::parse(&header(contact::HEADER)),
        visitor: Visit::visitor(&header(visitor::HEADER)),
    })
}

/// An id for a request that came without one, which is so when the site runs alone.
fn new_request_id(now_ms: u64) -> String {
    let digits = format!("{:.10}", js_sys::Math::random());
    format!("site-{now_ms:x}-{}", digits.trim_start_matches("0."))
}

async fn respond(visit: &SharedVisit, env: &Env) -> Answer {
    let route = route(&visit.path, &visit.query);
    let answer = match &route {
        Route::Home { page } => listing(visit, env, *page).await,
        Route::Repository { name, choice } => detail(visit, env, name, choice).await,
        Route::Report => Ok(Answer::page(visit, 200, report::page(visit))),
        Route::Move => Ok(Answer::page(visit, 200, moving::page(visit))),
        Route::Personal(page) => personal::respond(visit, env, page).await,
        Route::Moved(address) => Ok(Answer::redirect(visit, 308, address)),
        Route::Themed(theme, address) => {
            Ok(Answer::redirect(visit, 303, address).remembering_theme(visit, *theme))
        }
        Route::Unknown => Ok(missing(visit, Missing::Page)),
    };
    match answer {
        Ok(answer) => answer.remembering_tool(visit, &route),
        Err(error) => in_trouble(visit, &error),
    }
}

async fn listing(visit: &SharedVisit, env: &Env, page: u32) -> Result<Answer, SourceError> {
    let listing = catalog(env)?.listing(page).await?;
    if listing.repositories.is_empty() && page > 1 {
        return Ok(missing(visit, Missing::Page));
    }
    Ok(Answer::page(visit, 200, home::page(visit, listing, page)))
}

async fn detail(
    visit: &SharedVisit,
    env: &Env,
    name: &str,
    choice: &Choice,
) -> Result<Answer, SourceError> {
    let tag = choice.tag.clone().unwrap_or_default();
    let catalog = catalog(env)?;
    // Side by side: hardly any repository is taken down.
    let (found, takedown) =
        try_join(catalog.repository(name, choice), catalog.takedown(name)).await?;
    if let Some(takedown) = takedown {
        let page = Answer::page(visit, 451, taken_down::page(visit, name, &takedown));
        return Ok(page.with("Link", taken_down::link(visit)));
    }
    Ok(match found {
        Ok(found) => Answer::page(visit, 200, repository::page(visit, found, choice.clone())),
        Err(Absent::Repository) => missing(visit, Missing::Repository(name.to_owned())),
        Err(Absent::Tag) => missing(visit, Missing::Tag(name.to_owned(), tag)),
        Err(Absent::Page) => missing(visit, Missing::Page),
    })
}

fn catalog(env: &Env) -> Result<Catalog, SourceError> {
    env.d1("DB").map(Catalog::new).map_err(|error| SourceError::Refused(error.to_string()))
}

fn missing(visit: &SharedVisit, missing: Missing) -> Answer {
    Answer::page(visit, 404, not_found::page(visit, missing))
}

/// The log says what happened; the page says only what it means.
fn in_trouble(visit: &SharedVisit, error: &SourceError) -> Answer {
    console_error!("request {}: {} {error}", visit.request_id, visit.path);
    let trouble = match error {
        SourceError::Late => Trouble::Unavailable,
        SourceError::Refused(_) => Trouble::Broken,
    };
    let answer = Answer::page(visit, trouble.status(), trouble::page(visit, trouble));
    answer.with("Retry-After", "30".to_owned())
}

fn send(answer: Answer, head_only: bool) -> Result<Response> {
    let body = if head_only { String::new() } else { answer.body };
    let response = Response::ok(body)?.with_status(answer.status);
    let headers = response.headers();
    for (name, value) in answer.headers {
        headers.set(name, &value)?;
    }
    Ok(response)
}
