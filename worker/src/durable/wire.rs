//! What callers and objects say to each other: binding names, commands and replies, for both
//! sides. Commands are JSON; a body that goes along is sent as it is, the command in a header.

use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Algorithm, Digest, Name, Reference};
use roadstead_shared::upload::{Lease, Stored};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use worker::{Headers, Method, Request, RequestInit, Response, Stub};

/// The binding of the upload sessions.
pub const UPLOAD_SESSION: &str = "UPLOAD_SESSION";
/// The binding of the repositories.
pub const REPOSITORY: &str = "REPOSITORY";

/// The header that carries the command where a body goes along.
const COMMAND: &str = "x-command";

/// What an upload session is told. The reply is `Result<UploadReply, Refused>`.
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of `shared::upload::Upload`")]
pub enum UploadCommand {
    Begin { name: Name, algorithm: Algorithm },
    Status { name: Name },
    Lease { name: Name, start: Option<u64> },
    Store(Stored),
    Release { epoch: u32 },
    Commit { epoch: u32, digest: Digest },
    Close { name: Name, keep: bool },
}

/// What an upload session replies.
#[derive(Debug, Serialize, Deserialize)]
pub enum UploadReply {
    /// Done.
    Done,
    /// Done; so many bytes are there.
    Offset(u64),
    /// The right to append.
    Lease(Lease),
    /// The record of the body.
    Body(Body),
}

/// What a repository is told, with the document as the body. The reply is
/// `Result<(), ManifestRefused>`.
#[derive(Debug, Serialize, Deserialize)]
pub struct ManifestCommand {
    /// The repository.
    pub name: Name,
    /// What it is pushed as.
    pub reference: Reference,
    /// What its bytes are; checked by the caller.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
}

/// Why a repository does not take a manifest.
#[derive(Debug, Serialize, Deserialize)]
pub enum ManifestRefused {
    /// It cannot be read; says why.
    Invalid(String),
    /// It names blobs or manifests that are not here.
    Missing(Vec<Digest>),
}

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

/// Reads a command.
pub async fn command<C: DeserializeOwned>(request: &mut Request) -> worker::Result<C> {
    match request.headers().get(COMMAND)? {
        Some(command) => Ok(serde_json::from_str(&command)?),
        None => request.json().await,
    }
}

/// Writes a reply.
pub fn reply(reply: &impl Serialize) -> worker::Result<Response> {
    Response::from_json(reply)
}
