//! What the account is called that is made for somebody: what they are called elsewhere, as far as
//! that can be a name here and is free.

use crate::account::AccountName;
use crate::account::name::{MAX_LEN, MIN_LEN};

/// What somebody is called of whom nothing is known.
const NOBODY: &str = "user";

/// Bytes that are left for a number behind the name.
const ROOM: usize = 8;

/// How often another name is tried at most.
pub const TRIES: u32 = 20;

/// The name to try as the `attempt`th one, counted from 0. `chance` is any number, which the later
/// ones end with: the first few are what people would choose themselves. `None`: not that one.
pub fn candidate(called: Option<&str>, attempt: u32, chance: u32) -> Option<AccountName> {
    let base = base(called.unwrap_or_default());
    let name = match attempt {
        0 => base,
        1..10 => format!("{base}-{}", attempt + 1),
        _ => format!("{base}-{}", chance % 1_000_000),
    };
    name.parse().ok().filter(|name: &AccountName| !name.is_reserved())
}

/// The letters and digits of a name, and one dash for whatever stands between them.
fn base(called: &str) -> String {
    // Some are called by their address.
    let called = called.split('@').next().unwrap_or_default();
    let mut name = String::new();
    for c in called.chars() {
        if name.len() >= MAX_LEN - ROOM {
            break;
        }
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => name.push(c),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_end_matches('-');
    if name.len() < MIN_LEN { NOBODY.to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(called: &str, attempt: u32) -> Option<String> {
        candidate(Some(called), attempt, 4_294_967_295).map(|name| name.as_str().to_owned())
    }

    #[test]
    fn a_name_from_elsewhere_becomes_one_of_ours() {
        for (called, expected) in [
            ("alice", "alice"),
            ("Alice", "alice"),
            ("alice.b_c", "alice-b-c"),
            ("--a--b--", "a-b"),
            ("alice@example.org", "alice"),
            ("Ålice", "lice"),
            ("", "user"),
            ("a", "user"),
            ("é", "user"),
            (&"x".repeat(60), &"x".repeat(31)),
        ] {
            assert_eq!(name(called, 0).as_deref(), Some(expected), "{called}");
        }
    }

    #[test]
    fn another_is_tried_where_one_is_taken_or_kept_back() {
        assert_eq!(name("alice", 1).as_deref(), Some("alice-2"));
        assert_eq!(name("alice", 9).as_deref(), Some("alice-10"));
        assert_eq!(name("alice", 10).as_deref(), Some("alice-967295"));
        assert_eq!(name("admin", 0), None);
        assert_eq!(name("admin", 1).as_deref(), Some("admin-2"));
        let longest = name(&"x".repeat(60), 10).unwrap();
        assert!(longest.len() <= MAX_LEN, "{longest}");
        assert_eq!(candidate(None, 0, 0).unwrap().as_str(), "user");
    }
}
