//! `<reference>` of distribution-spec 1.1: a tag or a digest. A colon decides, since no tag has one.

use super::{Digest, Tag, digest, tag};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a manifest can be asked for by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Reference {
    /// By a name that may move.
    Tag(Tag),
    /// By what it is, for ever.
    Digest(Digest),
}

/// Why a text is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// It has a colon and is no digest.
    #[error(transparent)]
    Digest(#[from] digest::Invalid),
    /// It has no colon and is no tag.
    #[error(transparent)]
    Tag(#[from] tag::Invalid),
}

impl FromStr for Reference {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.contains(':') {
            Ok(Self::Digest(text.parse()?))
        } else {
            Ok(Self::Tag(text.parse()?))
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => tag.fmt(f),
            Self::Digest(digest) => digest.fmt(f),
        }
    }
}

impl TryFrom<String> for Reference {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}
