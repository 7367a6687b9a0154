//! The registry's host as people write it, and whether bytes may go to it without TLS.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest host with its port, in characters: that of a name in the DNS, and a bit.
const MAX_LEN: usize = 262;

/// Host name and port, and the scheme that it is reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    authority: String,
    plain: bool,
}

/// Why a text is no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no host: a name or an address, with a port where it needs one, as in registry.example:5000"
)]
pub(crate) struct Invalid(String);

impl Host {
    /// Reads `registry.example`, `127.0.0.1:8787`, `[::1]:8787`.
    ///
    /// This machine is spoken to without TLS, and so is any other host where `insecure` says that
    /// it may be: what is sent there, a password too, can be read on the way.
    pub(crate) fn parse(text: &str, insecure: bool) -> Result<Self, Invalid> {
        let invalid = || Invalid(text.to_owned());
        let authority = text.to_ascii_lowercase();
        let (name, port) = split(&authority).ok_or_else(invalid)?;
        let port_is_one = port.is_none_or(|port| {
            port.bytes().all(|c| c.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|n| n > 0)
        });
        if authority.len() > MAX_LEN || !is_name(name) || !port_is_one {
            return Err(invalid());
        }
        let plain = insecure || is_loopback(name);
        Ok(Self { authority, plain })
    }

    /// `registry.example`, `127.0.0.1:8787`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// `http` or `https`.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.plain { "http" } else { "https" }
    }

    /// Whether it is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        split(&self.authority).is_some_and(|(name, _)| is_loopback(name))
    }

    /// The address of `path` on this host; the path begins with a slash.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme(), self.authority)
    }

    /// The path and query of a `Location` or realm on this very host, reached in the same way.
    /// `None` where it leads anywhere else: no token or password may go there.
    pub(crate) fn own_path(&self, location: &str) -> Option<String> {
        if location.starts_with('/') && !location.starts_with("//") {
            return Some(location.to_owned());
        }
        let (scheme, rest) = location.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let authority = authority.to_ascii_lowercase();
        let default = if self.plain { ":80" } else { ":443" };
        let bare = |text: &str| text.strip_suffix(default).unwrap_or(text).to_owned();
        let same =
            scheme.eq_ignore_ascii_case(self.scheme()) && bare(&authority) == bare(&self.authority);
        same.then(|| if path.starts_with('/') { path.to_owned() } else { format!("/{path}") })
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.authority)
    }
}

/// Name and port; an IPv6 address stands in brackets.
fn split(authority: &str) -> Option<(&str, Option<&str>)> {
    let end = if authority.starts_with('[') { authority.find(']')? + 1 } else { 0 };
    match authority.get(end..)?.find(':') {
        Some(colon) => {
            let (name, port) = authority.split_at(end + colon);
            Some((name, port.get(1..)))
        }
        None => Some((authority, None)),
    }
}

fn address_in_brackets(name: &str) -> Option<Ipv6Addr> {
    name.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    address_in_brackets(name).is_some() || name.split('.').all(label)
}

fn is_loopback(name: &str) -> bool {
    name == "localhost"
        || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || address_in_brackets(name).is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_without_tls() {
        for (text, scheme) in [
            ("127.0.0.1:8787", "http"),
            ("127.9.8.7", "http"),
            ("[::1]:5000", "http"),
            ("localhost:5000", "http"),
            ("registry.example", "https"),
            ("127.0.0.1.example", "https"),
            ("localhost.example", "https"),
            ("10.0.0.1:5000", "https"),
            ("[2001:db8::1]:443", "https"),
        ] {
            assert_eq!(Host::parse(text, false).unwrap().scheme(), scheme, "{text}");
            assert_eq!(Host::parse(text, true).unwrap().scheme(), "http", "{text}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "",
            ":80",
            "a b",
            "a/b",
            "user@host",
            "a:port",
            "a:99999",
            "a:",
            "a:0",
            "-a",
            "a..b",
            "[::1",
            "[x]",
            "::1",
            "a:1:2",
            "ä.example",
        ] {
            assert!(Host::parse(text, false).is_err(), "{text}");
        }
    }

    #[test]
    fn a_location_counts_only_on_the_same_host_and_scheme() {
        let host = Host::parse("registry.example", false).unwrap();
        for (location, path) in [
            ("/token", Some("/token")),
            ("https://registry.example/token?a=b", Some("/token?a=b")),
            ("https://Registry.Example:443/token", Some("/token")),
            ("https://registry.example", Some("/")),
            ("http://registry.example/token", None),
            ("https://registry.example:444/token", None),
            ("https://registry.example.evil/token", None),
            ("https://registry.example@evil/token", None),
            ("//evil/token", None),
            ("token", None),
        ] {
            assert_eq!(host.own_path(location).as_deref(), path, "{location}");
        }
    }
}
