//! Other registries, as their client: tokens by scope, manifests and blobs with ranges, redirects
//! followed by hand. What may be asked and who may be shown a password is decided in
//! `roadstead_shared::upstream`.
//!
//! Nothing is kept here and nothing is written: who calls has the object to keep it in.

pub mod blob;
pub mod body;
pub mod error;
pub mod fetch;
pub mod list;
pub mod manifest;
mod redirect;
mod token;

pub use error::Error;

use crate::clock;
use crate::durable::wire::Shown;
use fetch::{Answer, Method};
use roadstead_shared::import::Credentials;
use roadstead_shared::oci::Name;
use roadstead_shared::upstream::{Origin, demand, pause};
use std::cell::{Cell, RefCell};

/// A repository of another registry, as one account sees it.
pub struct Upstream {
    origin: Origin,
    name: Name,
    credentials: Option<Credentials>,
    /// Whether it may send us into an inner network.
    private: bool,
    /// What the registry is shown, once it has said what it wants.
    shown: RefCell<Option<Shown>>,
    /// Whether that is newer than what was brought.
    is_new: Cell<bool>,
    /// How many manifests it says that it will still send.
    remaining: Cell<Option<u64>>,
}

impl Upstream {
    /// The repository `name` of the registry that answers at `origin`.
    pub fn new(origin: Origin, name: Name, credentials: Option<Credentials>) -> Self {
        let (shown, is_new, remaining) = (RefCell::default(), Cell::default(), Cell::default());
        Self { origin, name, credentials, private: false, shown, is_new, remaining }
    }

    /// The same with what the registry was shown before and may be shown again.
    #[must_use]
    pub fn showing(self, shown: Option<Shown>) -> Self {
        self.shown.replace(shown);
        self
    }

    /// The same with leave to follow it into inner networks, or without.
    #[must_use]
    pub fn into_private(self, private: bool) -> Self {
        Self { private, ..self }
    }

    /// What the registry is shown now, if that is not what was brought.
    pub fn newly_shown(&self) -> Option<Shown> {
        if self.is_new.get() { self.shown.borrow().clone() } else { None }
    }

    /// Host and port, for people.
    pub fn host(&self) -> String {
        self.origin.authority()
    }

    /// How many manifests the registry said last that it will still send: `ratelimit-remaining`, as
    /// Docker Hub writes it, `76;w=21600`.
    pub fn remaining(&self) -> Option<u64> {
        self.remaining.get()
    }

    fn note_remaining(&self, answer: &Answer) {
        let header = answer.header("ratelimit-remaining").unwrap_or_default();
        let count = header.split(';').next().and_then(|count| count.trim().parse().ok());
        self.remaining.set(count.or(self.remaining.get()));
    }

    /// Asks for `target` with `headers`; does at most once what the registry wants first. The answer
    /// is one of success.
    async fn ask(
        &self,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
    ) -> Result<Answer, Error> {
        let url = self.origin.at(target);
        for first in [true, false] {
            let authorization = self.authorization();
            let (answer, own) =
                redirect::follow(method, &url, headers, authorization.as_deref(), self.private)
                    .await?;
            // Who we were sent to does not get to ask for anything.
            if !own && matches!(answer.status, 401 | 403) {
                // Where it sent us to lets nobody in: that says nothing about who may have it.
                let (host, status) = (self.host(), answer.status);
                answer.discard();
                return Err(Error::Busy { host, status, retry_after_s: None });
            }
            if !(answer.status == 401 && own && first) {
                return self.check(answer);
            }
            let header = answer.header("www-authenticate").unwrap_or_default();
            answer.discard();
            let demand = demand::parse(&header).ok_or_else(|| self.unauthorized())?;
            let shown = token::meet(&self.origin, &self.name, self.credentials.as_ref(), demand);
            let shown = shown.await?;
            self.shown.replace(Some(shown));
            self.is_new.set(true);
        }
        Err(self.unauthorized())
    }

    fn authorization(&self) -> Option<String> {
        let mut shown = self.shown.borrow_mut();
        let now_ms = clock::now_ms();
        let is_over = |shown: &Shown| shown.until_ms.is_some_and(|until| until <= now_ms);
        if shown.as_ref().is_some_and(is_over) {
            *shown = None;
        }
        shown.as_ref().map(|shown| shown.header.clone())
    }

    fn check(&self, answer: Answer) -> Result<Answer, Error> {
        let (host, status) = (self.host(), answer.status);
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        let retry_after = answer.header("retry-after");
        answer.discard();
        Err(match status {
            401 | 403 => self.unauthorized(),
            404 => Error::NotFound(host),
            408 | 429 | 500.. => {
                let retry_after_s = retry_after.as_deref().and_then(pause::retry_after);
                Error::Busy { host, status, retry_after_s }
            }
            _ => Error::Refused { host, status },
        })
    }

    fn unauthorized(&self) -> Error {
        let (host, name) = (self.host(), self.name.clone());
        Error::Unauthorized { host, name, with_account: self.credentials.is_some() }
    }
}
