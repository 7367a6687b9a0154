//! The registry's API as a client speaks it: tokens, blobs, manifests.
//! distribution-spec 1.1, "Endpoints".

use super::http::{Answer, Request};
use crate::deadline::Deadline;
use crate::image::digest;
use crate::stack::Stack;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// How long a token is used; it lives longer.
const KEPT: Duration = Duration::from_mins(1);

/// Tokens by host, scope and whether they are the operator's.
type Kept = BTreeMap<(String, String, bool), (Deadline, String)>;

static TOKENS: Mutex<Kept> = Mutex::new(Kept::new());

/// A repository as somebody sees it, on the stack of this run unless it was made for another.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Its name.
    pub name: String,
    is_operators: bool,
    /// What its tokens are asked for, as scopes spell it.
    actions: &'static str,
    /// Host and port of another stack.
    host: Option<String>,
}

impl Repository {
    /// A repository as anybody sees it.
    pub fn as_anyone(name: &str) -> Self {
        Self { name: name.to_owned(), is_operators: false, actions: "pull", host: None }
    }

    /// A repository as the operator sees it.
    pub fn as_operator(name: &str) -> Self {
        Self { name: name.to_owned(), is_operators: true, actions: "pull,push", host: None }
    }

    /// A repository that nobody has used, to push to.
    pub fn fresh(word: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self::as_operator(&format!("claims/{word}-{count}"))
    }

    /// The same with tokens for these actions, such as `pull,push,delete`.
    #[must_use]
    pub fn with(mut self, actions: &'static str) -> Self {
        self.actions = actions;
        self
    }

    /// The same on a stack of somebody's own.
    #[must_use]
    pub fn on(mut self, stack: &Stack) -> Self {
        self.host = Some(stack.host().to_owned());
        self
    }

    /// The scope that its tokens are asked for.
    pub fn scope(&self) -> String {
        format!("repository:{}:{}", self.name, self.actions)
    }

    /// The token that requests about it carry. A run may be longer than the life of a token.
    pub fn token(&self) -> String {
        let scope = self.scope();
        let key = (self.host.clone().unwrap_or_default(), scope.clone(), self.is_operators);
        let kept = TOKENS.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((deadline, token)) = kept
            && !deadline.is_over()
        {
            return token;
        }
        let token = self.token_for(&[&scope]);
        let mut tokens = TOKENS.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.insert(key, (Deadline::after(KEPT), token.clone()));
        token
    }

    /// A new token for several scopes, given to whoever sees the repository.
    pub fn token_for(&self, scopes: &[&str]) -> String {
        let path = match &self.host {
            Some(host) => token_path_of(host, scopes),
            None => token_path(scopes),
        };
        let request = self.at(Request::get(path));
        let request = if self.is_operators { request.as_operator() } else { request };
        text(&request.send().expect(200).json(), "token")
    }

    /// The request, sent to where the repository is.
    fn at(&self, request: Request) -> Request {
        match &self.host {
            Some(host) => request.at(host),
            None => request,
        }
    }

    /// A request to a path below the repository.
    pub fn request(&self, method: &str, rest: &str) -> Request {
        self.upload(method, &format!("/v2/{}/{rest}", self.name))
    }

    /// GET of a path below the repository.
    pub fn get(&self, rest: &str) -> Request {
        self.request("GET", rest)
    }

    /// HEAD of a path below the repository.
    pub fn head(&self, rest: &str) -> Request {
        self.request("HEAD", rest)
    }

    /// Begins an upload: the path to send bytes to.
    pub fn start_upload(&self) -> String {
        let answer = self.request("POST", "blobs/uploads/").body(b"").send().expect(202);
        path(answer.must("Location"))
    }

    /// A request to an upload's path.
    pub fn upload(&self, method: &str, location: &str) -> Request {
        self.at(Request::new(method, location)).bearer(&self.token())
    }

    /// Finishes an upload under `digest` with these last bytes.
    pub fn finish(&self, location: &str, digest: &str, bytes: &[u8]) -> Answer {
        let glue = if location.contains('?') { '&' } else { '?' };
        let target = format!("{location}{glue}digest={}", encode(digest));
        self.upload("PUT", &target).body(bytes).send()
    }

    /// Publishes a blob by POST and PUT; its digest.
    pub fn push_blob(&self, bytes: &[u8]) -> String {
        let digest = digest(bytes);
        let answer = self.finish(&self.start_upload(), &digest, bytes).expect(201);
        assert_eq!(answer.must("Docker-Content-Digest"), digest);
        digest
    }

    /// Publishes a blob by POST, PATCH without a length, and an empty PUT, as docker does.
    pub fn push_blob_in_chunks(&self, bytes: &[u8]) -> String {
        let digest = digest(bytes);
        let location = self.start_upload();
        let answer = self.upload("PATCH", &location).chunked(bytes).send().expect(202);
        let _ = self.finish(&path(answer.must("Location")), &digest, b"").expect(201);
        digest
    }

    /// Sends a manifest; the answer may be a refusal.
    pub fn put_manifest(&self, reference: &str, media_type: &str, bytes: &[u8]) -> Answer {
        let request = self.request("PUT", &format!("manifests/{reference}"));
        request.header("Content-Type", media_type).body(bytes).send()
    }
}

/// The path of the token end-point with these scopes, for the service that the challenge names.
pub fn token_path(scopes: &[&str]) -> String {
    token_path_of(service(), scopes)
}

/// The same where the service is known already.
pub fn token_path_of(service: &str, scopes: &[&str]) -> String {
    let mut path = format!("/token?service={}", encode(service));
    for scope in scopes {
        path.push_str("&scope=");
        path.push_str(&encode(scope));
    }
    path
}

/// The service that the first challenge names.
pub fn service() -> &'static str {
    static SERVICE: OnceLock<String> = OnceLock::new();
    SERVICE.get_or_init(|| {
        let answer = Request::get("/v2/").send().expect(401);
        parameter(answer.must("WWW-Authenticate"), "service")
            .unwrap_or_else(|| panic!("no service: {answer}"))
    })
}

/// A parameter of a challenge, every one of which is in quotes.
pub fn parameter(challenge: &str, name: &str) -> Option<String> {
    let parameters = challenge.strip_prefix("Bearer ")?;
    let start = format!("{name}=\"");
    // A comma may stand inside quotes: the name has to follow one outside.
    let at = parameters.match_indices(&start).find(|(at, _)| {
        *at == 0 || parameters[..*at].ends_with(',') || parameters[..*at].ends_with(", ")
    })?;
    let rest = &parameters[at.0 + start.len()..];
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

/// A text in a JSON object that must have it.
pub fn text(object: &Value, key: &str) -> String {
    let found = object.get(key).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text {key:?} in {object}")).to_owned()
}

/// The path and the query of a `Location`, which may be a whole address.
pub fn path(location: &str) -> String {
    let after_host =
        location.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    let path = after_host.unwrap_or(location);
    assert!(path.starts_with('/'), "some clients need an absolute path: {location}");
    path.to_owned()
}

/// Encodes a value for a query.
pub fn encode(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
