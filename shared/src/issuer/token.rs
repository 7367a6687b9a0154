//! What a token must say to be believed, once its signature is good. OpenID Connect Core 1.0,
//! section 3.1.3.7; RFC 7519, section 4.1. What time it is is passed in.

use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

/// What a token says.
pub type Claims = Map<String, Value>;

/// How far two clocks may differ, in seconds.
const LEEWAY_S: i64 = 60;

/// What is expected of a token.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    /// Who must have signed it.
    pub issuer: &'a str,
    /// For whom it may be: one of these.
    pub audiences: &'a [&'a str],
    /// The word that it must repeat, where one was given.
    pub nonce: Option<&'a str>,
    /// Now, in seconds UTC.
    pub now_s: i64,
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It has not the form of a token that is looked at.
    #[error("the token cannot be read")]
    Unreadable,
    /// It is signed in another way, or not at all.
    #[error("the token is not signed with RS256 or ES256")]
    Algorithm,
    /// Its issuer has no such key.
    #[error("the token is signed with a key that its issuer does not have")]
    UnknownKey,
    /// Somebody else has signed it, or it was changed.
    #[error("the token's signature is wrong")]
    Signature,
    /// Somebody else is said to have signed it.
    #[error("the token is another issuer's")]
    Issuer,
    /// It is for somebody else.
    #[error("the token is for another audience")]
    Audience,
    /// It is over.
    #[error("the token has expired")]
    Expired,
    /// It is from the future, or does not say from when it is.
    #[error("the token is not valid yet")]
    Early,
    /// It answers another question.
    #[error("the token belongs to another sign-in")]
    Nonce,
    /// It does not say whom it is about.
    #[error("the token names nobody")]
    Subject,
}

/// The first two parts of what a token says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How it says that it is signed.
    pub algorithm: super::Algorithm,
    /// With which key.
    pub key: Option<String>,
}

impl Head {
    /// Reads a token's header. Extensions that must be understood are not (RFC 7515, section
    /// 4.1.11), and tokens that say they are something else are something else (RFC 8725, 3.11).
    pub fn parse(header: &[u8]) -> Result<Self, Fault> {
        let header: Claims = serde_json::from_slice(header).map_err(|_| Fault::Unreadable)?;
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        if header.contains_key("crit") {
            return Err(Fault::Unreadable);
        }
        match text("typ") {
            None if header.contains_key("typ") => return Err(Fault::Unreadable),
            Some(typ) if !typ.eq_ignore_ascii_case("jwt") => return Err(Fault::Unreadable),
            _ => {}
        }
        let alg = text("alg").ok_or(Fault::Unreadable)?;
        let algorithm = super::Algorithm::parse(alg).ok_or(Fault::Algorithm)?;
        Ok(Self { algorithm, key: text("kid").map(str::to_owned) })
    }
}

/// Holds what a token says against what is expected of it.
pub fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), Fault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(Fault::Issuer);
    }
    check_audience(claims, expected.audiences)?;
    let latest = expected.now_s.saturating_add(LEEWAY_S);
    let expires = seconds(claims, "exp").ok_or(Fault::Expired)?;
    if expires.saturating_add(LEEWAY_S) <= expected.now_s {
        return Err(Fault::Expired);
    }
    if seconds(claims, "iat").is_none_or(|issued| issued > latest) {
        return Err(Fault::Early);
    }
    if claims.contains_key("nbf") && seconds(claims, "nbf").is_none_or(|from| from > latest) {
        return Err(Fault::Early);
    }
    if let Some(nonce) = expected.nonce {
        let same = text("nonce").is_some_and(|said| said.as_bytes().ct_eq(nonce.as_bytes()).into());
        if !same {
            return Err(Fault::Nonce);
        }
    }
    if text("sub").is_none_or(str::is_empty) { Err(Fault::Subject) } else { Ok(()) }
}

/// One of ours must be among those whom the token is for; where there are several, or where one of
/// them is said to have asked, that one must be ours as well.
fn check_audience(claims: &Claims, ours: &[&str]) -> Result<(), Fault> {
    let is_ours = |audience: &Value| audience.as_str().is_some_and(|text| ours.contains(&text));
    let (known, several) = match claims.get("aud") {
        Some(Value::Array(all)) => (all.iter().any(is_ours), all.len() > 1),
        Some(one) => (is_ours(one), false),
        None => (false, false),
    };
    let party = match claims.get("azp") {
        Some(party) => is_ours(party),
        None => !several,
    };
    if known && party { Ok(()) } else { Err(Fault::Audience) }
}

