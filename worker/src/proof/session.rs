//! The cookie of who is signed in on the site: signed, with the epoch of its account, so that a
//! change of the password ends it.

use super::Signer;
use crate::config::Keys;
use serde::{Deserialize, Serialize};

/// How long a session lasts, in seconds: 14 days.
pub const LIFETIME_S: i64 = 14 * 24 * 60 * 60;

/// What a session says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The host that it is for.
    #[serde(rename = "aud")]
    audience: String,
    /// Who is signed in.
    #[serde(rename = "sub")]
    pub account: String,
    /// The account's epoch when it signed in.
    pub epoch: u64,
}

impl Session {
    /// One of the account `name` in `epoch`.
    pub fn new(name: &str, epoch: u64, host: &str) -> Self {
        Self { audience: host.to_owned(), account: name.to_owned(), epoch }
    }

    /// As a cookie's value; `None` where it cannot be signed.
    pub fn write(self, keys: &Keys, now_ms: u64) -> Option<String> {
        Signer::new(&keys.of("session"), now_ms).sign(self, LIFETIME_S)
    }

    /// Reads a cookie's value.
    pub fn read(keys: &Keys, host: &str, now_ms: u64, cookie: &str) -> Option<Self> {
        let session: Self = Signer::new(&keys.of("session"), now_ms).verify(cookie)?;
        (session.audience == host).then_some(session)
    }
}
