//! What everybody may pull.

use super::var;
use roadstead_shared::tier::Tiers;
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;
use worker::Env;

thread_local! {
    /// The tiers, read once: no setting changes while an isolate lives.
    static TIERS: RefCell<Option<Rc<Tiers>>> = const { RefCell::new(None) };
}

/// `TIERS`: what each tier gives, a table of `wrangler.toml` or a text. A part that is wrong is as
/// by default, and the log says so.
pub fn tiers(env: &Env) -> Rc<Tiers> {
    if let Some(tiers) = TIERS.with_borrow(Clone::clone) {
        return tiers;
    }
    let setting = var(env, "TIERS").map(Value::String).or_else(|| env.object_var("TIERS").ok());
    let (tiers, wrong) = Tiers::read(setting.as_ref());
    for wrong in wrong {
        let line = serde_json::json!({ "setting": wrong.place, "failure": wrong.to_string() });
        worker::console_error!("{line}");
    }
    let tiers = Rc::new(tiers);
    TIERS.set(Some(tiers.clone()));
    tiers
}
