//! Names of accounts and of namespaces, which are one kind: an account's own namespace has its name.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The shortest name, in characters.
pub const MIN_LEN: usize = 2;
/// The longest name, in characters.
pub const MAX_LEN: usize = 39;

/// Names that nobody may have: they would be taken for the registry itself, for its paths, for
/// those who run it, or for the registries that people know.
const RESERVED: [&str; 73] = [
    "about",
    "abuse",
    "account",
    "accounts",
    "admin",
    "administrator",
    "amazon",
    "anonymous",
    "api",
    "assets",
    "auth",
    "aws",
    "azure",
    "blobs",
    "catalog",
    "cloudflare",
    "console",
    "containers",
    "dashboard",
    "default",
    "demo",
    "docker",
    "docs",
    "download",
    "everyone",
    "favicon",
    "gcr",
    "ghcr",
    "github",
    "gitlab",
    "google",
    "guest",
    "health",
    "help",
    "home",
    "import",
    "internal",
    "kubernetes",
    "library",
    "login",
    "logout",
    "manifests",
    "me",
    "microsoft",
    "namespaces",
    "nobody",
    "null",
    "oci",
    "official",
    "operator",
    "pkg",
    "public",
    "quay",
    "registry",
    "repositories",
    "repository",
    "roadstead",
    "root",
    "search",
    "security",
    "session",
    "settings",
    "sign-in",
    "sign-up",
    "static",
    "status",
    "support",
    "system",
    "token",
    "trusted",
    "undefined",
    "v1",
    "v2",
];

/// The name of an account or namespace: letters, digits and single dashes inside.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountName(String);

/// The text breaks the grammar of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name has {MIN_LEN} to {MAX_LEN} lower-case letters, digits and single dashes, none of them \
     first or last"
)]
pub struct Invalid;

impl AccountName {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is kept back: nobody can have it, whoever asks first.
    pub fn is_reserved(&self) -> bool {
        RESERVED.binary_search(&self.as_str()).is_ok()
    }
}

impl FromStr for AccountName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        let length = (MIN_LEN..=MAX_LEN).contains(&text.len());
        let parts = || text.split('-').all(|part| !part.is_empty() && part.bytes().all(letter));
        if length && parts() { Ok(Self(text.to_owned())) } else { Err(Invalid) }
    }
}

impl TryFrom<String> for AccountName {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<AccountName> for String {
    fn from(name: AccountName) -> Self {
        name.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Name;

    #[test]
    fn names_of_the_grammar_are_taken() {
        for text in ["ab", "a1", "00", "acme-corp", "a-b-c", &"a".repeat(39)] {
            assert_eq!(text.parse::<AccountName>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn other_names_are_refused() {
        for text in [
            "",
            "a",
            "A1",
            "-ab",
            "ab-",
            "a--b",
            "a_b",
            "a.b",
            "a/b",
            "a b",
            "é1",
            "ab\n",
            "ab\0",
            &"a".repeat(40),
        ] {
            assert_eq!(text.parse::<AccountName>(), Err(Invalid), "{text:?}");
        }
    }

    #[test]
    fn the_list_of_what_is_kept_back_is_in_order_and_made_of_names() {
        assert!(RESERVED.is_sorted(), "the search wants an order");
        assert!(RESERVED.iter().all(|name| name.parse::<AccountName>().is_ok()));
        assert!("library".parse::<AccountName>().unwrap().is_reserved());
        assert!(!"acme".parse::<AccountName>().unwrap().is_reserved());
    }

    /// Words of four letters out of a small alphabet, all of them: whatever is a name is also the
    /// first component of a repository's.
    #[test]
    fn every_name_is_a_namespace() {
        let alphabet = ['a', '0', '-', '.', '_', '/', 'A', 'é'];
        let mut taken = 0;
        for number in 0..alphabet.len().pow(4) {
            let letter = |place: u32| alphabet[number / alphabet.len().pow(place) % alphabet.len()];
            let text: String = (0..4).map(letter).collect();
            if let Ok(name) = text.parse::<AccountName>() {
                taken += 1;
                let repository: Name = format!("{name}/edge").parse().unwrap();
                assert_eq!(repository.namespace(), name.as_str());
                assert!(!text.contains("--") && !text.starts_with('-') && !text.ends_with('-'));
            }
        }
        assert_eq!(
            taken, 32,
            "two kinds of letters at both ends; inside two of them, or one and a dash"
        );
    }
}
