//! `repository:name:pull,push`: what a token is asked for, and what it grants.

use crate::oci::Name;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What can be done with a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Read manifests, blobs, tags and referrers.
    Pull,
    /// Write them.
    Push,
    /// Delete them.
    Delete,
}

impl Action {
    /// As scopes spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Delete => "delete",
        }
    }
}

/// Actions on one repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    #[serde(rename = "type")]
    kind: Repository,
    /// The repository.
    pub name: Name,
    /// What may be done with it.
    pub actions: BTreeSet<Action>,
}

/// The one type of resource that tokens are given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Repository {
    Repository,
}

impl Access {
    /// Access to `name` for `actions`.
    pub fn new(name: Name, actions: impl IntoIterator<Item = Action>) -> Self {
        Self { kind: Repository::Repository, name, actions: actions.into_iter().collect() }
    }

    /// Whether this lets `action` be done with `name`.
    pub fn covers(&self, name: &Name, action: Action) -> bool {
        self.name == *name && self.actions.contains(&action)
    }

    /// As a scope: `repository:name:pull,push`.
    pub fn scope(&self) -> String {
        let actions: Vec<_> = self.actions.iter().map(|action| action.as_str()).collect();
        format!("repository:{}:{}", self.name, actions.join(","))
    }
}

/// Reads every scope of a token request: each `scope` parameter holds one, or several separated by
/// spaces. What is not about a repository, or names one that cannot exist, asks for nothing that
/// could be given and is left out, as are unknown actions: the subset is granted, never refused.
/// At most [`MAX_SCOPES`] are read.
pub fn parse<'a>(parameters: impl Iterator<Item = &'a str>) -> Vec<Access> {
    parameters.flat_map(str::split_whitespace).filter_map(access).take(MAX_SCOPES).collect()
}

/// The most scopes of one request. Clients ask for one, for a mount two, rarely a handful.
pub const MAX_SCOPES: usize = 16;

fn access(scope: &str) -> Option<Access> {
    let (kind, rest) = scope.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    if kind != "repository" && !(kind.starts_with("repository(") && kind.ends_with(')')) {
        return None;
    }
    let actions = actions.split(',').flat_map(|action| match action {
        "pull" => vec![Action::Pull],
        "push" => vec![Action::Push],
        "delete" => vec![Action::Delete],
        "*" => vec![Action::Pull, Action::Push, Action::Delete],
        _ => vec![],
    });
    Some(Access::new(name.parse().ok()?, actions))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(parameters: &[&str]) -> Vec<String> {
        parse(parameters.iter().copied()).iter().map(Access::scope).collect()
    }

    #[test]
    fn repeated_and_space_joined_scopes_are_the_same() {
        let expected = ["repository:a/b:pull,push", "repository:c:pull"];
        assert_eq!(scopes(&["repository:a/b:push,pull", "repository:c:pull"]), expected);
        assert_eq!(scopes(&["repository:a/b:pull,push repository:c:pull"]), expected);
    }

    #[test]
    fn a_star_and_unknown_actions_are_understood() {
        assert_eq!(scopes(&["repository:a:*"]), ["repository:a:pull,push,delete"]);
        assert_eq!(scopes(&["repository:a:fly,pull"]), ["repository:a:pull"]);
        assert_eq!(scopes(&["repository(plugin):a:pull"]), ["repository:a:pull"]);
        assert_eq!(scopes(&["repository:a:"]), ["repository:a:"]);
    }

    #[test]
    fn what_can_never_be_granted_is_left_out() {
        for scope in [
            "",
            "registry:catalog:*",
            "repository",
            "repository:a",
            "repository:A:pull",
            "repository:..:pull",
            ":::",
        ] {
            assert!(scopes(&[scope]).is_empty(), "{scope}");
        }
    }

    #[test]
    fn no_request_makes_an_endless_token() {
        assert_eq!(scopes(&["repository:a:pull "; 1000]).len(), MAX_SCOPES);
    }

    #[test]
    fn access_covers_its_own_repository_and_actions_only() {
        let access = Access::new("a/b".parse().unwrap(), [Action::Pull]);
        assert!(access.covers(&"a/b".parse().unwrap(), Action::Pull));
        assert!(!access.covers(&"a/b".parse().unwrap(), Action::Push));
        assert!(!access.covers(&"a/b/c".parse().unwrap(), Action::Pull));
        assert!(!access.covers(&"a".parse().unwrap(), Action::Pull));
    }

    #[test]
    fn access_is_written_as_the_token_specification_says() {
        let access = Access::new("a".parse().unwrap(), [Action::Push, Action::Pull]);
        let text = serde_json::to_string(&access).unwrap();
        assert_eq!(text, r#"{"type":"repository","name":"a","actions":["pull","push"]}"#);
    }
}
