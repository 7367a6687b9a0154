//! The calls that are answered from another registry, by a rule.

use super::{Page, Right};
use crate::auth::{Access, Action};
use crate::oci::{Digest, Name, Reference};
use crate::upstream::{Pull, Target};

/// A call about a repository of another registry. Nothing is ever written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cached {
    /// What it is called here, as it was asked for: what a token must allow.
    pub asked: Name,
    /// Where it is.
    pub target: Target,
    /// What is wanted of it.
    pub wanted: Wanted,
}

/// What is wanted of a repository of another registry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the specification's own words")]
pub enum Wanted {
    /// `end-3`, GET and HEAD.
    Manifest { reference: Reference, head: bool },
    /// `end-2`, GET and HEAD.
    Blob { digest: Digest, head: bool },
    /// `end-8a`, `end-8b`.
    Tags { n: Option<u32>, last: Option<String> },
    /// `end-12a`, `end-12b`.
    Referrers { subject: Digest, artifact_type: Option<String>, page: Page },
}

impl Cached {
    /// The name that the repository has here however it was asked for: the rule's prefix and what
    /// follows there. As it was asked for where that would be too long.
    pub fn called_here(&self) -> Name {
        self.target.called_here().unwrap_or_else(|| self.asked.clone())
    }

    /// Whether it is not for everybody: no cache on the way may hold it.
    pub fn is_closed(&self) -> bool {
        self.target.rule.pull != Pull::Anonymous
    }

    /// What the caller must have. Who may pull by the rule is decided where the tier is known.
    pub fn needs(&self) -> Right {
        Right::Repository(Access::new(self.asked.clone(), [Action::Pull]))
    }
}
