//! Tags. distribution-spec 1.1, "Pulling manifests": `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The longest tag in characters.
pub const MAX_LEN: usize = 128;

/// A name that points at a manifest, and may point at another tomorrow.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

/// The text breaks the grammar of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a tag is made of letters, digits, '_', '.' and '-', does not begin with '.' or '-', and has \
     at most 128 characters"
)]
pub struct Invalid;

impl Tag {
    /// The tag itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let rest = |c: char| word(c) || c == '.' || c == '-';
        if text.len() <= MAX_LEN && text.starts_with(word) && text.chars().all(rest) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid)
        }
    }
}

impl TryFrom<String> for Tag {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_decides() {
        for text in ["latest", "1.37", "_", "A-b.c_d", &"a".repeat(128)] {
            assert!(text.parse::<Tag>().is_ok(), "{text}");
        }
        for text in ["", ".a", "-a", "a/b", "a:b", "a@b", "a b", "a%", "é", "..", &"a".repeat(129)]
        {
            assert!(text.parse::<Tag>().is_err(), "{text}");
        }
    }
}
