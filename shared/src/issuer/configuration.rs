//! What an issuer says of itself. OpenID Connect Discovery 1.0, section 3.

use super::Issuer;
use crate::upstream::Url;
use serde::Deserialize;

/// Where an issuer's parts are. Each is an address that may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// Where its keys are.
    pub keys: Url,
    /// Where people sign in; an issuer of jobs has none.
    pub authorize: Option<Url>,
    /// Where a code becomes tokens.
    pub token: Option<Url>,
    /// Where more is said about who signed in.
    pub userinfo: Option<Url>,
    /// Whether the client's secret goes into the form, rather than into a header.
    pub secret_in_form: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    jwks_uri: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Configuration {
    /// Reads the document of `issuer`. `None` where it is none, is another issuer's (section 4.3),
    /// or names an address that is not asked.
    pub fn parse(issuer: &Issuer, document: &[u8]) -> Option<Self> {
        let document: Document = serde_json::from_slice(document).ok()?;
        if document.issuer != issuer.as_str() {
            return None;
        }
        let optional = |text: Option<String>| match text {
            Some(text) => issuer.end_point(&text).map(Some),
            None => Some(None),
        };
        // Basic is what a client does that was told nothing. Core 1.0, section 9.
        let methods = document.token_endpoint_auth_methods_supported;
        let has = |name: &str| methods.iter().flatten().any(|method| method == name);
        Some(Self {
            keys: issuer.end_point(&document.jwks_uri)?,
            authorize: optional(document.authorization_endpoint)?,
            token: optional(document.token_endpoint)?,
            userinfo: optional(document.userinfo_endpoint)?,
            secret_in_form: !has("client_secret_basic") && has("client_secret_post"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(document: &serde_json::Value) -> Option<Configuration> {
        let issuer = Issuer::parse("https://a.example").unwrap();
        Configuration::parse(&issuer, document.to_string().as_bytes())
    }

    #[test]
    fn an_issuer_of_jobs_has_nothing_but_keys() {
        let found = parse(&json!({ "issuer": "https://a.example", "jwks_uri": "https://b/k" }));
        let found = found.unwrap();
        assert_eq!(found.keys.to_string(), "https://b/k");
        assert_eq!((found.authorize, found.secret_in_form), (None, false));
    }

    #[test]
    fn the_way_of_the_secret_is_the_issuers() {
        for (methods, in_form) in [
            (json!(["client_secret_basic", "client_secret_post"]), false),
            (json!(["client_secret_post"]), true),
            (json!(["none"]), false),
        ] {
            let found = parse(&json!({
                "issuer": "https://a.example", "jwks_uri": "https://b/k",
                "token_endpoint_auth_methods_supported": methods,
            }));
            assert_eq!(found.unwrap().secret_in_form, in_form, "{methods}");
        }
    }

    #[test]
    fn what_another_issuer_says_or_what_leads_astray_is_nothing() {
        for document in [
            json!({ "issuer": "https://b.example", "jwks_uri": "https://b/k" }),
            json!({ "issuer": "https://a.example/", "jwks_uri": "https://b/k" }),
            json!({ "issuer": "https://a.example" }),
            json!({ "issuer": "https://a.example", "jwks_uri": "http://b/k" }),
            json!({ "issuer": "https://a.example", "jwks_uri": "https://b/k",
                "token_endpoint": "http://169.254.169.254/" }),
            json!([]),
        ] {
            assert_eq!(parse(&document), None, "{document}");
        }
    }
}
