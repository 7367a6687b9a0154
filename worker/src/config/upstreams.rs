//! Which other registries are answered for, and how.

use super::{structured, var};
use roadstead_shared::import::Credentials;
use roadstead_shared::upstream::{Rule, Rules};
use std::cell::RefCell;
use std::rc::Rc;
use worker::Env;

thread_local! {
    /// The rules, read once: no setting changes while an isolate lives.
    static RULES: RefCell<Option<Rc<Rules>>> = const { RefCell::new(None) };
}

/// `UPSTREAMS`: the rules, a table of `wrangler.toml` or a text. A rule with a fault is none, and the
/// log says so.
pub fn rules(env: &Env) -> Rc<Rules> {
    if let Some(rules) = RULES.with_borrow(Clone::clone) {
        return rules;
    }
    let (rules, wrong) = Rules::read(structured(env, "UPSTREAMS").as_ref());
    for wrong in wrong {
        let line = serde_json::json!({ "setting": wrong.place, "failure": wrong.to_string() });
        worker::console_error!("{line}");
    }
    let rules = Rc::new(rules);
    RULES.set(Some(rules.clone()));
    rules
}

/// What the registry of `rule` is shown: the account of the rule with its secret. `None` where the
/// rule has none, or the secret is not there.
pub fn credentials(env: &Env, rule: &Rule) -> Option<Credentials> {
    let (username, secret) = (rule.username.as_ref()?, rule.password_secret.as_ref()?);
    let password = var(env, secret).filter(|password| !password.is_empty())?;
    Some(Credentials { username: username.clone(), password })
}
