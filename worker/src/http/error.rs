//! The only place where errors become statuses, codes and messages. Matched without a wildcard;
//! what is inner goes to the log under the request id, and to nobody else.

mod account;
mod cached;
mod issuer;

use super::call::{Call, REQUEST_ID};
use crate::route::Url;
use crate::{auth, config, route, service, store};
use roadstead_shared::api::contact::Contact;
use roadstead_shared::auth::Access;
use roadstead_shared::auth::challenge::{Challenge, Fault};
use roadstead_shared::catalog::time;
use roadstead_shared::oci::error_code::ErrorBody;
use roadstead_shared::oci::{ErrorCode, path};
use roadstead_shared::tier::{Spent, State, sentence};
use serde_json::{Value, json};
use worker::{Env, Response, ResponseBuilder};

/// Everything that can go wrong with a request.
#[derive(Debug)]
pub enum Error {
    /// It is no call of the API.
    Route(route::Error),
    /// It may not be made.
    Auth(auth::Error),
    /// It cannot be done.
    Service(service::Error),
    /// It is taken down, and here somebody can be asked about it.
    TakenDown {
        /// Which, why, since when.
        refusal: service::Error,
        /// The address for that, if the operator named one.
        contact: Option<Contact>,
    },
    /// The deployment is not complete.
    Config(config::Invalid),
    /// A setting about issuers is wrong.
    Setting(config::issuers::Wrong),
    /// The runtime failed.
    Runtime(worker::Error),
}

