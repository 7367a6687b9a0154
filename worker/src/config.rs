//! The settings. `wrangler.toml` has the variables with their defaults; secrets come from the
//! platform, or from the state folder under `make run`. A pull reads the one that it needs.

mod account;
pub mod issuers;
mod keys;
mod storage;
mod tiers;
mod upstreams;

pub use account::{Mail, SignUp};
pub use keys::{Keys, mac};
pub use storage::{abuse_contact, storage_quota};
pub use tiers::tiers;
pub use upstreams::{credentials, rules};

use crate::durable::wire::Grace;
use roadstead_shared::secret::Secret;
use roadstead_shared::upstream::{Allowed, allowed};
use serde_json::Value;
use worker::Env;

/// What the operator decides.
#[derive(Debug)]
pub struct Config {
    /// `OPERATOR_NAME`: the account that may publish under any namespace. Default `operator`.
    pub operator_name: String,
    /// `OPERATOR_PASSWORD` (secret). Without one nobody can sign in as the operator.
    pub operator_password: Option<Secret>,
}

/// How long what nothing refers to is kept, in seconds. docs/operating.md says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collecting {
    /// `COLLECT_BLOBS_AFTER_S`: a blob that no manifest of its repository names. Default a day.
    pub blobs_s: u64,
    /// `COLLECT_MANIFESTS_AFTER_S`: a manifest that no tag, index or subject keeps. Default 30 days.
    pub manifests_s: u64,
    /// `RESTORABLE_FOR_S`: a deleted tag or manifest. Default 7 days.
    pub restorable_s: u64,
}

/// How long a body is kept that nobody holds any more, in ms: pulls that have begun read it.
const SETTLE_MS: u64 = 60 * 60 * 1000;

/// What counts as for ever, in seconds: a hundred years. No alarm can be set for much later.
const MAX_KEPT_S: u64 = 100 * 365 * 24 * 60 * 60;

/// How long an upload is kept that nobody continues, in ms.
const UPLOADS_MS: u64 = roadstead_shared::upload::KEPT_MS;

impl Collecting {
    /// Reads the settings of `env`. What is no number of seconds is as it is by default: collecting
    /// later than somebody meant loses nothing.
    pub fn read(env: &Env) -> Self {
        Self::parse(|name| var(env, name))
    }

    fn parse(var: impl Fn(&str) -> Option<String>) -> Self {
        let seconds = |name: &str| {
            let seconds = var(name).and_then(|text| text.trim().parse::<u64>().ok());
            seconds.map(|seconds| seconds.min(MAX_KEPT_S))
        };
        Self {
            blobs_s: seconds("COLLECT_BLOBS_AFTER_S").unwrap_or(24 * 60 * 60),
            manifests_s: seconds("COLLECT_MANIFESTS_AFTER_S").unwrap_or(30 * 24 * 60 * 60),
            restorable_s: seconds("RESTORABLE_FOR_S").unwrap_or(7 * 24 * 60 * 60),
        }
    }

    /// The same in ms, for the objects that collect.
    pub fn grace(self) -> Grace {
        let ms = |seconds: u64| seconds.saturating_mul(1000);
        Grace {
            uploads_ms: UPLOADS_MS,
            blobs_ms: ms(self.blobs_s),
            manifests_ms: ms(self.manifests_s),
            deleted_ms: ms(self.restorable_s),
            bodies_ms: SETTLE_MS,
        }
    }
}

/// `IMPORT_FROM`: the registries that images may be copied from. Set to nothing, there are none.
pub fn import_from(env: &Env) -> Allowed {
    Allowed::parse(&var(env, "IMPORT_FROM").unwrap_or(allowed::DEFAULT.to_owned()))
}

/// A setting that is missing or wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "TOKEN_KEY must be a secret of at least 32 random bytes, base64, and TOKEN_KEY_PREVIOUS the \
     same where it is set"
)]
pub struct Invalid;

impl Config {
    /// Reads the settings of `env`.
    pub fn read(env: &Env) -> Self {
        let present = |text: &String| !text.is_empty();
        let name = var(env, "OPERATOR_NAME").filter(present);
        Self {
            operator_name: name.unwrap_or("operator".to_owned()),
            operator_password: var(env, "OPERATOR_PASSWORD").filter(present).map(Secret::new),
        }
    }
}

fn var(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string())
}

/// A setting that may be a table of `wrangler.toml` or a text.
fn structured(env: &Env, name: &str) -> Option<Value> {
    var(env, name).map(Value::String).or_else(|| env.object_var(name).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grace_that_is_no_number_is_as_by_default() {
        let set = |name: &str| match name {
            "COLLECT_BLOBS_AFTER_S" => Some(" 5 ".to_owned()),
            "RESTORABLE_FOR_S" => Some("never".to_owned()),
            _ => None,
        };
        let grace = Collecting::parse(set).grace();
        assert_eq!(grace.blobs_ms, 5_000);
        assert_eq!(grace.deleted_ms, 7 * 86_400_000);
        assert_eq!(grace.manifests_ms, 30 * 86_400_000);
    }
}
