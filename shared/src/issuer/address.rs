//! Where an issuer is: an HTTPS address that its tokens repeat letter by letter.

use crate::upstream::Url;
use std::fmt;

/// What an issuer's configuration is called. OpenID Connect Discovery 1.0, section 4.
const CONFIGURATION: &str = "/.well-known/openid-configuration";

/// Who signs tokens. Its text is what `iss` must be; one on this machine may do without TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// Reads an address; `None` for one that is no HTTPS address, or has a query. Plain HTTP is
    /// taken from this machine only.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text)?;
        let is_safe = url.origin.secure || is_loopback(&url.origin.host);
        let is_plain = !text.contains(['?', '#']);
        (is_safe && is_plain).then(|| Self { text: text.to_owned(), url })
    }

    /// As it was written, and as its tokens must say.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and port, for people.
    pub fn host(&self) -> String {
        self.url.origin.authority()
    }

    /// Where its configuration is.
    pub fn configuration(&self) -> Url {
        self.url.origin.at(format!("{}{CONFIGURATION}", self.url.target.trim_end_matches('/')))
    }

    /// Reads an address that it names as one of its own; `None` where nobody should be asked:
    /// plain HTTP is for an issuer that itself has it, at that very origin.
    pub fn end_point(&self, text: &str) -> Option<Url> {
        let url = Url::parse(text)?;
        (url.origin.secure || url.origin == self.url.origin).then_some(url)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether `host` is this machine by whatever it is called.
fn is_loopback(host: &str) -> bool {
    let v4 = host.parse::<core::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    v4 || host == "localhost" || host == "[::1]"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_lies_below_the_issuer() {
        for (issuer, expected) in [
            ("https://a.example", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/b/", "https://a.example/b/.well-known/openid-configuration"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9/.well-known/openid-configuration"),
        ] {
            assert_eq!(Issuer::parse(issuer).unwrap().configuration().to_string(), expected);
        }
    }

    #[test]
    fn nobody_else_is_an_issuer_without_tls() {
        for bad in [
            "http://a.example",
            "http://10.0.0.1",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "ftp://a.example",
            "a.example",
            "https://a.example?x",
            "https://a.example#x",
            "https://user@a.example",
            "",
        ] {
            assert_eq!(Issuer::parse(bad), None, "{bad}");
        }
        for good in ["http://localhost:1", "http://[::1]:1", "http://127.8.0.1"] {
            assert!(Issuer::parse(good).is_some(), "{good}");
        }
    }

    #[test]
    fn an_end_point_is_https_or_where_the_issuer_itself_is() {
        let remote = Issuer::parse("https://a.example").unwrap();
        let local = Issuer::parse("http://127.0.0.1:9").unwrap();
        assert!(remote.end_point("https://b.example/keys").is_some());
        assert!(remote.end_point("http://a.example/keys").is_none());
        assert!(remote.end_point("http://127.0.0.1:9/keys").is_none());
        assert!(local.end_point("http://127.0.0.1:9/keys").is_some());
        assert!(local.end_point("http://127.0.0.1:10/keys").is_none());
    }
}
