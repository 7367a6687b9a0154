//! What was found out about a name and a password lately, so that a CI that signs in with them for
//! every job does not have them hashed for every token, and a daemon that sends another registry's
//! password everywhere is not counted as one who guesses. What is remembered is a hash with a key of
//! the isolate, for the address that they came from: from elsewhere they are looked at anew.

use crate::config::mac;
use crate::random;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

/// How long, in ms: five minutes.
const KEPT_MS: u64 = 5 * 60 * 1000;
/// How many at most.
const MOST: usize = 2_000;

#[derive(Clone, Copy)]
struct Entry {
    /// Name and address, without the password.
    who: [u8; 32],
    is_right: bool,
    until_ms: u64,
}

/// What is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    who: [u8; 32],
    all: [u8; 32],
}

thread_local! {
    static SECRET: OnceCell<[u8; 32]> = const { OnceCell::new() };
    static ENTRIES: RefCell<HashMap<[u8; 32], Entry>> = RefCell::default();
}

impl Key {
    /// That of this name, password and address. With another epoch or another stored password it is
    /// another one: what was remembered before a change is worth nothing after it.
    pub(super) fn new(name: &str, address: &str, stored: &str, password: &str) -> Self {
        let secret = SECRET.with(|secret| *secret.get_or_init(random::bytes));
        Self::with(&secret, name, address, stored, password)
    }

    fn with(secret: &[u8; 32], name: &str, address: &str, stored: &str, password: &str) -> Self {
        let who = mac(secret, format!("{name}\0{address}").as_bytes());
        // Of fixed length each, so that no part can pass for another.
        let parts = [who, mac(secret, stored.as_bytes()), mac(secret, password.as_bytes())];
        Self { who, all: mac(secret, &parts.concat()) }
    }

    /// Whether the password was right or wrong lately.
    pub(super) fn look(self, now_ms: u64) -> Option<bool> {
        let entry = ENTRIES.with_borrow(|entries| entries.get(&self.all).copied());
        entry.filter(|entry| entry.until_ms > now_ms).map(|entry| entry.is_right)
    }

    /// Remembers it. A wrong one ends what was remembered as right: whoever guesses beside somebody
    /// who has the password learns nothing from what is remembered.
    pub(super) fn note(self, is_right: bool, now_ms: u64) {
        if !is_right {
            self.forget();
        }
        ENTRIES.with_borrow_mut(|entries| {
            if entries.len() >= MOST {
                entries.retain(|_, entry| entry.until_ms > now_ms);
            }
            if entries.len() >= MOST {
                entries.clear();
            }
            let until_ms = now_ms.saturating_add(KEPT_MS);
            entries.insert(self.all, Entry { who: self.who, is_right, until_ms });
        });
    }

    /// Forgets what was right for this name from this address.
    pub(super) fn forget(self) {
        ENTRIES.with_borrow_mut(|entries| {
            entries.retain(|_, entry| entry.who != self.who || !entry.is_right);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, address: &str, stored: &str, password: &str) -> Key {
        Key::with(&[7; 32], name, address, stored, password)
    }

    #[test]
    fn only_the_very_same_is_remembered_and_not_for_long() {
        let right = key("a", "1", "s", "p");
        right.note(true, 0);
        assert_eq!(right.look(KEPT_MS - 1), Some(true));
        assert_eq!(right.look(KEPT_MS), None);
        for other in [
            key("b", "1", "s", "p"),
            key("a", "2", "s", "p"),
            key("a", "1", "t", "p"),
            key("a", "1", "s", "q"),
            key("a", "1", "sp", ""),
        ] {
            assert_eq!(other.look(1), None);
        }
    }

    #[test]
    fn a_wrong_one_ends_what_was_right_from_there() {
        let (right, elsewhere) = (key("c", "1", "s", "p"), key("c", "2", "s", "p"));
        right.note(true, 0);
        elsewhere.note(true, 0);
        key("c", "1", "s", "wrong").note(false, 0);
        assert_eq!(right.look(1), None);
        assert_eq!(elsewhere.look(1), Some(true));
        assert_eq!(key("c", "1", "s", "wrong").look(1), Some(false));
    }

    #[test]
    fn the_list_has_an_end() {
        for number in 0..3 * MOST {
            key(&number.to_string(), "1", "s", "p").note(true, 0);
        }
        assert!(ENTRIES.with_borrow(HashMap::len) <= MOST);
    }
}
