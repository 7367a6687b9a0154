//! How often somebody may try: to sign in, to make an account, to have a letter sent.

use crate::store::attempts::Counted;
use roadstead_shared::account::attempts::Limit;
use sha2::{Digest, Sha256};

const MINUTE_MS: u64 = 60 * 1000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
/// No limit of its own.
const ANY: u32 = u32::MAX;

/// Passwords for one name: from one address, and from all of them.
const NAME: Limit = Limit { each: 10, all: 100, window_ms: 15 * MINUTE_MS };
/// Passwords from one address, for whatever name.
const ADDRESS: Limit = Limit { each: ANY, all: 100, window_ms: 15 * MINUTE_MS };
/// New accounts from one address.
const SIGN_UP: Limit = Limit { each: ANY, all: 100, window_ms: HOUR_MS };
/// Letters to one account.
const LETTER: Limit = Limit { each: ANY, all: 3, window_ms: HOUR_MS };
/// Letters that one address asks for.
const LETTERS: Limit = Limit { each: ANY, all: 20, window_ms: HOUR_MS };

/// Tokens of jobs from one address that lead to nothing. Many jobs come from one address.
const TRADE: Limit = Limit { each: ANY, all: 300, window_ms: 15 * MINUTE_MS };

/// Where a token of a job from `address` is counted.
pub(super) fn trade(address: &str) -> Vec<Counted> {
    vec![counted("trade", address, None, TRADE)]
}

/// What a password is shown for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// For anything: who shows a wrong one is refused.
    Any,
    /// For pulls alone, which go on without it: dockerd shows its mirrors the password of Docker Hub,
    /// which is wrong here, and must not keep out who signs in from the same address.
    Pull,
}

/// Where a password for `name` from `address` is counted: by the address first, so that one that has
/// tried too often cannot use up what the name has.
pub(super) fn password(name: &str, address: &str, purpose: Purpose) -> Vec<Counted> {
    let kind = match purpose {
        Purpose::Any => "address",
        Purpose::Pull => "pull",
    };
    vec![counted(kind, address, None, ADDRESS), counted("name", name, Some(address), NAME)]
}

/// Where a new account from `address` is counted.
pub(super) fn sign_up(address: &str) -> Vec<Counted> {
    vec![counted("sign-up", address, None, SIGN_UP)]
}

/// Where a letter to `name`, asked for from `address`, is counted.
pub(super) fn letter(name: &str, address: &str) -> Vec<Counted> {
    vec![counted("letters", address, None, LETTERS), counted("letter", name, None, LETTER)]
}

/// `key` may be anything that somebody sends: its hash is of one length, and says nothing.
fn counted(kind: &str, key: &str, who: Option<&str>, limit: Limit) -> Counted {
    let hash = crate::proof::hex(&Sha256::digest(key.as_bytes()));
    Counted { object: format!("{kind}/{hash}"), who: who.map(str::to_owned), limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_asked_before_the_name_and_apart_for_pulls() {
        let kinds = |counts: &[Counted]| {
            let kind = |it: &Counted| it.object.split('/').next().unwrap_or_default().to_owned();
            counts.iter().map(kind).collect::<Vec<String>>()
        };
        assert_eq!(kinds(&password("a", "192.0.2.1", Purpose::Any)), ["address", "name"]);
        assert_eq!(kinds(&password("a", "192.0.2.1", Purpose::Pull)), ["pull", "name"]);
        assert_eq!(kinds(&letter("a", "192.0.2.1")), ["letters", "letter"]);
    }
}
