//! The keys that sign: one that signs, and perhaps an older one that still verifies. A key of
//! another purpose is made of them, so that one kind of token is never good as another.

use super::{Invalid, var};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use worker::Env;

/// The shortest key, in bytes: as long as the hash that it keys (RFC 7518, section 3.2).
const MIN_BYTES: usize = 32;

/// `TOKEN_KEY` and `TOKEN_KEY_PREVIOUS` (secrets): at least 32 bytes each, base64.
pub struct Keys {
    current: Vec<u8>,
    previous: Option<Vec<u8>>,
}

impl Keys {
    /// Reads the keys of `env`.
    pub fn read(env: &Env) -> Result<Self, Invalid> {
        let previous = var(env, "TOKEN_KEY_PREVIOUS").filter(|text| !text.trim().is_empty());
        Self::parse(&var(env, "TOKEN_KEY").unwrap_or_default(), previous.as_deref())
    }

    /// Reads keys from base64.
    pub fn parse(current: &str, previous: Option<&str>) -> Result<Self, Invalid> {
        Ok(Self { current: key(current)?, previous: previous.map(key).transpose()? })
    }

    /// The key that signs.
    pub fn current(&self) -> &[u8] {
        &self.current
    }

    /// Every key that verifies, the one that signs first.
    pub fn all(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.current()).chain(self.previous.as_deref())
    }

    /// The keys of one purpose.
    #[must_use]
    pub fn of(&self, purpose: &str) -> Self {
        let make = |key: &[u8]| mac(key, purpose.as_bytes()).to_vec();
        Self { current: make(&self.current), previous: self.previous.as_deref().map(make) }
    }
}

/// HMAC-SHA256.
pub fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    // A key of any length is taken: the error cannot be. An all-zero key would verify nothing
    // that was signed with another.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn key(text: &str) -> Result<Vec<u8>, Invalid> {
    let bytes = STANDARD.decode(text.trim()).map_err(|_| Invalid)?;
    if bytes.len() < MIN_BYTES { Err(Invalid) } else { Ok(bytes) }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(byte: u8, len: usize) -> String {
        STANDARD.encode(vec![byte; len])
    }

    #[test]
    fn a_short_or_malformed_key_is_refused() {
        assert!(Keys::parse(&text(7, 32), None).is_ok());
        for bad in [String::new(), "not base64!".to_owned(), text(7, 31)] {
            assert_eq!(Keys::parse(&bad, None).err(), Some(Invalid), "{bad}");
            assert_eq!(Keys::parse(&text(7, 32), Some(&bad)).err(), Some(Invalid), "{bad}");
        }
    }

    #[test]
    fn a_key_of_one_purpose_is_none_of_another() {
        let keys = Keys::parse(&text(7, 32), Some(&text(8, 32))).unwrap();
        let (a, b) = (keys.of("a"), keys.of("b"));
        let all: std::collections::BTreeSet<&[u8]> =
            [&keys, &a, &b].into_iter().flat_map(Keys::all).collect();
        assert_eq!(all.len(), 6);
        assert_eq!(a.current(), keys.of("a").current());
    }

    /// RFC 4231, section 4.3.
    #[test]
    fn the_code_is_that_of_the_standard() {
        let mac = mac(b"Jefe", b"what do ya want for nothing?");
        let hex = crate::proof::hex(&mac);
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", Keys::parse(&text(1, 32), None).unwrap()), "Keys(…)");
    }
}
