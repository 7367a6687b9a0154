//! The cookie that remembers a sign-in elsewhere until it comes back: signed, for this host, and
//! seen by no script. It is sent along when another site leads here, as the provider does.

use super::call::Call;
use super::cookie;
use crate::config::Keys;
use crate::proof::Signer;
use roadstead_shared::issuer::{Flow, code_flow};
use serde::{Deserialize, Serialize};

/// The label of its key.
const PURPOSE: &str = "sign-in";

/// For how long it is kept, in seconds.
const LIFETIME_S: i64 = code_flow::LIFETIME_S;

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    #[serde(rename = "aud")]
    audience: String,
    flow: Flow,
}

/// The `Set-Cookie` that remembers `flow`.
pub fn set(flow: &Flow, keys: &Keys, call: &Call) -> Option<String> {
    let kept = Kept { audience: call.url.host.clone(), flow: flow.clone() };
    let value = Signer::new(&keys.of(PURPOSE), call.now_ms).sign(kept, LIFETIME_S)?;
    Some(cookie::set(name(call.url.scheme == "https"), &value, LIFETIME_S, call))
}

/// The `Set-Cookie` that forgets it.
pub fn end(call: &Call) -> String {
    cookie::set(name(call.url.scheme == "https"), "", 0, call)
}

/// What a `Cookie` header remembers, if that is ours and not over. `is_secure`: it came over TLS.
pub fn read(header: &str, is_secure: bool, keys: &Keys, host: &str, now_ms: u64) -> Option<Flow> {
    let value = cookie::value(header, name(is_secure))?;
    let kept: Kept = Signer::new(&keys.of(PURPOSE), now_ms).verify(value)?;
    (kept.audience == host).then_some(kept.flow)
}

/// With this prefix a browser takes it only over TLS, for this host alone.
fn name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-sign-in" } else { "sign-in" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Url;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    const NOW_MS: u64 = 1_790_000_000_000;

    fn keys(byte: u8) -> Keys {
        Keys::parse(&STANDARD.encode([byte; 32]), None).unwrap()
    }

    #[test]
    fn a_sign_in_is_remembered_for_ten_minutes_by_its_own_host() {
        let own = str::to_owned;
        let flow = Flow {
            provider: own("a"),
            state: own("s"),
            nonce: own("n"),
            verifier: own("v"),
            next: own("/"),
            account: None,
        };
        let url = Url::split("https://h/");
        let call = Call { request_id: own(""), method: own("GET"), url, now_ms: NOW_MS };
        let set = set(&flow, &keys(7), &call).unwrap();
        for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(set.contains(attribute), "{set}");
        }
        let header = set.split(';').next().unwrap();
        let read = |secure, key, host, age_s: u64| {
            read(header, secure, &keys(key), host, NOW_MS + age_s * 1000)
        };
        assert_eq!(read(true, 7, "h", 600), Some(flow));
        assert_eq!(read(true, 7, "h", 606), None);
        assert_eq!(read(true, 8, "h", 0), None);
        assert_eq!(read(true, 7, "other", 0), None);
        assert_eq!(read(false, 7, "h", 0), None);
        assert_eq!(super::read("sign-in=x", false, &keys(7), "h", NOW_MS), None);
    }
}