/// What a client is told.
#[derive(Debug)]
pub struct Told {
    status: u16,
    code: ErrorCode,
    message: String,
    detail: Option<Value>,
    headers: Vec<(&'static str, String)>,
}

impl Told {
    fn new(status: u16, code: ErrorCode, message: &dyn std::fmt::Display) -> Self {
        Self { status, code, message: message.to_string(), detail: None, headers: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The answer to a request that failed.
pub fn render(error: &Error, call: &Call) -> worker::Result<Response> {
    if let Some(cause) = inner(error) {
        call.log_failure(&cause);
    }
    let told = tell(error, &call.url);
    let mut response = ResponseBuilder::new()
        .with_status(told.status)
        .with_header(REQUEST_ID, &call.request_id)?
        .with_header("content-type", "application/json")?
        .with_header("cache-control", "no-store")?;
    for (name, value) in &told.headers {
        response = response.with_header(name, value)?;
    }
    let detail = if told.status >= 500 {
        Some(json!({ "request_id": call.request_id }))
    } else {
        told.detail
    };
    let body = serde_json::to_string(&ErrorBody::new(told.code, told.message, detail))?;
    // A HEAD has no body; the runtime takes care of that, and of the length that it would have.
    Ok(response.fixed(body.into_bytes()))
}

/// What a person is told, and the log what only it should know.
pub fn message(error: &Error, call: &Call) -> String {
    if let Some(cause) = inner(error) {
        call.log_failure(&cause);
    }
    tell(error, &call.url).message
}

/// What only the log says.
fn inner(error: &Error) -> Option<String> {
    match error {
        Error::Service(service::Error::Store(cause)) => Some(cause.to_string()),
        Error::Service(service::Error::BrokenBody(cause))
        | Error::Auth(auth::Error::Store(cause)) => Some(cause.clone()),
        Error::Config(invalid) => Some(invalid.to_string()),
        Error::Setting(wrong) => Some(wrong.to_string()),
        Error::Runtime(cause) => Some(cause.to_string()),
        Error::Route(_) | Error::Auth(_) | Error::Service(_) | Error::TakenDown { .. } => None,
    }
}

/// What the client of `url` is told.
pub fn tell(error: &Error, url: &Url) -> Told {
    match error {
        Error::Route(error) => tell_route(error),
        Error::Auth(error) => tell_auth(error, url),
        Error::Service(service::Error::AllowanceSpent { state, spent }) => {
            tell_spent(state, *spent, url)
        }
        Error::Service(error) => tell_service(error),
        Error::TakenDown { refusal, contact } => tell_takedown(refusal, contact.as_ref(), url),
        Error::Config(_) | Error::Setting(_) | Error::Runtime(_) => failed(),
    }
}

fn failed() -> Told {
    Told::new(500, ErrorCode::InternalError, &"something failed here; it has been noted")
}

fn tell_route(error: &route::Error) -> Told {
    let (status, code) = match error {
        route::Error::Path(path::Invalid::NoSuchEndpoint) => (404, ErrorCode::Unsupported),
        route::Error::Path(path::Invalid::Encoding)
        | route::Error::Name(_)
        | route::Error::AccountName(_) => (400, ErrorCode::NameInvalid),
        route::Error::Digest(_) | route::Error::NoDigest => (400, ErrorCode::DigestInvalid),
        route::Error::Tag(_) | route::Error::TooManyTags => (400, ErrorCode::ManifestInvalid),
        route::Error::NoSuchTag => (404, ErrorCode::ManifestUnknown),
        route::Error::Query(_) => (400, ErrorCode::Unsupported),
        route::Error::Elsewhere(_) => (403, ErrorCode::Denied),
        route::Error::Stranger => (404, ErrorCode::NameUnknown),
        route::Error::Method { allow } => {
            return Told::new(405, ErrorCode::Unsupported, error).with("allow", *allow);
        }
    };
    Told::new(status, code, error)
}

fn tell_auth(error: &auth::Error, url: &Url) -> Told {
    let (scope, fault): (Option<&Access>, Option<Fault>) = match error {
        auth::Error::NoToken { needs } => (needs.as_ref(), None),
        auth::Error::InvalidToken { needs } => (needs.as_ref(), Some(Fault::InvalidToken)),
        auth::Error::InsufficientScope { needs } => (Some(needs), Some(Fault::InsufficientScope)),
        auth::Error::Denied
        | auth::Error::CrossSite
        | auth::Error::TokenNotEnough
        | auth::Error::Suspended(_) => {
            return Told::new(403, ErrorCode::Denied, error);
        }
        auth::Error::BadCredentials | auth::Error::NoCredentials => {
            let realm = format!("Basic realm=\"{}\"", url.host);
            let told = Told::new(401, ErrorCode::Unauthorized, error);
            return told.with("www-authenticate", realm);
        }
        auth::Error::TooManyAttempts { retry_after_s } => {
            let told = Told::new(429, ErrorCode::TooManyRequests, error);
            return told.with("retry-after", retry_after_s.to_string());
        }
        auth::Error::Busy => {
            return Told::new(503, ErrorCode::Unavailable, error).with("retry-after", "5");
        }
        auth::Error::Store(_) => return failed(),
        auth::Error::UnsupportedGrant => return Told::new(400, ErrorCode::Unsupported, error),
    };
    let challenge = Challenge {
        realm: format!("{}{}", url.origin(), super::TOKEN),
        service: url.host.clone(),
        scope: scope.cloned(),
        error: fault,
    };
    Told::new(401, ErrorCode::Unauthorized, error)
        .with("www-authenticate", challenge.to_string())
        .with("docker-distribution-api-version", "registry/2.0")
}

/// In the words that clients print, and in fields for those that read.
fn tell_spent(state: &State, spent: Spent, url: &Url) -> Told {
    let message = sentence::refusal(state, spent, &url.host, &url.origin());
    let usage = state.usage(Vec::new());
    let detail = json!({
        "tier": usage.tier,
        "used_bytes": usage.used_bytes,
        "limit_bytes": usage.limit_bytes,
        "pulls": state.standing.pulls,
        "pulls_per_hour": state.limits.pulls_per_hour,
        "resets_at": usage.resets_at,
    });
    let mut told =
        Told { detail: Some(detail), ..Told::new(429, ErrorCode::TooManyRequests, &message) };
    // The warning is for who may still pull.
    told.headers = state.headers();
    told.headers.retain(|(name, _)| *name != "warning");
    match sentence::retry_after_s(state, spent) {
        Some(seconds) => told.with("retry-after", seconds.to_string()),
        None => told,
    }
}

/// RFC 7725: why it is not to be had, and who keeps it from being had.
fn tell_takedown(refusal: &service::Error, contact: Option<&Contact>, url: &Url) -> Told {
    let told = tell_service(refusal);
    let blocker = contact.map_or_else(|| format!("{}/", url.origin()), Contact::uri);
    let mut detail = told.detail.clone().unwrap_or_default();
    if let (Some(contact), Some(fields)) = (contact, detail.as_object_mut()) {
        fields.insert("contact".to_owned(), json!(contact.uri()));
    }
    Told { detail: Some(detail), ..told }.with("link", format!("<{blocker}>; rel=\"blocked-by\""))
}

fn tell_service(error: &service::Error) -> Told {
    use service::Error as E;
    let told = |status, code| Told::new(status, code, error);
    match error {
        E::NameUnknown(_) | E::NotTakenDown(_) => told(404, ErrorCode::NameUnknown),
        E::ManifestUnknown(_) | E::NothingToRestore(_) => told(404, ErrorCode::ManifestUnknown),
        E::BlobUnknown(_) => told(404, ErrorCode::BlobUnknown),
        E::TooManyRanges | E::Unreadable(_) => told(400, ErrorCode::Unsupported),
        E::RangeNotSatisfiable { size } => {
            told(416, ErrorCode::SizeInvalid).with("content-range", format!("bytes */{size}"))
        }
        E::DigestMismatch { announced, found } => Told {
            detail: Some(json!({ "announced": announced, "found": found })),
            ..told(400, ErrorCode::DigestInvalid)
        },
        E::ManifestInvalid(_) => told(400, ErrorCode::ManifestInvalid),
        E::ManifestTooLarge => told(413, ErrorCode::SizeInvalid),
        E::ManifestBlobUnknown(digests) => Told {
            detail: Some(json!({ "digests": digests })),
            ..told(404, ErrorCode::ManifestBlobUnknown)
        },
        E::TagImmutable(_) | E::TagTaken(_) => told(409, ErrorCode::Denied),
        E::PushDenied(_) | E::Elsewhere(_) => told(403, ErrorCode::Denied),
        E::TakenDown(name, takedown) => {
            let since = time::rfc3339(i64::try_from(takedown.at_ms).unwrap_or(i64::MAX));
            let detail = json!({ "repository": name, "reason": takedown.reason, "since": since });
            Told { detail: Some(detail), ..told(451, ErrorCode::Denied) }
        }
        E::StorageSpent(spent) => {
            Told { detail: Some(json!(spent)), ..told(403, ErrorCode::Denied) }
        }
        E::ImportUnknown => told(404, ErrorCode::Unsupported),
        E::UploadUnknown => told(404, ErrorCode::BlobUploadUnknown),
        E::UploadOutOfOrder { offset, location } => {
            let told = told(416, ErrorCode::BlobUploadInvalid).with("location", location);
            // An upload without bytes has no last byte: "0-0" would send some clients to byte 1.
            match offset {
                0 => told,
                _ => told.with("range", super::render::upload_range(*offset)),
            }
        }
        E::UploadInvalid(_) | E::UploadComplete | E::BrokenBody(_) => {
            told(400, ErrorCode::BlobUploadInvalid)
        }
        E::Account(refusal) => account::tell(refusal),
        E::SignIn(refusal) => issuer::tell_sign_in(refusal),
        E::Trust(refusal) => issuer::tell_trust(refusal),
        E::Unanswered(unanswered) => cached::tell(unanswered),
        E::AllowanceSpent { .. } => told(429, ErrorCode::TooManyRequests),
        E::MeterSilent | E::Busy => told(503, ErrorCode::Unavailable).with("retry-after", "5"),
        E::Store(_) => failed(),
    }
}

impl Error {
    /// The error with the address that is told to who finds something taken down.
    #[must_use]
    pub fn with_contact(self, env: &Env) -> Self {
        match self {
            Self::Service(refusal @ service::Error::TakenDown(..)) => {
                Self::TakenDown { refusal, contact: config::abuse_contact(env) }
            }
            error => error,
        }
    }
}

macro_rules! from {
    ($($variant:ident($error:ty)),*) => { $(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )* };
}

from!(
    Route(route::Error),
    Auth(auth::Error),
    Service(service::Error),
    Config(config::Invalid),
    Setting(config::issuers::Wrong),
    Runtime(worker::Error)
);

impl From<service::account::Refusal> for Error {
    fn from(refusal: service::account::Refusal) -> Self {
        Self::Service(refusal.into())
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

#[cfg(test)]
mod tests;
