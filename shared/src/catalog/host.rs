//! The host name that a registry is reached at, as a pull command writes it.

/// Host name and port, and whether the wire is plain HTTP, which most clients must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    authority: String,
    plain_http: bool,
}

impl Host {
    /// A host from the address that a page was asked for; `None` when it could not stand in a
    /// command line.
    ///
    /// ```
    /// use roadstead_shared::catalog::Host;
    /// assert!(Host::parse("127.0.0.1:8787", true).is_some());
    /// assert!(Host::parse("example.com;reboot", false).is_none());
    /// ```
    pub fn parse(authority: &str, plain_http: bool) -> Option<Self> {
        let (name, port) = authority.rsplit_once(':').unwrap_or((authority, "443"));
        let named = !name.is_empty()
            && authority.len() <= 255
            && !name.starts_with(['.', '-'])
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        let numbered =
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
        (named && numbered).then(|| Self { authority: authority.to_ascii_lowercase(), plain_http })
    }

    /// `registry.example`, `127.0.0.1:8787`.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether clients must be told that there is no TLS.
    pub const fn is_plain_http(&self) -> bool {
        self.plain_http
    }
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn what_a_shell_would_read_differently_is_no_host() {
        for wrong in [
            "",
            ":80",
            "a b",
            "$(id)",
            "a/b",
            "-flag",
            "[::1]:80",
            "a:port",
            "a:99999",
            "a:",
            "ä.example",
        ] {
            assert_eq!(Host::parse(wrong, false), None, "{wrong}");
        }
    }

    #[test]
    fn names_and_ports_are_kept() {
        let host = Host::parse("Registry.Example:8443", false);
        assert_eq!(host.as_ref().map(Host::authority), Some("registry.example:8443"));
        assert_eq!(host.map(|it| it.is_plain_http()), Some(false));
    }
}
