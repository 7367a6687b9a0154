//! The setting `UPSTREAMS`: one table for each prefix, read as a whole.

use super::Rule;
use serde_json::Value;
use std::rc::Rc;

/// The rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(Vec<Rc<Rule>>);

/// What of the setting cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place} {why}")]
pub struct Wrong {
    /// Which part, as `UPSTREAMS.hub.url`.
    pub place: String,
    /// What it must be.
    pub why: String,
}

impl Rules {
    /// Reads the setting, a table or a text of JSON, and says everything that is wrong with it. A
    /// rule that has a fault is no rule.
    pub fn read(_setting: Option<&Value>) -> (Self, Vec<Wrong>) {
        (Self::default(), Vec::new())
    }

    /// The rule of a prefix.
    pub fn by_prefix(&self, prefix: &str) -> Option<&Rc<Rule>> {
        self.0.iter().find(|rule| rule.prefix == prefix)
    }

    /// All of them, in the order of their prefixes.
    pub fn all(&self) -> &[Rc<Rule>] {
        &self.0
    }
}
