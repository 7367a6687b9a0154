//! Imports: the edge copies an image from another registry by itself, and says how far it is.

use super::answer::Verdict;
use super::call::{Call, Payload};
use super::client::Client;
use super::error::Error;
use super::token;
use crate::credential::Credentials;
use roadstead_shared::oci::Digest;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Where imports are begun.
const PATH: &str = "/api/v1/import";

/// What the edge is asked for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Request {
    /// The image as the other registry has it: `docker.io/library/alpine:3.20`.
    pub(crate) source: String,
    /// What it is called here: `acme/alpine:3.20`.
    pub(crate) target: String,
    /// The name for the other registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    /// The password for the other registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password: Option<String>,
    /// Only these of an index, as in `linux/amd64`; all of them if it is empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) platforms: Vec<String>,
}

/// How far something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Count {
    /// How much is done.
    #[serde(default)]
    pub(crate) done: u64,
    /// How much there is, as far as is known.
    #[serde(default)]
    pub(crate) total: u64,
}

/// Whether an import goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// It goes on.
    Running,
    /// The image is there.
    Done,
    /// It is not, and will not be.
    Failed,
}

/// What the edge says of an import.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct State {
    /// Whether it goes on.
    #[serde(rename = "state")]
    pub(crate) phase: Phase,
    /// The image's digest, when it is there.
    #[serde(default)]
    pub(crate) digest: Option<Digest>,
    /// Blobs.
    #[serde(default)]
    pub(crate) blobs: Count,
    /// Manifests.
    #[serde(default)]
    pub(crate) manifests: Count,
    /// Bytes.
    #[serde(default)]
    pub(crate) bytes: Count,
    /// Why it failed.
    #[serde(default)]
    pub(crate) error: Option<String>,
}

/// An import that was begun.
#[derive(Debug)]
pub(crate) struct Import<'a> {
    client: &'a Client,
    authorization: String,
    path: String,
}

impl<'a> Import<'a> {
    /// Has the edge begin an import. Not tried again: it may have begun.
    pub(crate) fn begin(
        client: &'a Client,
        credentials: &Credentials,
        request: &Request,
    ) -> Result<Self, Error> {
        let body =
            serde_json::to_vec(request).map_err(|error| client.protocol(&error.to_string()))?;
        let authorization = token::basic(credentials);
        let call = Call::with("POST", PATH, Payload::Bytes(&body));
        let call = call.header("content-type", "application/json");
        let answer = client.send(&call, Some(&authorization))?;
        match answer.status {
            202 => {}
            401 | 403 => {
                return Err(Error::Denied {
                    host: client.host.clone(),
                    who: token::who(Some(credentials)),
                    doing: "import".to_owned(),
                    why: answer.message(),
                });
            }
            404 | 405 if !answer.message().contains(&request.source) => {
                return Err(client.protocol("it does not know imports, an older version perhaps"));
            }
            _ => return Err(answer.refused(&client.host, "import")),
        }
        let location = answer.header("location").and_then(|at| client.host.own_path(at));
        let path = location.ok_or_else(|| client.protocol("an import without a place"))?;
        Ok(Self { client, authorization, path })
    }

    /// Where it can be asked for, on the registry's host.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Asks once how far it is. `Err(Ok(wait))`: no answer this time, try again.
    pub(crate) fn ask(&self) -> Result<State, Result<Unanswered, Error>> {
        let call = Call::new("GET", self.path.as_str());
        match self.client.send(&call, Some(&self.authorization)) {
            Ok(answer) => match answer.verdict() {
                Verdict::Done => {
                    let body = answer.json().unwrap_or_default();
                    let wrong = |_| Err(self.client.protocol("an import in no known state"));
                    serde_json::from_value(body).map_err(wrong)
                }
                Verdict::Again(wait) => {
                    let error = answer.refused(&self.client.host, "say how far it is");
                    Err(Ok(Unanswered { wait, error }))
                }
                Verdict::No => Err(Err(answer.refused(&self.client.host, "say how far it is"))),
            },
            Err(error @ Error::Wire { passing: true, .. }) => {
                Err(Ok(Unanswered { wait: None, error }))
            }
            Err(error) => Err(Err(error)),
        }
    }
}

/// No answer this time.
#[derive(Debug)]
pub(crate) struct Unanswered {
    /// How long the edge asks to be left alone.
    pub(crate) wait: Option<Duration>,
    /// What happened.
    pub(crate) error: Error,
}
