//! Repository names. distribution-spec 1.1, "Pulling manifests":
//! `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`, 255 characters.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The longest name in characters; many clients limit host and name together to 255.
pub const MAX_LEN: usize = 255;

/// A repository's name, `namespace/image` as a rule. It never contains `@`, `:` or upper case,
/// so that no key made of it can be mistaken for another repository's.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// The text breaks the grammar of repository names or is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a repository name is made of lower-case letters and digits, separated by '.', '_', '__', \
     dashes or '/', and has at most 255 characters"
)]
pub struct Invalid;

impl Name {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first slash: who publishes it.
    pub fn namespace(&self) -> &str {
        self.0.split_once('/').map_or(self.as_str(), |(namespace, _)| namespace)
    }
}

/// One component: runs of letters and digits, one separator between two of them.
fn is_component(component: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let bounded = component.starts_with(alphanumeric) && component.ends_with(alphanumeric);
    bounded
        && component
            .split(alphanumeric)
            .all(|s| matches!(s, "" | "." | "_" | "__") || s.bytes().all(|c| c == b'-'))
}

impl FromStr for Name {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() <= MAX_LEN && text.split('/').all(is_component) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid)
        }
    }
}

impl TryFrom<String> for Name {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_grammar_are_taken() {
        for text in ["a", "0", "library/nginx", "a.b", "a_b", "a__b", "a--b", "a---b/c", "a/b/c/d"]
        {
            assert_eq!(text.parse::<Name>().unwrap().as_str(), text);
        }
        assert!("a".repeat(255).parse::<Name>().is_ok());
    }

    #[test]
    fn other_names_are_refused() {
        for text in [
            "", "/", "a/", "/a", "a//b", "A", "a..b", "a___b", "a._b", "a.-b", "-a", "a-", "_a",
            "a_", ".a", "a.", "..", "a/..", "a/../b", "a b", "a%2fb", "a:b", "a@b", "é", "a\0b",
            "a\n",
        ] {
            assert_eq!(text.parse::<Name>(), Err(Invalid), "{text:?}");
        }
        assert!("a".repeat(256).parse::<Name>().is_err());
    }

    #[test]
    fn the_namespace_is_what_stands_before_the_first_slash() {
        assert_eq!("acme/a/b".parse::<Name>().unwrap().namespace(), "acme");
        assert_eq!("acme".parse::<Name>().unwrap().namespace(), "acme");
    }
}
