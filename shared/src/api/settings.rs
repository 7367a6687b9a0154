//! What the owner of a repository decided about it.

use crate::oci::Tag;
use crate::upstream::pattern;
use serde::{Deserialize, Serialize};

/// How many patterns one repository may have.
pub const MAX_PATTERNS: usize = 50;
/// The longest pattern, in bytes: a tag has at most 128.
pub const MAX_PATTERN_BYTES: usize = 128;

/// The settings of a repository. What is not said is as it is by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether a tag, once pushed, can be pushed again only with the same digest.
    pub immutable_tags: bool,
    /// Tags that may move all the same: patterns in which `*` stands for anything.
    pub mutable_tags: Vec<String>,
    /// Whether an image may be pushed whose layers are not all here. An index may always name
    /// manifests that are not.
    pub sparse: bool,
}

/// A change of the settings: what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// See [`Settings::immutable_tags`].
    pub immutable_tags: Option<bool>,
    /// See [`Settings::mutable_tags`].
    pub mutable_tags: Option<Vec<String>>,
    /// See [`Settings::sparse`].
    pub sparse: Option<bool>,
}

/// Why a change is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// There are too many patterns.
    #[error("there may be at most {MAX_PATTERNS} patterns of mutable tags")]
    TooMany,
    /// A pattern could match no tag.
    #[error("a pattern must have 1 to {MAX_PATTERN_BYTES} letters, digits, '_', '.', '-' or '*'")]
    Pattern,
}

impl Settings {
    /// Whether `tag` may be pushed again with another digest.
    pub fn may_move(&self, tag: &Tag) -> bool {
        !self.immutable_tags
            || self.mutable_tags.iter().any(|pattern| pattern::fits(pattern, tag.as_str()))
    }

    /// The settings after `change`.
    pub fn changed(&self, change: &Change) -> Result<Self, Invalid> {
        let mutable_tags = change.mutable_tags.as_ref().unwrap_or(&self.mutable_tags);
        if mutable_tags.len() > MAX_PATTERNS {
            return Err(Invalid::TooMany);
        }
        if !mutable_tags.iter().all(|pattern| is_well_formed(pattern)) {
            return Err(Invalid::Pattern);
        }
        Ok(Self {
            immutable_tags: change.immutable_tags.unwrap_or(self.immutable_tags),
            mutable_tags: mutable_tags.clone(),
            sparse: change.sparse.unwrap_or(self.sparse),
        })
    }
}

fn is_well_formed(pattern: &str) -> bool {
    let letter = |c: u8| c.is_ascii_alphanumeric() || b"_.-*".contains(&c);
    !pattern.is_empty() && pattern.len() <= MAX_PATTERN_BYTES && pattern.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("latest", "latest", true),
            ("latest", "latest2", false),
            ("*", "", true),
            ("*", "x", true),
            ("*-dev", "1-dev", true),
            ("*-dev", "-dev", true),
            ("*-dev", "dev", false),
            ("v*.x", "v1.x", true),
            ("v*.x", "v.x", true),
            ("v*.x", "v1.y", false),
            ("a*a", "a", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "acb", false),
            ("a**c", "abc", true),
        ] {
            assert_eq!(pattern::fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn only_a_tag_that_a_pattern_names_may_move() {
        let change = Change {
            immutable_tags: Some(true),
            mutable_tags: Some(vec!["latest".into(), "*-dev".into()]),
            sparse: None,
        };
        let settings = Settings::default().changed(&change).unwrap();
        let may = |tag: &str| settings.may_move(&tag.parse().unwrap());
        assert!(may("latest") && may("1-dev") && !may("1.0"));
        assert!(Settings::default().may_move(&"1.0".parse().unwrap()));
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let settings = Settings { sparse: true, ..Settings::default() };
        let change = Change { immutable_tags: Some(true), ..Change::default() };
        let changed = settings.changed(&change).unwrap();
        assert!(changed.sparse && changed.immutable_tags);
    }

    #[test]
    fn what_no_tag_could_be_is_no_pattern() {
        for bad in ["", "a b", "a/b", "é", &"x".repeat(129)] {
            let change = Change { mutable_tags: Some(vec![bad.to_owned()]), ..Change::default() };
            assert_eq!(Settings::default().changed(&change), Err(Invalid::Pattern), "{bad}");
        }
        let many = vec!["a".to_owned(); MAX_PATTERNS + 1];
        let change = Change { mutable_tags: Some(many), ..Change::default() };
        assert_eq!(Settings::default().changed(&change), Err(Invalid::TooMany));
    }
}
