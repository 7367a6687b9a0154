//! Personal access tokens: `rst_`, 32 random bytes, and a checksum, so that what was never ours is
//! refused without a look-up, and scanners find one that was published by mistake.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roadstead_shared::account::password;
use sha2::{Digest, Sha256};

/// What every token begins with.
pub const PREFIX: &str = password::TOKEN_PREFIX;

/// Random bytes in a token.
pub const RANDOM_BYTES: usize = 32;

/// Bytes of the checksum.
const CHECK_BYTES: usize = 4;

/// It has the form of a token, and was never one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forged;

/// A token of these bytes.
pub fn token(random: &[u8; RANDOM_BYTES]) -> String {
    let check = Sha256::digest(random);
    let bytes: Vec<u8> = random.iter().chain(check.iter().take(CHECK_BYTES)).copied().collect();
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The hash that a token rests as; `None` for what is a password.
pub fn hash(text: &str) -> Option<Result<String, Forged>> {
    let encoded = text.strip_prefix(PREFIX)?;
    // A password may begin like a token; it is not as long, or has no checksum.
    let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    let (random, check) = bytes.split_at_checked(RANDOM_BYTES)?;
    if check.len() != CHECK_BYTES {
        return None;
    }
    if !Sha256::digest(random).starts_with(check) {
        return Some(Err(Forged));
    }
    let hash = Sha256::digest(text.as_bytes());
    Some(Ok(super::hex(&hash)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_told_from_a_password() {
        let token = token(&[7; RANDOM_BYTES]);
        assert_eq!(token.len(), PREFIX.len() + 48);
        assert_eq!(hash(&token).unwrap().unwrap().len(), 64);
        for password in ["", "rst_", "rst_short", "correct horse", &token[1..], &token[..51]] {
            assert!(hash(password).is_none(), "{password}");
        }
    }

    #[test]
    fn a_token_with_any_letter_changed_is_none() {
        let token = token(&[9; RANDOM_BYTES]);
        for at in PREFIX.len()..token.len() {
            let mut other = token.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert!(!matches!(hash(&other), Some(Ok(_))), "{at}");
        }
    }
}
