//! Signing in elsewhere: what is sent there, and what is remembered until the answer comes.
//! OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE).

use super::Provider;
use crate::upstream::Url;
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};

/// How long somebody may take to sign in elsewhere, in seconds.
pub const LIFETIME_S: i64 = 10 * 60;

/// What is remembered of a sign-in that has begun, in the browser that began it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// With whom.
    pub provider: String,
    /// What the answer must repeat: it is of this browser.
    pub state: String,
    /// What the token must repeat: it is of this sign-in.
    pub nonce: String,
    /// What is shown with the code: whoever else sees the code has nothing.
    pub verifier: String,
    /// Where it goes on here.
    pub next: String,
    /// Who was signed in when it began: what is proved is added to that account.
    pub account: Option<String>,
}

/// The address at which somebody signs in. `challenge` is the SHA-256 of the verifier in base64.
pub fn authorize(
    at: &Url,
    provider: &Provider,
    flow: &Flow,
    challenge: &str,
    callback: &str,
) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("response_type", "code");
    query.append_pair("client_id", &provider.client_id);
    query.append_pair("redirect_uri", callback);
    if !provider.scopes.is_empty() {
        query.append_pair("scope", &provider.scopes);
    }
    query.append_pair("state", &flow.state);
    query.append_pair("nonce", &flow.nonce);
    query.append_pair("code_challenge", challenge);
    query.append_pair("code_challenge_method", "S256");
    let glue = if at.target.contains('?') { '&' } else { '?' };
    format!("{at}{glue}{}", query.finish())
}

/// The form that turns a code into tokens. `secret` where it goes along in the form.
pub fn exchange(
    provider: &Provider,
    flow: &Flow,
    code: &str,
    callback: &str,
    secret: Option<&str>,
    with_client: bool,
) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code");
    form.append_pair("code", code);
    form.append_pair("redirect_uri", callback);
    form.append_pair("code_verifier", &flow.verifier);
    if with_client {
        form.append_pair("client_id", &provider.client_id);
    }
    if let Some(secret) = secret {
        form.append_pair("client_secret", secret);
    }
    form.finish()
}

/// What the client shows in `Authorization: Basic`: its name and secret, each encoded as in a form
/// (RFC 6749, section 2.3.1).
pub fn client(provider: &Provider, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("{}:{}", encode(&provider.client_id), encode(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::Providers;
    use serde_json::json;

    fn provider() -> Provider {
        let providers = Providers::parse(&json!({
            "a": { "issuer": "https://id.example", "client_id": "us & them" },
        }));
        providers.unwrap().find("a").unwrap().clone()
    }

    fn flow() -> Flow {
        let own = str::to_owned;
        Flow {
            provider: own("a"),
            state: own("s"),
            nonce: own("n"),
            verifier: own("v"),
            next: own("/"),
            account: None,
        }
    }

    #[test]
    fn the_address_asks_for_a_code_and_shows_no_verifier() {
        let at = Url::parse("https://id.example/auth?tenant=1").unwrap();
        let url = authorize(&at, &provider(), &flow(), "c", "https://h/callback");
        assert_eq!(
            url,
            "https://id.example/auth?tenant=1&response_type=code&client_id=us+%26+them\
             &redirect_uri=https%3A%2F%2Fh%2Fcallback&scope=openid+profile&state=s&nonce=n\
             &code_challenge=c&code_challenge_method=S256"
        );
    }

    #[test]
    fn the_secret_goes_one_way_only() {
        let form = exchange(&provider(), &flow(), "x y", "https://h/c", None, false);
        assert_eq!(
            form,
            "grant_type=authorization_code&code=x+y&redirect_uri=https%3A%2F%2Fh%2Fc&code_verifier=v"
        );
        let form = exchange(&provider(), &flow(), "x", "https://h/c", Some("p/q"), true);
        assert!(form.ends_with("&client_id=us+%26+them&client_secret=p%2Fq"), "{form}");
        assert_eq!(client(&provider(), "p:q"), "us+%26+them:p%3Aq");
    }
}