/// A time in whole seconds; JSON may write it with a fraction.
pub fn seconds(claims: &Claims, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    #[expect(clippy::cast_possible_truncation, reason = "a cast of this kind stays in range")]
    let fraction = || value.as_f64().filter(|time| time.is_finite()).map(|time| time as i64);
    value.as_i64().or_else(fraction)
}

/// A claim as text. Some issuers write numbers and truths where others write words.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW_S: i64 = 1_790_000_000;

    fn good() -> Value {
        json!({
            "iss": "https://a.example", "aud": "us", "sub": "7", "iat": NOW_S - 5,
            "exp": NOW_S + 300, "nonce": "n",
        })
    }

    fn checked(change: &[(&str, Value)]) -> Result<(), Fault> {
        let mut claims = good().as_object().unwrap().clone();
        for (name, value) in change {
            claims.insert((*name).to_owned(), value.clone());
        }
        claims.retain(|_, value| !value.is_null());
        let expected = Expected {
            issuer: "https://a.example",
            audiences: &["us", "https://us"],
            nonce: Some("n"),
            now_s: NOW_S,
        };
        check(&claims, &expected)
    }

    #[test]
    fn a_token_for_us_from_whom_it_should_be_is_believed() {
        assert_eq!(checked(&[]), Ok(()));
        assert_eq!(checked(&[("aud", json!(["us"]))]), Ok(()));
        assert_eq!(checked(&[("aud", json!("https://us"))]), Ok(()));
        assert_eq!(checked(&[("aud", json!(["x", "us"])), ("azp", json!("us"))]), Ok(()));
        assert_eq!(checked(&[("exp", json!(1_790_000_300.5))]), Ok(()));
        assert_eq!(checked(&[("nbf", json!(NOW_S))]), Ok(()));
    }

    #[test]
    fn everything_else_is_not() {
        for (name, value, fault) in [
            ("iss", json!("https://b.example"), Fault::Issuer),
            ("iss", json!("https://a.example/"), Fault::Issuer),
            ("iss", Value::Null, Fault::Issuer),
            ("aud", json!("them"), Fault::Audience),
            ("aud", json!([]), Fault::Audience),
            ("aud", json!(["us", "them"]), Fault::Audience),
            ("aud", Value::Null, Fault::Audience),
            ("azp", json!("them"), Fault::Audience),
            ("exp", Value::Null, Fault::Expired),
            ("exp", json!("tomorrow"), Fault::Expired),
            ("iat", Value::Null, Fault::Early),
            ("iat", json!(NOW_S + 3600), Fault::Early),
            ("nbf", json!(NOW_S + 3600), Fault::Early),
            ("nbf", json!("now"), Fault::Early),
            ("nonce", json!("m"), Fault::Nonce),
            ("nonce", json!(""), Fault::Nonce),
            ("nonce", Value::Null, Fault::Nonce),
            ("sub", json!(""), Fault::Subject),
            ("sub", Value::Null, Fault::Subject),
            ("sub", json!(7), Fault::Subject),
        ] {
            assert_eq!(checked(&[(name, value.clone())]), Err(fault), "{name}: {value}");
        }
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        assert_eq!(checked(&[("exp", json!(NOW_S - 59))]), Ok(()));
        assert_eq!(checked(&[("exp", json!(NOW_S - 60))]), Err(Fault::Expired));
        assert_eq!(checked(&[("iat", json!(NOW_S + 60))]), Ok(()));
        assert_eq!(checked(&[("iat", json!(NOW_S + 61))]), Err(Fault::Early));
        assert_eq!(checked(&[("exp", json!(1e300)), ("iat", json!(-1e300))]), Ok(()));
    }

    #[test]
    fn a_header_that_wants_something_else_is_refused() {
        let head = |header: &str| Head::parse(header.as_bytes());
        assert!(head(r#"{"alg":"RS256","typ":"JWT","kid":"a"}"#).is_ok());
        assert!(head(r#"{"alg":"ES256"}"#).is_ok());
        for alg in ["none", "NONE", "HS256", "HS512", "RS512", "EdDSA", ""] {
            assert_eq!(head(&format!(r#"{{"alg":"{alg}"}}"#)), Err(Fault::Algorithm), "{alg}");
        }
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"alg":1}"#,
            r#"{"alg":"RS256","crit":["b64"],"b64":false}"#,
            r#"{"alg":"RS256","typ":"logout+jwt"}"#,
            r#"{"alg":"RS256","typ":1}"#,
        ] {
            assert_eq!(head(bad), Err(Fault::Unreadable), "{bad}");
        }
    }
}
