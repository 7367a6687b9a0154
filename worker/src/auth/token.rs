//! Registry tokens: what `/token` gives out, and every call of the registry's API carries.

use super::Error;
use crate::config::Keys;
use crate::proof::Signer;
use roadstead_shared::auth::{Claims, claims};

/// Signs and verifies the tokens of one host.
pub struct Tokens<'a> {
    signer: Signer,
    host: &'a str,
}

impl<'a> Tokens<'a> {
    /// The tokens of `host` at `now_ms` (UTC).
    pub fn new(keys: &Keys, host: &'a str, now_ms: u64) -> Self {
        Self { signer: Signer::new(keys, now_ms), host }
    }

    /// Whom the tokens are for.
    pub fn host(&self) -> &str {
        self.host
    }

    /// When a token that is signed now was signed, RFC 3339.
    pub fn issued_at(&self) -> String {
        self.signer.now().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// A token that says `claims`, for [`claims::LIFETIME_S`].
    pub fn sign(&self, claims: Claims) -> Result<String, Error> {
        // If it ever failed, no token is the honest answer.
        self.signer.sign(claims, claims::LIFETIME_S).ok_or(Error::UnsupportedGrant)
    }

    /// What a token says; `None` if it is expired, malformed, for another host, or not signed by us.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        let claims: Claims = self.signer.verify(token)?;
        (claims.audience == self.host).then_some(claims)
    }
}
