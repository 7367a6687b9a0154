//! The edge: the registry's API, tokens, and everything that is written. It never renders HTML:
//! what is not the API's goes to the site's Worker by a service binding.
//!
//! One direction: `http → route → auth → service → store | upstream | issuer`. The road not taken: a router framework.
//! It would want the `worker` crate's `http` feature, which copies every body through Wasm.

// The macros of the runtime's crate export items without a word.
#![expect(missing_docs, reason = "only for what the export macros write")]

pub mod app;
pub mod auth;
pub mod behind;
pub mod clock;
pub mod config;
pub mod durable;
pub mod http;
pub mod issuer;
pub mod proof;
pub mod random;
pub mod route;
pub mod service;
pub mod site;
pub mod store;
pub mod streams;
pub mod upstream;

use web_sys::Request;
use worker::{Context, Env, Response, event};

// The browser's type, not the crate's `Request`: making that one parses `cf`, some kilobytes of JSON,
// for every request.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    app::fetch(request, &env, &behind::Behind::new(context)).await
}
