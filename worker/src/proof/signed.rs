//! What the edge signs and reads again: JWTs with HMAC-SHA256 (RFC 7519, RFC 7518 section 3.2). The
//! algorithm is fixed by the type that verifies, never taken from the token.

use crate::config::Keys;
use chrono::{DateTime, Duration, Utc};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Header, TimeOptions, UntrustedToken};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest token that is looked at, in bytes. Ours have a few hundred.
const MAX_BYTES: usize = 16 * 1024;

/// Signs and verifies with the keys of one purpose.
pub struct Signer {
    keys: Vec<Hs256Key>,
    now: DateTime<Utc>,
}

impl Signer {
    /// One with these keys at `now_ms` (UTC): the first signs, all verify.
    pub fn new(keys: &Keys, now_ms: u64) -> Self {
        let now = i64::try_from(now_ms).ok().and_then(DateTime::from_timestamp_millis);
        Self { keys: keys.all().map(Hs256Key::new).collect(), now: now.unwrap_or_default() }
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// A token that says `claims`, good for `seconds`; `None` for claims that are no JSON, which none
    /// of ours are.
    pub fn sign<T: Serialize>(&self, claims: T, seconds: i64) -> Option<String> {
        let mut claims = jwt_compact::Claims::new(claims);
        claims.issued_at = Some(self.now);
        claims.not_before = Some(self.now);
        claims.expiration = Some(self.now + Duration::seconds(seconds));
        Hs256.token(&Header::empty(), &claims, self.keys.first()?).ok()
    }

    /// What a token says; `None` if it is expired, malformed, or not signed by us for this.
    pub fn verify<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let token = UntrustedToken::new(token).ok()?;
        let verified =
            self.keys.iter().find_map(|key| Hs256.validator::<T>(key).validate(&token).ok())?;
        let now = self.now;
        // Leeway for clocks of two data centres.
        let times = TimeOptions::new(Duration::seconds(5), move || now);
        let claims = verified.claims();
        claims.validate_expiration(&times).ok()?;
        if claims.not_before.is_some() {
            claims.validate_maturity(&times).ok()?;
        }
        Some(verified.into_parts().1.custom)
    }
}
