//! Which namespaces are this registry's, for the rule that answers for the root: it answers for no
//! name in one of these.

use super::Error;
use crate::clock;
use crate::store::Store;
use roadstead_shared::oci::Name;
use std::cell::RefCell;
use std::collections::HashMap;

/// How long an isolate remembers that nothing is published in a namespace, in ms.
const REMEMBERED_MS: u64 = 30_000;
/// How many namespaces it remembers. Who asks chooses the names.
const MOST: usize = 1_000;

thread_local! {
    /// Whether anything is published in a namespace, and when that was looked up, ms UTC.
    static LOOKED_UP: RefCell<HashMap<String, (bool, u64)>> = RefCell::default();
}

/// Whether anything is published in the namespace of `name`.
pub async fn is_ours(store: &Store, name: &Name) -> Result<bool, Error> {
    let (namespace, now_ms) = (name.namespace(), clock::now_ms());
    if let Some(known) = remembered(namespace, now_ms) {
        return Ok(known);
    }
    let is_ours = store.has_repositories(namespace).await?;
    LOOKED_UP.with_borrow_mut(|all| {
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(namespace.to_owned(), (is_ours, now_ms));
    });
    Ok(is_ours)
}

fn remembered(namespace: &str, now_ms: u64) -> Option<bool> {
    LOOKED_UP.with_borrow(|all| {
        let (is_ours, at_ms) = all.get(namespace)?;
        (now_ms.saturating_sub(*at_ms) < REMEMBERED_MS).then_some(*is_ours)
    })
}
