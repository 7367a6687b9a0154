//! A link that a publisher wrote into an annotation.

/// The longest address that is worth a link.
const LONGEST: usize = 1024;

/// An address that a page may link to: http or https, with a host, and nothing in it that would
/// show one place and lead to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebLink {
    address: String,
}

impl WebLink {
    /// The link that `text` holds, or `None` if it should stay plain text.
    ///
    /// ```
    /// use roadstead_shared::catalog::WebLink;
    /// assert!(WebLink::parse("https://example.com/source").is_some());
    /// assert!(WebLink::parse("javascript:alert(1)").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://")?;
        let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        // Beyond ASCII an address can look like another one; a browser writes those in punycode.
        let plain = text.len() <= LONGEST
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\`{}|^".contains(&byte));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
        let hosted = host.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
            && !port.is_empty()
            && port.bytes().all(|byte| byte.is_ascii_digit());
        (known && plain && hosted).then(|| Self { address: text.to_owned() })
    }

    /// The address for `href`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What the link says: the address without the scheme and without what ends it.
    pub fn label(&self) -> &str {
        let rest = self.address.split_once("://").map_or(self.address.as_str(), |(_, rest)| rest);
        rest.split(['?', '#']).next().unwrap_or(rest).trim_end_matches('/')
    }
}

#[cfg(test)]
mod tests {
    use super::WebLink;

    #[test]
    fn only_web_addresses_with_a_host_become_links() {
        let wrong = [
            "javascript:alert(1)",
            "JaVaScRiPt://example.com/%0aalert(1)",
            "data:text/html,<script>",
            "//example.com",
            "example.com",
            "https://",
            "https:///etc",
            "https://user@example.com/",
            "https://example.com:pw@evil.example/",
            "https://example.com/\u{202e}gpj.exe",
            "https://exämple.com/",
            "https://example.com/a b",
            "https://example.com/\"onclick=\"x",
        ];
        for text in wrong {
            assert_eq!(WebLink::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_label_leaves_out_what_nobody_reads() {
        let link = WebLink::parse(" https://example.com:8443/acme/proxy/?utm=1#top ");
        assert_eq!(link.as_ref().map(WebLink::label), Some("example.com:8443/acme/proxy"));
        assert_eq!(
            link.as_ref().map(WebLink::address),
            Some("https://example.com:8443/acme/proxy/?utm=1#top")
        );
    }
}
