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

/// Where a password for `name` from `address` is counted.
pub(super) fn password(name: &str, address: &str) -> Vec<Counted> {
    vec![counted("name", name, Some(address), NAME), counted("address", address, None, ADDRESS)]
}

/// Where a new account from `address` is counted.
pub(super) fn sign_up(address: &str) -> Vec<Counted> {
    vec![counted("sign-up", address, None, SIGN_UP)]
}

/// Where a letter to `name`, asked for from `address`, is counted.
pub(super) fn letter(name: &str, address: &str) -> Vec<Counted> {
    vec![counted("letter", name, None, LETTER), counted("letters", address, None, LETTERS)]
}

/// `key` may be anything that somebody sends: its hash is of one length, and says nothing.
fn counted(kind: &str, key: &str, who: Option<&str>, limit: Limit) -> Counted {
    let hash = crate::proof::hex(&Sha256::digest(key.as_bytes()));
    Counted { object: format!("{kind}/{hash}"), who: who.map(str::to_owned), limit }
}
