//! Other registries, as their client: tokens by scope, manifests and blobs with ranges, redirects
//! followed by hand. What may be asked and who may be shown a password is decided in
//! `roadstead_shared::upstream`.
//!
//! Nothing is kept here and nothing is written: who calls has the object to keep it in.

pub mod blob;
pub mod body;
pub mod error;
pub mod fetch;
pub mod manifest;
mod redirect;
mod token;

pub use error::Error;

use crate::clock;
use fetch::{Answer, Method};
use roadstead_shared::import::Credentials;
use roadstead_shared::oci::Name;
use roadstead_shared::upstream::{Origin, demand, pause};
use std::cell::RefCell;
use token::Shown;

/// A repository of another registry, as one account sees it.
pub struct Upstream {
    origin: Origin,
    name: Name,
    credentials: Option<Credentials>,
    /// What the registry is shown, once it has said what it wants.
    shown: RefCell<Option<Shown>>,
}

impl Upstream {
    /// The repository `name` of the registry that answers at `origin`.
    pub fn new(origin: Origin, name: Name, credentials: Option<Credentials>) -> Self {
        Self { origin, name, credentials, shown: RefCell::new(None) }
    }

    /// Host and port, for people.
    pub fn host(&self) -> String {
        self.origin.authority()
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
                redirect::follow(method, &url, headers, authorization.as_deref()).await?;
            // Who we were sent to does not get to ask for anything.
            if !(answer.status == 401 && own && first) {
                return self.check(answer);
            }
            let header = answer.header("www-authenticate").unwrap_or_default();
            answer.discard();
            let demand = demand::parse(&header).ok_or_else(|| self.unauthorized())?;
            let shown = token::meet(&self.origin, &self.name, self.credentials.as_ref(), demand);
            let shown = shown.await?;
            self.shown.replace(Some(shown));
        }
        Err(self.unauthorized())
    }

    fn authorization(&self) -> Option<String> {
        let mut shown = self.shown.borrow_mut();
        if shown.as_ref().is_some_and(|shown| shown.is_over(clock::now_ms())) {
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
