//! Where a name is: published here, or at another registry. Clients say it in many ways: by the
//! name's first component, by `?ns=`, by a path in front of `/v2/`, or by the host that they ask.

use super::{Rule, Rules, Target};
use crate::oci::Name;
use crate::oci::name::Invalid;
use crate::oci::path::ROOT;
use std::rc::Rc;

/// What a URL says of where its name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path as the registry's API has it, `/v2/…`.
    pub path: String,
    whose: Whose,
}

/// Whose names a URL uses.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Whose {
    /// Ours: one that begins with a prefix leads to its rule.
    Ours,
    /// Those of a rule's registry: the URL names it with `?ns=`.
    Asked(Rc<Rule>),
    /// The same: the path or the host is the rule's own.
    Own(Rc<Rule>),
    /// Those of a registry that no rule knows. They are looked for here only, and not at all where
    /// the path or the host is a rule's own.
    Strangers(Option<Rc<Rule>>),
}

/// Where a name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Located {
    /// Here, if anywhere.
    Here,
    /// Nowhere that is asked.
    Nowhere,
    /// At another registry.
    There {
        /// What the client calls it, also when it asks for a token.
        asked: Name,
        /// What is meant.
        target: Target,
    },
}

/// Why nothing can be published under a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "names that begin with {prefix}/ are those of {host}, which are read from there: nothing can be \
     published under them"
)]
pub struct Elsewhere {
    /// The rule's prefix.
    pub prefix: String,
    /// What its registry is called.
    pub host: String,
}

impl Rules {
    /// Reads where the names of a URL are: its host (with a port or not), its path, and its `ns`.
    pub fn place(&self, host: &str, path: &str, ns: Option<&str>) -> Place {
        let (path, mirror) = match self.mirror(path) {
            Some((rule, rest)) => (rest, Some(rule)),
            None => (path, None),
        };
        let path = path.to_owned();
        let ns = ns.filter(|ns| !ns.is_empty() && !ns.eq_ignore_ascii_case(host));
        let whose = match (ns.map(|ns| self.by_host(ns)), mirror.or_else(|| self.by_hostname(host)))
        {
            // Who asks at a rule's own path for another registry's names does not mean this one's.
            (Some(Some(asked)), own) if own.is_none_or(|own| own != asked) => {
                Whose::Asked(asked.clone())
            }
            (Some(None), own) => Whose::Strangers(own.cloned()),
            (_, Some(own)) => Whose::Own(own.clone()),
            (_, None) => Whose::Ours,
        };
        Place { path, whose }
    }

    /// Whether a path is one of the registry's API below a prefix: `/PREFIX/v2/…`.
    pub fn is_mirror(&self, path: &str) -> bool {
        self.mirror(path).is_some()
    }

    fn mirror<'a>(&self, path: &'a str) -> Option<(&Rc<Rule>, &'a str)> {
        let (prefix, _) = path.strip_prefix('/')?.split_once('/')?;
        let rest = path.get(prefix.len() + 1..)?;
        let is_api = rest.starts_with(ROOT) || rest == ROOT.trim_end_matches('/');
        self.by_prefix(prefix).filter(|_| is_api).map(|rule| (rule, rest))
    }

    /// The rule of the prefix that `name` begins with, and what follows.
    pub fn under<'a>(&self, name: &'a str) -> Option<(&Rc<Rule>, &'a str)> {
        let (prefix, rest) = name.split_once('/').unwrap_or((name, ""));
        self.by_prefix(prefix).map(|rule| (rule, rest))
    }

    /// Where what `place` calls `name` is to be read. Refuses what is no name there.
    pub fn locate(&self, place: &Place, name: &str) -> Result<Located, Invalid> {
        let (rule, called, asked) = match &place.whose {
            Whose::Strangers(None) => return Ok(Located::Here),
            Whose::Strangers(Some(_)) => return Ok(Located::Nowhere),
            Whose::Ours => match self.under(name) {
                Some((rule, rest)) if !rest.is_empty() => (rule, rest, name),
                _ => return Ok(Located::Here),
            },
            Whose::Asked(rule) => {
                let called = without_prefix(rule, name);
                (rule, called, called)
            }
            Whose::Own(rule) => (rule, name, name),
        };
        let asked = asked.parse()?;
        Ok(Located::There { asked, target: rule.target(called)? })
    }

    /// The one name of a repository that has several: `PREFIX/alpine` of Docker Hub is
    /// `PREFIX/library/alpine`. Any other is as it is.
    pub fn called_here(&self, name: &Name) -> Name {
        let there = self.under(name.as_str()).filter(|(_, rest)| !rest.is_empty());
        let target = there.and_then(|(rule, rest)| rule.target(rest).ok());
        target.and_then(|target| target.called_here()).unwrap_or_else(|| name.clone())
    }

    /// What keeps `name` from being written, as `place` says it. `?ns=` says nothing where something is
    /// written.
    pub fn keeps(&self, place: &Place, name: &str) -> Result<(), Elsewhere> {
        match &place.whose {
            Whose::Own(rule) | Whose::Strangers(Some(rule)) => Err(rule.elsewhere()),
            Whose::Ours | Whose::Asked(_) | Whose::Strangers(None) => self.is_ours(name),
        }
    }

    /// Whether a repository, a namespace or an account may be called `name` here.
    pub fn is_ours(&self, name: &str) -> Result<(), Elsewhere> {
        let (prefix, _) = name.split_once('/').unwrap_or((name, ""));
        match self.by_prefix(prefix) {
            Some(rule) => Err(rule.elsewhere()),
            None if self.has_prefix(prefix) => {
                let host = "a registry whose rule has a mistake".to_owned();
                Err(Elsewhere { prefix: prefix.to_owned(), host })
            }
            None => Ok(()),
        }
    }

    /// Where what is published nowhere here as `name` is to be read, by the rule for the root.
    /// `None` where there is no such rule, or the URL names a registry.
    pub fn fall_back(&self, place: &Place, name: &Name) -> Option<Target> {
        let is_ours = place.whose == Whose::Ours && self.under(name.as_str()).is_none();
        self.default_rule().filter(|_| is_ours)?.target(name.as_str()).ok()
    }
}

impl Rule {
    fn elsewhere(&self) -> Elsewhere {
        Elsewhere { prefix: self.prefix.clone(), host: self.host.clone() }
    }
}

/// A name at the registry that `?ns=` names. containerd also sends `ns` where its configuration has
/// the prefix in the path (`override_path`): then the name begins with the prefix of that very rule.
/// Docker Hub's names have two components, so there it is clear which one is meant.
fn without_prefix<'a>(rule: &Rule, name: &'a str) -> &'a str {
    match name.split_once('/') {
        Some((first, rest)) if first == rule.prefix => {
            let is_own = rule.host == super::image::DOCKER && !rest.contains('/');
            if is_own { name } else { rest }
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests;
