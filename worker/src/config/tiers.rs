//! What everybody may pull.

use super::structured;
use roadstead_shared::tier::Tiers;
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
    let (tiers, wrong) = Tiers::read(structured(env, "TIERS").as_ref());
    for wrong in wrong {
        let line = serde_json::json!({ "setting": wrong.place, "failure": wrong.to_string() });
        worker::console_error!("{line}");
    }
    let tiers = Rc::new(tiers);
    TIERS.set(Some(tiers.clone()));
    tiers
}
