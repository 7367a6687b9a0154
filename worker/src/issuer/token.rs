//! Tokens that issuers sign: taken apart, and verified with the issuer's own keys. RFC 7515.

use super::{Error, known, signature};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roadstead_shared::issuer::token::{Claims, Head};
use roadstead_shared::issuer::{Fault, Issuer};

/// The longest token that is looked at, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// A token, taken apart and not yet believed.
struct Parts<'a> {
    head: Head,
    claims: Claims,
    signature: Vec<u8>,
    signed: &'a str,
}

/// Whom a token says that it is from. Nothing of it is verified: it only says whose keys to try.
pub fn issuer(token: &str) -> Result<String, Fault> {
    let parts = split(token)?;
    let issuer = parts.claims.get("iss").and_then(|issuer| issuer.as_str());
    issuer.map(str::to_owned).ok_or(Fault::Issuer)
}

/// What a token says that `issuer` has signed. Whether that is meant for us, and now, is not looked
/// at here.
pub async fn verify(issuer: &Issuer, token: &str, now_ms: u64) -> Result<Claims, Error> {
    let parts = split(token)?;
    let Head { algorithm, key } = &parts.head;
    let key = known::key(issuer, key.as_deref(), *algorithm, now_ms).await?;
    if signature::is_good(&key, &parts.signature, parts.signed.as_bytes()).await {
        Ok(parts.claims)
    } else {
        Err(Fault::Signature.into())
    }
}

fn split(token: &str) -> Result<Parts<'_>, Fault> {
    if token.len() > MAX_BYTES {
        return Err(Fault::Unreadable);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Unreadable)?;
    let (head, claims) = signed.split_once('.').ok_or(Fault::Unreadable)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Unreadable);
    Ok(Parts {
        head: Head::parse(&decode(head)?)?,
        claims: serde_json::from_slice(&decode(claims)?).map_err(|_| Fault::Unreadable)?,
        signature: decode(signature)?,
        signed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(head: &str, claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_says_whose_keys_to_try() {
        let token = token(r#"{"alg":"RS256"}"#, r#"{"iss":"https://a"}"#);
        assert_eq!(issuer(&token).as_deref(), Ok("https://a"));
    }

    #[test]
    fn what_is_no_token_is_not_looked_at_further() {
        let good = token(r#"{"alg":"RS256"}"#, r#"{"iss":"https://a"}"#);
        for bad in [
            String::new(),
            "..".into(),
            "a.b".into(),
            "é.é.é".into(),
            format!("{good}.x"),
            format!("{good}="),
            token("{}", "{}"),
            token(r#"{"alg":"RS256"}"#, "[]"),
            "x".repeat(100_000),
        ] {
            assert_eq!(issuer(&bad), Err(Fault::Unreadable), "{bad}");
        }
        let none = token(r#"{"alg":"none"}"#, r#"{"iss":"https://a"}"#);
        assert_eq!(issuer(&none), Err(Fault::Algorithm));
        assert_eq!(issuer(&token(r#"{"alg":"RS256"}"#, "{}")), Err(Fault::Issuer));
    }
}
