//! The setting `UPSTREAMS`: one table for each prefix, read as a whole.

use super::{Origin, Rule, image, setting};
use serde_json::{Map, Value};
use std::rc::Rc;

/// The most rules.
pub const MAX_RULES: usize = 100;

/// The rules, and what is known of those that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    all: Vec<Rc<Rule>>,
    /// The prefixes of tables with a fault: they are no rules, and nobody else's.
    faulty: Vec<String>,
    /// Whether the setting as a whole could not be read.
    is_unread: bool,
    /// Whether a table wants to be the rule for the root, also one with a fault.
    wants_root: bool,
}

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
    /// rule that has a fault is no rule; of two that want the same, neither is.
    pub fn read(setting: Option<&Value>) -> (Self, Vec<Wrong>) {
        let wrong = |why: &str| {
            let wrong = Wrong { place: "UPSTREAMS".to_owned(), why: why.to_owned() };
            (Self { is_unread: true, wants_root: true, ..Self::default() }, vec![wrong])
        };
        match setting {
            None | Some(Value::Null) => (Self::default(), Vec::new()),
            Some(Value::String(text)) if text.trim().is_empty() => (Self::default(), Vec::new()),
            Some(Value::String(text)) => match serde_json::from_str(text) {
                Ok(Value::Object(table)) => Self::table(&table),
                Ok(_) => wrong("must be a table of rules"),
                Err(error) => wrong(&format!("must be a table of rules in JSON: {error}")),
            },
            Some(Value::Object(table)) => Self::table(table),
            Some(_) => wrong("must be a table of rules"),
        }
    }

    fn table(table: &Map<String, Value>) -> (Self, Vec<Wrong>) {
        let mut wrong = Vec::new();
        if table.len() > MAX_RULES {
            let why = format!("has more than {MAX_RULES} rules");
            wrong.push(Wrong { place: "UPSTREAMS".to_owned(), why });
            return (Self { is_unread: true, wants_root: true, ..Self::default() }, wrong);
        }
        let mut rules: Vec<Rule> = table
            .iter()
            .filter_map(|(prefix, value)| setting::rule(prefix, value, &mut wrong))
            .collect();
        rules.sort_by(|a, b| a.prefix.cmp(&b.prefix));
        let clashes: Vec<Wrong> = rules.iter().flat_map(|rule| clashes(rule, &rules)).collect();
        let is_sound = |rule: &Rule| {
            let at = format!("{}.", place(rule));
            !clashes.iter().any(|clash| clash.place.starts_with(&at))
        };
        let sound: Vec<bool> = rules.iter().map(is_sound).collect();
        wrong.extend(clashes);
        let rules = rules.into_iter().zip(sound).filter(|(_, is_sound)| *is_sound);
        let all: Vec<Rc<Rule>> = rules.map(|(rule, _)| Rc::new(rule)).collect();
        let is_rule = |prefix: &String| all.iter().any(|rule| rule.prefix == *prefix);
        let faulty = table.keys().filter(|prefix| !is_rule(prefix)).cloned().collect();
        let wants_root = table.values().any(|table| table.get("default") == Some(&true.into()));
        (Self { all, faulty, is_unread: false, wants_root }, wrong)
    }

    /// The rule of a prefix.
    pub fn by_prefix(&self, prefix: &str) -> Option<&Rc<Rule>> {
        self.all.iter().find(|rule| rule.prefix == prefix)
    }

    /// The rule of the registry that `?ns=` calls `host`, as clients write hosts.
    pub fn by_host(&self, host: &str) -> Option<&Rc<Rule>> {
        let host = image::known_as(Origin::parse(true, host)?.authority());
        self.all.iter().find(|rule| rule.host == host)
    }

    /// The rule that has a host name of its own here; `host` as a request says it, with its port.
    pub fn by_hostname(&self, host: &str) -> Option<&Rc<Rule>> {
        let host = Origin::parse(true, host)?.host;
        self.all.iter().find(|rule| rule.hostname.as_ref() == Some(&host))
    }

    /// The rule that answers for the root.
    pub fn default_rule(&self) -> Option<&Rc<Rule>> {
        self.all.iter().find(|rule| rule.is_default)
    }

    /// Whether namespaces exist by the operator's grant only: a rule answers for the root, or would if
    /// it could be read.
    pub fn take_root(&self) -> bool {
        self.wants_root
    }

    /// Whether `prefix` is that of a table, be it one with a fault.
    pub fn has_prefix(&self, prefix: &str) -> bool {
        self.by_prefix(prefix).is_some() || self.faulty.iter().any(|faulty| faulty == prefix)
    }

    /// Whether `prefix` was a rule's and is none any more. Where the setting cannot be read nothing was
    /// taken away: a slip of the pen must not cost all that rests.
    pub fn was_removed(&self, prefix: &str) -> bool {
        !self.is_unread && !self.has_prefix(prefix)
    }

    /// All of them, in the order of their prefixes.
    pub fn all(&self) -> &[Rc<Rule>] {
        &self.all
    }
}

fn place(rule: &Rule) -> String {
    format!("UPSTREAMS.{}", rule.prefix)
}

/// What `rule` wants that another one wants as well.
fn clashes(rule: &Rule, rules: &[Rule]) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let others = rules.iter().filter(|other| other.prefix != rule.prefix);
    for other in others {
        let mut clash = |field: &str, why: String| {
            wrong.push(Wrong { place: format!("{}.{field}", place(rule)), why });
        };
        let theirs = place(other);
        if rule.host == other.host {
            let host = &rule.host;
            clash("host", format!("is {host}, as that of {theirs} is: ?ns= must lead to one"));
        }
        if rule.hostname.is_some() && rule.hostname == other.hostname {
            clash("hostname", format!("is that of {theirs}, too"));
        }
        if rule.is_default && other.is_default {
            clash("default", format!("is true, as in {theirs}: one rule may answer for the root"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests;
