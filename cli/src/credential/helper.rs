//! Programs that keep credentials: `docker-credential-NAME`, which are told what to do by one
//! argument and the rest on their standard input. docker's credential helper protocol.

use super::Credentials;
use super::error::Error;
use crate::child;
use serde::{Deserialize, Serialize};
use std::process::Command;
use std::time::Duration;

/// How long a helper may take: it may have to ask somebody to unlock a keychain.
const PATIENCE: Duration = Duration::from_mins(2);
/// What a helper says instead of credentials that it does not have.
const NOT_FOUND: &str = "credentials not found";

/// A helper by the name that the configuration gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Helper(String);

/// Names and secret as helpers spell them.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    #[serde(rename = "ServerURL", default)]
    server_url: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    secret: String,
}

impl Helper {
    /// A helper called `name`, which becomes a part of a program's name: `None` if it would be
    /// something else.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        (!name.is_empty() && name.chars().all(word)).then(|| Self(name.to_owned()))
    }

    /// What it has for `host`; `None` if it has nothing.
    pub(crate) fn get(&self, host: &str) -> Result<Option<Credentials>, Error> {
        let (done, said) = self.run("get", host.as_bytes())?;
        if !done {
            if said.to_ascii_lowercase().contains(NOT_FOUND) {
                return Ok(None);
            }
            return Err(self.failed("get", said.trim()));
        }
        let kept: Kept = serde_json::from_str(&said)
            .map_err(|_| self.failed("get", "its answer cannot be understood"))?;
        if kept.username == "<token>" {
            return Err(Error::RefreshToken(host.to_owned()));
        }
        let found = !kept.username.is_empty();
        Ok(found.then(|| Credentials::new(kept.username, kept.secret)))
    }

    /// Gives it credentials to keep.
    pub(crate) fn store(&self, host: &str, credentials: &Credentials) -> Result<(), Error> {
        let kept = Kept {
            server_url: host.to_owned(),
            username: credentials.username.clone(),
            secret: credentials.password.reveal().to_owned(),
        };
        let input =
            serde_json::to_vec(&kept).map_err(|error| self.failed("store", &error.to_string()))?;
        let (done, said) = self.run("store", &input)?;
        if done { Ok(()) } else { Err(self.failed("store", said.trim())) }
    }

    /// Has it forget what it has for `host`; that it has nothing is fine.
    pub(crate) fn erase(&self, host: &str) -> Result<(), Error> {
        let (done, said) = self.run("erase", host.as_bytes())?;
        let done = done || said.to_ascii_lowercase().contains(NOT_FOUND);
        if done { Ok(()) } else { Err(self.failed("erase", said.trim())) }
    }

    fn failed(&self, action: &'static str, why: &str) -> Error {
        Error::Helper { name: self.0.clone(), action, why: why.to_owned() }
    }

    /// Whether it succeeded, and what it said. Nothing of it is ever printed if it succeeded.
    fn run(&self, action: &'static str, input: &[u8]) -> Result<(bool, String), Error> {
        let mut command = Command::new(format!("docker-credential-{}", self.0));
        let outcome = child::run(command.arg(action), input, PATIENCE);
        let outcome = outcome.map_err(|error| self.failed(action, &error.to_string()))?;
        // What a helper has to say against something comes on its standard output, as a rule.
        let said = if outcome.said.trim().is_empty() { outcome.complained } else { outcome.said };
        Ok((outcome.status.success(), said))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_a_path_is_no_helper() {
        assert!(Helper::new("osxkeychain").is_some());
        assert!(Helper::new("ecr-login").is_some());
        for name in ["", "../x", "a/b", "a b", "a;b"] {
            assert!(Helper::new(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_helper_that_is_not_installed_is_an_error() {
        let helper = Helper::new("nobody-has-this-one").unwrap();
        assert!(matches!(helper.get("a.example"), Err(Error::Helper { action: "get", .. })));
    }
}
