//! What a member of a namespace may do.

use serde::{Deserialize, Serialize};

/// A member's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Pushes, deletes, and decides about repositories.
    Publisher,
    /// The same, and decides who is a member.
    Owner,
}

impl Role {
    /// As it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publisher => "publisher",
            Self::Owner => "owner",
        }
    }

    /// Reads what [`Role::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "publisher" => Some(Self::Publisher),
            "owner" => Some(Self::Owner),
            _ => None,
        }
    }
}
