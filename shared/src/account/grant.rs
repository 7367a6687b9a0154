//! What a personal access token may be used for: `pull`, `push:acme/*`, `delete:acme/edge`. It
//! never gives more than its account has.

use crate::auth::Action;
use crate::oci::Name;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How many scopes one token may have.
pub const MAX_GRANTS: usize = 50;

/// One scope of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Grant {
    /// `pull`: to be somebody when pulling. What is published is everybody's to pull.
    Pull,
    /// `push:…` or `delete:…`.
    On(Action, Target),
}

/// Where something may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `acme/*`: in every repository of the namespace.
    Namespace(Name),
    /// `acme/edge`: in this repository.
    Repository(Name),
}

/// The text is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope is 'pull', or 'push:' or 'delete:' with 'NAMESPACE/*' or 'NAMESPACE/REPOSITORY'")]
pub struct Invalid;

impl Grant {
    /// Whether it lets `action` be done with `name`. Who may push may look at what is there.
    pub fn covers(&self, name: &Name, action: Action) -> bool {
        match self {
            Self::Pull => action == Action::Pull,
            Self::On(granted, target) => {
                let is_enough = action == *granted || action == Action::Pull;
                is_enough
                    && match target {
                        Target::Namespace(namespace) => name.namespace() == namespace.as_str(),
                        Target::Repository(repository) => name == repository,
                    }
            }
        }
    }
}

impl FromStr for Grant {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (action, target) = match text.split_once(':') {
            None if text == "pull" => return Ok(Self::Pull),
            Some(("push", target)) => (Action::Push, target),
            Some(("delete", target)) => (Action::Delete, target),
            _ => return Err(Invalid),
        };
        let target = match target.strip_suffix("/*") {
            Some(namespace) if namespace.contains('/') => return Err(Invalid),
            Some(namespace) => Target::Namespace(namespace.parse().map_err(|_| Invalid)?),
            None => Target::Repository(target.parse().map_err(|_| Invalid)?),
        };
        Ok(Self::On(action, target))
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pull => f.write_str("pull"),
            Self::On(action, Target::Namespace(name)) => write!(f, "{}:{name}/*", action.as_str()),
            Self::On(action, Target::Repository(name)) => write!(f, "{}:{name}", action.as_str()),
        }
    }
}

impl TryFrom<String> for Grant {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Grant> for String {
    fn from(grant: Grant) -> Self {
        grant.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Action::{Delete, Pull, Push};

    #[test]
    fn a_scope_covers_what_it_says() {
        let covers = |scope: &str, name: &str, action| {
            scope.parse::<Grant>().unwrap().covers(&name.parse().unwrap(), action)
        };
        for (scope, name, action, expected) in [
            ("pull", "a/b", Pull, true),
            ("pull", "a/b", Push, false),
            ("push:acme/*", "acme/edge", Push, true),
            ("push:acme/*", "acme/edge", Pull, true),
            ("push:acme/*", "acme/edge", Delete, false),
            ("push:acme/*", "acme/a/b", Push, true),
            ("push:acme/*", "acme", Push, true),
            ("push:acme/*", "acme2/edge", Push, false),
            ("push:acme/edge", "acme/edge", Push, true),
            ("push:acme/edge", "acme/edge/x", Push, false),
            ("push:acme/edge", "acme/edg", Push, false),
            ("delete:acme/*", "acme/edge", Delete, true),
            ("delete:acme/*", "acme/edge", Push, false),
        ] {
            assert_eq!(covers(scope, name, action), expected, "{scope} {name} {action:?}");
        }
    }

    #[test]
    fn what_is_no_scope_is_refused() {
        for text in [
            "",
            "push",
            "push:",
            "push:*",
            "push:/*",
            "push:a/b/*",
            "push:acme/**",
            "push:acme/*/x",
            "push:acme/e*",
            "pull:acme/*",
            "Push:acme/*",
            "push: acme/*",
            "delete:ACME/*",
            "push:acme/edge:tag",
            "*",
        ] {
            assert_eq!(text.parse::<Grant>(), Err(Invalid), "{text:?}");
        }
    }

    /// Every text of up to four of these pieces: what is read is written as it was.
    #[test]
    fn what_is_read_is_written_the_same() {
        let pieces = ["pull", "push", "delete", ":", "acme", "/", "*", "-", "e.x", " "];
        let mut taken = 0;
        for number in 0..pieces.len().pow(5) {
            let piece = |place: u32| pieces[number / pieces.len().pow(place) % pieces.len()];
            let text: String = (0..5).map(piece).collect();
            if let Ok(grant) = text.parse::<Grant>() {
                taken += 1;
                assert_eq!(grant.to_string(), text);
            }
        }
        assert!(taken > 10, "{taken}");
    }
}
