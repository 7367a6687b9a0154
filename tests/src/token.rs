//! The edge's tokens from outside: taken apart, changed and signed again, with its key or another.
//! JSON Web Tokens, RFC 7519, signed with HMAC-SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use std::fs::File;
use std::io::Read as _;

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// A key that nobody has had before.
pub fn fresh_key() -> Result<Vec<u8>, String> {
    let mut key = vec![0; KEY_BYTES];
    File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(&mut key))
        .map_err(|error| format!("no random bytes: {error}"))?;
    Ok(key)
}

/// What a token says, without a look at its signature.
pub fn payload(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap_or_else(|| panic!("no JSON Web Token: {token}"));
    let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_else(|error| panic!("{error}: {part}"));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}: {part}"))
}

/// A token with this payload, signed with `key`.
pub fn sign(payload: &Value, key: &[u8]) -> String {
    let body = unsigned(&json!({ "alg": "HS256", "typ": "JWT" }), payload);
    format!("{body}.{}", URL_SAFE_NO_PAD.encode(mac(&body, key)))
}

/// Head and payload, without a signature.
pub fn unsigned(head: &Value, payload: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(head), part(payload))
}

fn mac(body: &str, key: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .unwrap_or_else(|error| panic!("a key of {} bytes: {error}", key.len()));
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
