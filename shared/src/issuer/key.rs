//! The public keys of an issuer. RFC 7517 and RFC 7518.
//!
//! Which algorithm a signature is checked with is a property of the key, from a list of two; what
//! a token says of itself only has to agree. So `none`, and a public key used as a shared secret,
//! have nothing to hold on to.

use serde_json::{Value, json};

/// The most keys of one issuer that are looked at.
const MAX_KEYS: usize = 64;

/// The length of an RSA modulus in base64: 2,048 to 8,192 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 342..=1366;

/// How something is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA, PKCS #1 v1.5, with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Algorithm {
    /// The algorithm that `alg` names; `None` for every other.
    pub fn parse(alg: &str) -> Option<Self> {
        match alg {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// A key that signatures can be checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What the issuer calls it.
    pub id: Option<String>,
    /// The only way in which it signs.
    pub algorithm: Algorithm,
    /// The key itself: its public members and nothing else.
    pub jwk: Value,
}

/// All keys of an issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// Reads a key set; keys of kinds that are not used here are left out. `None` for what is no
    /// key set at all.
    pub fn parse(document: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(document).ok()?;
        let keys = document.get("keys")?.as_array()?;
        Some(Self(keys.iter().take(MAX_KEYS).filter_map(key).collect()))
    }

    /// The key that signs by `algorithm` under the name `id`. A token may leave the name out where
    /// there is only one such key.
    pub fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&Key> {
        let mut fitting = self.0.iter().filter(|key| key.algorithm == algorithm);
        match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
    }
}

fn key(jwk: &Value) -> Option<Key> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    if text("use").is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let (algorithm, public) = match text("kty")? {
        "RSA" => {
            let (n, e) = (text("n")?, text("e")?);
            MODULUS.contains(&n.len()).then_some(())?;
            (Algorithm::Rs256, json!({ "kty": "RSA", "n": n, "e": e }))
        }
        "EC" if text("crv") == Some("P-256") => {
            let (x, y) = (text("x")?, text("y")?);
            (Algorithm::Es256, json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }))
        }
        _ => return None,
    };
    if text("alg").is_some_and(|alg| Algorithm::parse(alg) != Some(algorithm)) {
        return None;
    }
    Some(Key { id: text("kid").map(str::to_owned), algorithm, jwk: public })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rsa(id: &str) -> Value {
        json!({ "kty": "RSA", "kid": id, "n": "n".repeat(342), "e": "AQAB", "alg": "RS256" })
    }

    fn ec(id: &str) -> Value {
        json!({ "kty": "EC", "kid": id, "crv": "P-256", "x": "x", "y": "y", "use": "sig" })
    }

    fn keys(keys: &[Value]) -> Keys {
        Keys::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_key_is_found_by_its_name_and_its_own_algorithm() {
        let keys = keys(&[rsa("a"), ec("b"), rsa("c")]);
        let id = |id, algorithm| keys.find(id, algorithm).map(|key| key.id.clone().unwrap());
        assert_eq!(id(Some("c"), Algorithm::Rs256).as_deref(), Some("c"));
        assert_eq!(id(Some("b"), Algorithm::Es256).as_deref(), Some("b"));
        assert_eq!(id(Some("b"), Algorithm::Rs256), None);
        assert_eq!(id(Some("d"), Algorithm::Rs256), None);
        assert_eq!(id(None, Algorithm::Es256).as_deref(), Some("b"));
        assert_eq!(id(None, Algorithm::Rs256), None, "which of the two?");
    }

    #[test]
    fn what_is_weak_secret_or_for_another_purpose_is_no_key() {
        let with = |name: &str, value: Value| {
            let mut key = rsa("a");
            key[name] = value;
            key
        };
        let bad = [
            with("n", json!("n".repeat(170))),
            with("n", json!("n".repeat(5000))),
            with("use", json!("enc")),
            with("alg", json!("RS512")),
            with("alg", json!("HS256")),
            with("alg", json!("none")),
            with("e", Value::Null),
            json!({ "kty": "oct", "kid": "a", "k": "c2VjcmV0", "alg": "HS256" }),
            json!({ "kty": "EC", "kid": "a", "crv": "P-384", "x": "x", "y": "y" }),
            json!({ "kty": "OKP", "kid": "a", "crv": "Ed25519", "x": "x" }),
            json!("a"),
        ];
        assert_eq!(keys(&bad), Keys::default());
        assert_eq!(Keys::parse(b"{}"), None);
        assert_eq!(Keys::parse(b"<html>"), None);
    }

    #[test]
    fn nothing_of_a_private_key_is_kept() {
        let mut key = ec("a");
        key["d"] = json!("secret");
        assert!(!format!("{:?}", keys(&[key])).contains("secret"));
    }

    #[test]
    fn no_other_algorithm_has_a_name() {
        for alg in ["none", "None", "HS256", "RS384", "RS1", "PS256", "rs256", ""] {
            assert_eq!(Algorithm::parse(alg), None, "{alg}");
        }
    }
}
