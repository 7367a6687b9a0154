//! The calls about what is kept: how much a namespace has, what is not shown any more, and whole
//! repositories that go.

use super::Right;
use crate::auth::{Access, Action};
use crate::oci::Name;

/// A call about what is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are whom it is about")]
pub enum Storage {
    /// What a namespace keeps, and what it may keep.
    Standing { namespace: Name },
    /// Deletes every tag and manifest of a repository.
    DeleteRepository { name: Name },
    /// The repositories that are taken down.
    ListTakedowns,
    /// Takes a repository down; the body says why.
    TakeDown { name: Name },
    /// Puts it back.
    PutBack { name: Name },
}

impl Storage {
    /// What the caller must have.
    pub fn needs(&self) -> Right {
        match self {
            Self::DeleteRepository { name } => {
                let all = [Action::Pull, Action::Push, Action::Delete];
                Right::Repository(Access::new(name.clone(), all))
            }
            Self::Standing { .. }
            | Self::ListTakedowns
            | Self::TakeDown { .. }
            | Self::PutBack { .. } => Right::Operator,
        }
    }
}
