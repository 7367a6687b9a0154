//! A repository of a registry, and the token with which it is asked.

use super::answer::{Answer, Verdict};
use super::call::Call;
use super::challenge::Challenge;
use super::client::Client;
use super::error::Error;
use super::token::{self, Token};
use crate::credential::Credentials;
use roadstead_shared::auth::{Access, Action};
use roadstead_shared::oci::{Name, path};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often somebody who waits looks whether to stop.
const STEP: Duration = Duration::from_millis(100);

/// A repository as somebody with these credentials, or nobody, sees it.
#[derive(Debug)]
pub(crate) struct Repository {
    /// The registry.
    pub(crate) client: Client,
    /// The repository's name.
    pub(crate) name: Name,
    credentials: Option<Credentials>,
    access: Mutex<(Option<Challenge>, Option<Token>)>,
    stop: AtomicBool,
}

impl Repository {
    /// The repository `name`. Nothing is sent yet.
    pub(crate) fn new(client: Client, name: Name, credentials: Option<Credentials>) -> Self {
        let (access, stop) = (Mutex::new((None, None)), AtomicBool::new(false));
        Self { client, name, credentials, access, stop }
    }

    /// Tells every thread that works for this repository to stop at the next step.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether they were told.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Asks whether there is a registry that will talk to us, without trying again: a wrong name
    /// or a wrong password is known at once, and not after a minute.
    pub(crate) fn greet(&self) -> Result<(), Error> {
        let answer = self.send(&Call::new("GET", path::ROOT), "in")?;
        match answer.verdict() {
            Verdict::Done => Ok(()),
            _ => Err(answer.refused(&self.client.host, "greet")),
        }
    }

    /// Sends a request once with a token, and once more where the token was too old.
    ///
    /// `doing` says what is asked for, as in "refused to …". Any answer but a 401 is given back.
    pub(crate) fn send(&self, call: &Call<'_>, doing: &str) -> Result<Answer, Error> {
        let mut renewed = false;
        loop {
            if self.is_stopped() {
                return Err(Error::Stopped);
            }
            let token = self.token(renewed)?;
            let authorization = token.as_ref().map(Token::authorization);
            let answer = self.client.send(call, authorization.as_deref())?;
            if answer.status != 401 {
                return Ok(answer);
            }
            let challenge = answer.header("www-authenticate").and_then(Challenge::parse);
            let Some(challenge) = challenge else {
                return Err(self.denied(&answer, doing));
            };
            let is_old = challenge.error.as_deref() == Some("invalid_token");
            if token.is_some() && (renewed || !is_old) {
                return Err(self.denied(&answer, doing));
            }
            renewed = token.is_some();
            self.forget(challenge, token.as_ref());
        }
    }

    /// Sends a request until there is an answer that trying again would not change.
    pub(crate) fn insist(&self, call: &Call<'_>, doing: &str) -> Result<Answer, Error> {
        let mut failures = 0;
        loop {
            let (wait, failed) = match self.send(call, doing) {
                Ok(answer) => match answer.verdict() {
                    Verdict::Again(wait) => (wait, answer.refused(&self.client.host, doing)),
                    _ => return Ok(answer),
                },
                Err(error @ Error::Wire { passing: true, .. }) => (None, error),
                Err(error) => return Err(error),
            };
            failures += 1;
            self.pause(failures, wait, failed)?;
        }
    }

    /// Waits after a failure; gives the failure back where it was one too many.
    pub(crate) fn pause(
        &self,
        failures: u32,
        asked: Option<Duration>,
        failed: Error,
    ) -> Result<(), Error> {
        let asked = Answer::bearable(&self.client.host, asked)?;
        let pause = self.client.patience.pause(failures, asked).ok_or(failed)?;
        let until = Instant::now() + pause;
        while Instant::now() < until {
            if self.is_stopped() {
                return Err(Error::Stopped);
            }
            thread::sleep(STEP.min(until.saturating_duration_since(Instant::now())));
        }
        Ok(())
    }

    /// The token to use; `None` as long as nobody has asked for one.
    fn token(&self, renewed: bool) -> Result<Option<Token>, Error> {
        // Held while one is fetched: the other threads wait for it instead of fetching their own.
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        let (challenge, kept) = &mut *access;
        if let Some(token) = kept.as_ref().filter(|token| token.is_fresh()) {
            return Ok(Some(token.clone()));
        }
        let Some(challenge) = challenge else { return Ok(None) };
        let scope = Access::new(self.name.clone(), [Action::Pull, Action::Push]).scope();
        let mut failures = 0;
        let token = loop {
            let fetched =
                token::fetch(&self.client, challenge, Some(&scope), self.credentials.as_ref());
            match fetched {
                // The first one is not tried again: see `greet`.
                Err(error) if error.is_passing() && (kept.is_some() || renewed) => {
                    failures += 1;
                    self.pause(failures, None, error)?;
                }
                fetched => break fetched?,
            }
        };
        *kept = Some(token.clone());
        Ok(Some(token))
    }

    /// Drops the token that was refused, unless another thread has a newer one already.
    fn forget(&self, challenge: Challenge, refused: Option<&Token>) {
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        let same = match (&access.1, refused) {
            (Some(kept), Some(refused)) => kept.authorization() == refused.authorization(),
            _ => true,
        };
        if same {
            *access = (Some(challenge), None);
        }
    }

    fn denied(&self, answer: &Answer, doing: &str) -> Error {
        Error::Denied {
            host: self.client.host.clone(),
            who: token::who(self.credentials.as_ref()),
            doing: doing.to_owned(),
            why: answer.message(),
        }
    }
}
