//! Registry tokens: JWTs signed with HMAC-SHA256 (RFC 7519, RFC 7518 section 3.2). The algorithm
//! is fixed by the type that verifies, never taken from the token.

use super::Error;
use crate::config::TokenKey;
use chrono::{DateTime, Duration, Utc};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Header, TimeOptions, UntrustedToken};
use roadstead_shared::auth::{Claims, claims};

/// The longest token that is looked at, in bytes. Ours have a few hundred.
const MAX_BYTES: usize = 16 * 1024;

/// Signs and verifies the tokens of one host.
pub struct Tokens<'a> {
    key: Hs256Key,
    host: &'a str,
    now: DateTime<Utc>,
}

impl<'a> Tokens<'a> {
    /// The tokens of `host` at `now_ms` (UTC).
    pub fn new(key: &TokenKey, host: &'a str, now_ms: u64) -> Self {
        let now = i64::try_from(now_ms).ok().and_then(DateTime::from_timestamp_millis);
        Self { key: Hs256Key::new(key.bytes()), host, now: now.unwrap_or_default() }
    }

    /// Whom the tokens are for.
    pub fn host(&self) -> &str {
        self.host
    }

    /// When a token that is signed now was signed, RFC 3339.
    pub fn issued_at(&self) -> String {
        self.now.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// A token that says `claims`, for [`claims::LIFETIME_S`].
    pub fn sign(&self, claims: Claims) -> Result<String, Error> {
        let mut claims = jwt_compact::Claims::new(claims);
        claims.issued_at = Some(self.now);
        claims.not_before = Some(self.now);
        claims.expiration = Some(self.now + Duration::seconds(claims::LIFETIME_S));
        // Cannot fail for these claims; if it ever did, no token is the honest answer.
        Hs256.token(&Header::empty(), &claims, &self.key).map_err(|_| Error::UnsupportedGrant)
    }

    /// What a token says; `None` if it is expired, malformed, for another host, or not signed by us.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let token = UntrustedToken::new(token).ok()?;
        let token = Hs256.validator::<Claims>(&self.key).validate(&token).ok()?;
        let now = self.now;
        // Leeway for clocks of two data centres.
        let times = TimeOptions::new(Duration::seconds(5), move || now);
        let claims = token.claims();
        claims.validate_expiration(&times).ok()?;
        if claims.not_before.is_some() {
            claims.validate_maturity(&times).ok()?;
        }
        let claims = claims.custom.clone();
        (claims.audience == self.host).then_some(claims)
    }
}
