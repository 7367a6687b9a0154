//! Repositories that the operator has taken down: nothing of them is moved, and nothing of them is
//! shown.

use crate::oci::Name;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest reason, in characters: it stands in errors that clients print on one line.
pub const MAX_REASON_CHARS: usize = 500;

/// Why and since when a repository is taken down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takedown {
    /// Why, as everybody is told who asks for it.
    pub reason: String,
    /// Since when, ms UTC.
    pub at_ms: u64,
}

/// Every repository that is taken down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Takedowns(pub BTreeMap<Name, Takedown>);

/// A reason that nobody could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reason is one line of 1 to {MAX_REASON_CHARS} characters")]
pub struct Invalid;

impl Takedown {
    /// A takedown as of `at_ms` (UTC).
    pub fn new(reason: &str, at_ms: u64) -> Result<Self, Invalid> {
        let reason = reason.trim();
        let is_line = !reason.is_empty() && !reason.chars().any(char::is_control);
        if is_line && reason.chars().count() <= MAX_REASON_CHARS {
            Ok(Self { reason: reason.to_owned(), at_ms })
        } else {
            Err(Invalid)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_line() {
        assert_eq!(Takedown::new(" court order 12/26 ", 1).unwrap().reason, "court order 12/26");
        for bad in ["", "  ", "a\nb", "a\u{1b}[31mb", &"x".repeat(MAX_REASON_CHARS + 1)] {
            assert_eq!(Takedown::new(bad, 1), Err(Invalid), "{bad:?}");
        }
    }

    #[test]
    fn the_list_is_an_object_by_name() {
        let text = r#"{"acme/x":{"reason":"r","at_ms":7}}"#;
        let list: Takedowns = serde_json::from_str(text).unwrap();
        assert_eq!(list.0.len(), 1);
        assert_eq!(serde_json::to_string(&list).unwrap(), text);
        assert!(serde_json::from_str::<Takedowns>(r#"{"ACME":{"reason":"r","at_ms":7}}"#).is_err());
    }
}
