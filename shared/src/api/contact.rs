//! The address at which people report what should not be published: the operator's own setting.

use serde::{Deserialize, Serialize};

/// A mail address or an https URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact(String);

/// The header in which the edge tells the site; one that a client sends is dropped.
pub const HEADER: &str = "x-roadstead-contact";

/// The longest address, in bytes.
const MAX_BYTES: usize = 300;

impl Contact {
    /// Reads the setting; `None` where it is neither. What could end a header or an attribute of a
    /// page is not part of either.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = |c: char| c.is_ascii_graphic() && !"<>\"'\\`".contains(c);
        let is_sane = text.len() <= MAX_BYTES && text.chars().all(plain);
        let host = text.strip_prefix("https://").map(|rest| rest.split('/').next());
        let is_url = host.flatten().is_some_and(|host| !host.is_empty() && !host.contains('@'));
        let is_mail = || match text.split_once('@') {
            Some((user, host)) => {
                let sane = |c: char| c.is_ascii_alphanumeric() || ".-_+".contains(c);
                !user.is_empty()
                    && user.chars().all(sane)
                    && host.contains('.')
                    && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
            }
            None => false,
        };
        (is_sane && (is_url || is_mail())).then(|| Self(text.to_owned()))
    }

    /// The address as people read it.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The address as a link: `mailto:` for a mail address.
    pub fn uri(&self) -> String {
        if self.0.starts_with("https://") { self.0.clone() } else { format!("mailto:{}", self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_address_and_a_url_are_addresses() {
        for (text, uri) in [
            ("abuse@example.com", "mailto:abuse@example.com"),
            (" abuse+oci@mail.example.com ", "mailto:abuse+oci@mail.example.com"),
            ("https://example.com/abuse?x=1", "https://example.com/abuse?x=1"),
        ] {
            assert_eq!(Contact::parse(text).unwrap().uri(), uri);
        }
    }

    #[test]
    fn what_is_neither_is_none() {
        for text in [
            "",
            "abuse",
            "http://example.com/",
            "https://",
            "https:///x",
            "https://user@example.com/",
            "javascript:alert(1)",
            "a@b.c>; rel=\"x\"",
            "a b@example.com",
            "a@b@example.com",
            "abuse@example",
            "https://example.com/\"onclick=",
        ] {
            assert_eq!(Contact::parse(text), None, "{text}");
        }
    }
}
