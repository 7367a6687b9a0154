//! Absolute URLs, as far as a registry's client needs them: where they lead, and the rest.

use super::host;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest URL that is followed, in bytes: signed ones have some thousand.
const MAX_LEN: usize = 8 * 1024;

/// Scheme, host and port. Nothing is asked that is not called so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// Whether it is HTTPS.
    pub secure: bool,
    /// The host in lower case, an IPv6 address in brackets.
    pub host: String,
    /// The port where it is not the scheme's own.
    pub port: Option<u16>,
}

/// A URL that can be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// Where it leads.
    pub origin: Origin,
    /// Path and query, as they stand.
    pub target: String,
}

impl Origin {
    /// Reads `host` or `host:port`. `None` where it is no host, or has a user name.
    pub fn parse(secure: bool, authority: &str) -> Option<Self> {
        let bracketed = authority.starts_with('[');
        let (name, port) = match authority.rsplit_once(':') {
            Some((name, port)) if !bracketed || name.ends_with(']') => (name, Some(port)),
            _ => (authority, None),
        };
        let name = name.to_ascii_lowercase();
        let port = match port {
            Some(port) if port.bytes().all(|c| c.is_ascii_digit()) => Some(port.parse().ok()?),
            Some(_) => return None,
            None => None,
        };
        let own = if secure { 443 } else { 80 };
        let port = port.filter(|port| *port != own);
        (host::is_well_formed(&name) && port != Some(0)).then_some(Self {
            secure,
            host: name,
            port,
        })
    }

    /// The URL of a path (and query) here.
    pub fn at(&self, target: impl Into<String>) -> Url {
        Url { origin: self.clone(), target: target.into() }
    }

    /// Host and port, as people write them.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority())
    }
}

impl Url {
    /// Reads an absolute URL of HTTP or HTTPS; a fragment is dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let rest = rest.split('#').next().unwrap_or_default();
        // Browsers take a backslash for a slash, and leave out line ends: no such URL is followed.
        let plain = |c: u8| c.is_ascii_graphic() && !b"\\\"<>".contains(&c);
        if text.len() > MAX_LEN || !rest.bytes().all(plain) {
            return None;
        }
        let (authority, target) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Some(Self { origin: Origin::parse(secure, authority)?, target })
    }

    /// Where `location` leads from here. RFC 9110, section 10.2.2.
    pub fn join(&self, location: &str) -> Option<Self> {
        let scheme = if self.origin.secure { "https" } else { "http" };
        if location.starts_with("//") {
            return Self::parse(&format!("{scheme}:{location}"));
        }
        if location.starts_with('/') {
            return Self::parse(&format!("{}{location}", self.origin));
        }
        if location.contains("://") {
            return Self::parse(location);
        }
        let path = self.target.split('?').next().unwrap_or_default();
        let folder = path.rfind('/').map_or("/", |at| path.get(..=at).unwrap_or("/"));
        Self::parse(&format!("{}{folder}{location}", self.origin))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Option<String> {
        Url::parse(text).map(|url| url.origin.to_string())
    }

    #[test]
    fn a_url_is_an_origin_and_the_rest() {
        let url = Url::parse("HTTPS://Ghcr.IO:443/token?a=b&c=%2F#x").unwrap();
        assert_eq!(url.to_string(), "https://ghcr.io/token?a=b&c=%2F");
        assert_eq!(Url::parse("http://[::1]:5000").unwrap().to_string(), "http://[::1]:5000/");
        assert_eq!(Url::parse("http://a:80?b").unwrap().to_string(), "http://a/?b");
    }

    #[test]
    fn what_two_readers_could_read_differently_is_no_url() {
        for bad in [
            "",
            "ghcr.io",
            "ftp://a/",
            "https:/a",
            "https:///a",
            "https://a@b/",
            "https://a:b@c/",
            "https://good\\@evil/",
            "https://a\n/",
            "https://a/\n",
            "https://a /",
            "https://127.1/",
            "https://a:/",
            "https://a:0/",
            "https://a:99999/",
            "https://a:+1/",
            "https://a:80:80/",
            "https://[::1/",
            "https://%67hcr.io/",
            "javascript://a/",
            "https://é.io/",
            "https://a/é",
        ] {
            // An empty port is the scheme's own, by RFC 3986; no registry writes it.
            assert_eq!(origin(bad), None, "{bad:?}");
        }
        assert_eq!(Url::parse(&format!("https://a/{}", "x".repeat(9000))), None);
    }

    #[test]
    fn a_location_is_read_from_where_it_was_said() {
        let from = Url::parse("https://r.example/v2/a/blobs/x?y=z/z").unwrap();
        for (location, expected) in [
            ("https://cdn.example/b?s=1", Some("https://cdn.example/b?s=1")),
            ("//cdn.example/b", Some("https://cdn.example/b")),
            ("/b", Some("https://r.example/b")),
            ("b", Some("https://r.example/v2/a/blobs/b")),
            ("http://cdn.example/b", Some("http://cdn.example/b")),
            ("//evil@a/b", None),
            ("/\\evil/b", None),
            ("ftp://a/b", None),
        ] {
            assert_eq!(from.join(location).map(|url| url.to_string()).as_deref(), expected);
        }
    }
}
