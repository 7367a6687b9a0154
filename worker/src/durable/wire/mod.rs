//! What callers and objects say to each other: binding names, commands and replies, for both
//! sides. Commands are JSON; a body that goes along is sent as it is, the command in a header.

mod attempts;
mod bodies;
mod fill;
mod import;
mod meter;
mod namespace;
mod repository;
mod sweep;
mod upload;
mod upstream;

pub use attempts::{AttemptsCommand, AttemptsReply};
pub use bodies::{BodiesCommand, BodiesReply, Brought};
pub use fill::{FILL, FillCall, FillReply, FillWanted};
pub use import::{ImportCommand, ImportReply};
pub use meter::{MeterAsk, MeterCommand, MeterReply};
pub use namespace::{Counted, Kind, NamespaceCall, NamespaceCommand, Thing, Wish};
pub use namespace::{NamespaceRefused, NamespaceReply};
pub use repository::{ManifestCommand, RepositoryCommand, RepositoryRefused, RepositoryReply};
pub use sweep::{Grace, Swept};
pub use upload::{Leaving, UploadCommand, UploadReply};
pub use upstream::{Answered, Shown, UPSTREAM, UpstreamCall, UpstreamCommand, UpstreamReply};
pub use upstream::{Used, Waiting};

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::{EncodeBody, Headers, Method, Request, RequestInit, Response, Stub};
use worker::{ResponseBody, ResponseBuilder};

/// The binding of the upload sessions.
pub const UPLOAD_SESSION: &str = "UPLOAD_SESSION";
/// The binding of the repositories.
pub const REPOSITORY: &str = "REPOSITORY";
/// The binding of the shards that know who holds which body.
pub const BODIES: &str = "BODIES";
/// The binding of the namespaces.
pub const NAMESPACE: &str = "NAMESPACE";
/// The binding of the imports.
pub const IMPORTS: &str = "IMPORTS";
/// The binding of the counts of attempts to sign in.
pub const ATTEMPTS: &str = "ATTEMPTS";

/// The binding of the meters.
pub const METER: &str = "METER";

/// The header that carries the command where a body goes along.
const COMMAND: &str = "x-command";

/// Sends `command` and reads the reply.
pub async fn call<R: DeserializeOwned>(stub: &Stub, command: &impl Serialize) -> worker::Result<R> {
    let command = serde_json::to_string(command)?;
    send(stub, Headers::new(), JsValue::from_str(&command)).await
}

/// Sends `command` along with `body` and reads the reply.
pub async fn call_with_body<R: DeserializeOwned>(
    stub: &Stub,
    command: &impl Serialize,
    body: &[u8],
) -> worker::Result<R> {
    let headers = Headers::new();
    headers.set(COMMAND, &serde_json::to_string(command)?)?;
    send(stub, headers, js_sys::Uint8Array::from(body).into()).await
}

async fn send<R: DeserializeOwned>(
    stub: &Stub,
    headers: Headers,
    body: JsValue,
) -> worker::Result<R> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(body));
    let request = Request::new_with_init("https://object/", &init)?;
    stub.fetch_with_request(request).await?.json().await
}

/// The header that carries the reply where a body goes along.
const REPLY: &str = "x-reply";

/// Sends `command` and reads the reply, and the body that may come along with it.
pub async fn call_for_body<R: DeserializeOwned>(
    stub: &Stub,
    command: &impl Serialize,
) -> worker::Result<(R, Option<web_sys::ReadableStream>)> {
    let command = serde_json::to_string(command)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(JsValue::from_str(&command)));
    let request = Request::new_with_init("https://object/", &init)?;
    let mut response = stub.fetch_with_request(request).await?;
    let Some(reply) = response.headers().get(REPLY)? else {
        return Ok((response.json().await?, None));
    };
    let body = match response.body() {
        ResponseBody::Stream(stream) => Some(stream.clone()),
        ResponseBody::Empty | ResponseBody::Body(_) => None,
    };
    Ok((serde_json::from_str(&reply)?, body))
}

/// Writes a reply with a body.
pub fn reply_with(reply: &impl Serialize, body: ResponseBody) -> worker::Result<Response> {
    let response = ResponseBuilder::new().with_header(REPLY, &serde_json::to_string(reply)?)?;
    Ok(response.with_encode_body(EncodeBody::Manual).body(body))
}

/// Reads a command.
pub async fn command<C: DeserializeOwned>(request: &mut Request) -> worker::Result<C> {
    match request.headers().get(COMMAND)? {
        Some(command) => Ok(serde_json::from_str(&command)?),
        None => request.json().await,
    }
}

/// Reads a command and the body that may go along with it.
pub async fn command_with_body<C: DeserializeOwned>(
    request: &mut Request,
) -> worker::Result<(C, Vec<u8>)> {
    match request.headers().get(COMMAND)? {
        Some(command) => Ok((serde_json::from_str(&command)?, request.bytes().await?)),
        None => Ok((request.json().await?, Vec::new())),
    }
}

/// Writes a reply.
pub fn reply(reply: &impl Serialize) -> worker::Result<Response> {
    Response::from_json(reply)
}
