//! What the registry was shown and may be shown again, by repository: in memory only, for it is a
//! secret, and had again for one request.

use crate::durable::wire::Shown;
use roadstead_shared::oci::Name;
use std::collections::{HashMap, VecDeque};

/// How many are kept.
const MAX: usize = 512;

/// How long before its end one is no longer shown, in ms: it must be good when it arrives.
const MARGIN_MS: u64 = 10_000;

/// What was shown.
#[derive(Default)]
pub(super) struct Shelf {
    by_name: HashMap<Name, Shown>,
    /// The oldest first.
    order: VecDeque<Name>,
}

impl Shelf {
    /// What may be shown for `name` now.
    pub(super) fn get(&mut self, name: &Name, now_ms: u64) -> Option<Shown> {
        let is_over = |until_ms: u64| until_ms <= now_ms.saturating_add(MARGIN_MS);
        if self.by_name.get(name)?.until_ms.is_some_and(is_over) {
            self.forget(name);
        }
        self.by_name.get(name).cloned()
    }

    /// Remembers what was shown for `name`.
    pub(super) fn put(&mut self, name: &Name, shown: Shown) {
        self.forget(name);
        if self.order.len() >= MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_name.remove(&oldest);
        }
        self.order.push_back(name.clone());
        self.by_name.insert(name.clone(), shown);
    }

    /// Forgets what was shown for `name`: it was refused.
    pub(super) fn forget(&mut self, name: &Name) {
        if self.by_name.remove(name).is_some() {
            self.order.retain(|other| other != name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(until_ms: Option<u64>) -> Shown {
        Shown { header: "Bearer x".to_owned(), until_ms }
    }

    #[test]
    fn what_is_over_is_not_shown() {
        let name: Name = "library/alpine".parse().unwrap();
        let mut shelf = Shelf::default();
        shelf.put(&name, shown(Some(100_000)));
        assert!(shelf.get(&name, 89_999).is_some());
        assert!(shelf.get(&name, 90_000).is_none());
        assert!(shelf.get(&name, 0).is_none());
        shelf.put(&name, shown(None));
        assert!(shelf.get(&name, u64::MAX).is_some());
    }

    #[test]
    fn the_number_is_bounded_and_the_oldest_goes() {
        let name = |number: usize| format!("library/n{number}").parse::<Name>().unwrap();
        let mut shelf = Shelf::default();
        (0..MAX + 10).for_each(|number| shelf.put(&name(number), shown(None)));
        assert_eq!((shelf.by_name.len(), shelf.order.len()), (MAX, MAX));
        assert!(shelf.get(&name(9), 0).is_none());
        assert!(shelf.get(&name(10), 0).is_some());
    }
}
