//! The settings about people.

use super::{Config, var};
use roadstead_shared::upstream::Rules;
use std::rc::Rc;
use worker::Env;

/// Who may have an account.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// `SIGN_UP`: `open` (the default) or `closed`. What is neither counts as closed: that keeps
    /// out who should not come in.
    pub is_open: bool,
    /// `OPERATOR_NAME`: nobody else's.
    pub operator_name: String,
    /// `UPSTREAMS`: which names are other registries'.
    pub rules: Rc<Rules>,
}

impl SignUp {
    /// Reads the settings of `env`.
    pub fn read(env: &Env) -> Self {
        let word = var(env, "SIGN_UP").unwrap_or_default();
        let operator_name = Config::read(env).operator_name;
        Self { is_open: is_open(&word), operator_name, rules: super::rules(env) }
    }

    /// Whether who signs up gets a namespace. Not where a rule answers for the root: a name that
    /// somebody chose would be taken for one of its registry's.
    pub fn gives_namespaces(&self) -> bool {
        !self.rules.take_root()
    }
}

fn is_open(word: &str) -> bool {
    matches!(word.trim(), "" | "open")
}

/// How letters are sent.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `MAIL_FROM`: whom they come from.
    pub from: String,
}

impl Mail {
    /// The binding that sends them.
    pub const BINDING: &str = "MAIL";

    /// Reads the settings of `env`; `None` where no letters can be sent.
    pub fn read(env: &Env) -> Option<Self> {
        let is_bound = js_sys::Reflect::has(env.as_ref(), &Self::BINDING.into()).unwrap_or(false);
        let from = var(env, "MAIL_FROM").filter(|from| !from.trim().is_empty());
        from.filter(|_| is_bound).map(|from| Self { from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_word_opens() {
        assert!(is_open("") && is_open(" open "));
        assert!(!is_open("closed") && !is_open("Open?") && !is_open("no"));
    }
}
