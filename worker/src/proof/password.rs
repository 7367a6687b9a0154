//! Passwords at rest: Argon2id with the parameters that OWASP names first (19 MiB, two passes),
//! written as a PHC string.
//!
//! The memory is taken once and kept: Wasm's memory never shrinks, and what is taken and given back
//! again and again leaves holes in it.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::cell::RefCell;
use subtle::ConstantTimeEq;

/// KiB of memory.
const MEMORY: u32 = 19_456;
/// Passes over it.
const PASSES: u32 = 2;
/// The beginning of every hash with these parameters.
const HEAD: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
/// Bytes of salt.
pub const SALT_BYTES: usize = 16;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

thread_local! {
    static BLOCKS: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// The hash of a password, as it rests; `None` where there is no memory for it.
pub fn hash(password: &str, salt: &[u8; SALT_BYTES]) -> Option<String> {
    let hash = compute(password, salt)?;
    Some(format!("{HEAD}{}${}", STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash)))
}

/// Whether `password` is the one that rests as `stored`. Without one it takes the same time and is
/// not.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    let stored = stored.and_then(parse);
    let (salt, expected) = stored.as_ref().map_or((&[0; SALT_BYTES], None), |(s, h)| (s, Some(h)));
    let Some(found) = compute(password, salt) else { return false };
    expected.is_some_and(|expected| found.ct_eq(expected).into())
}

/// Salt and hash of a string that [`hash`] wrote.
fn parse(stored: &str) -> Option<([u8; SALT_BYTES], [u8; HASH_BYTES])> {
    let (salt, hash) = stored.strip_prefix(HEAD)?.split_once('$')?;
    let decode = |text: &str| STANDARD_NO_PAD.decode(text).ok();
    Some((decode(salt)?.try_into().ok()?, decode(hash)?.try_into().ok()?))
}

fn compute(password: &str, salt: &[u8; SALT_BYTES]) -> Option<[u8; HASH_BYTES]> {
    let params = Params::new(MEMORY, PASSES, 1, Some(HASH_BYTES)).ok()?;
    BLOCKS.with_borrow_mut(|blocks| {
        let count = params.block_count();
        blocks.try_reserve_exact(count.saturating_sub(blocks.len())).ok()?;
        blocks.resize(count, Block::new());
        let mut hash = [0; HASH_BYTES];
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let done = argon.hash_password_into_with_memory(
            password.as_bytes(),
            salt,
            &mut hash,
            blocks.as_mut_slice(),
        );
        done.ok().map(|()| hash)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_is_right() {
        let stored = hash("correct horse", &[1; SALT_BYTES]).unwrap();
        assert!(verify("correct horse", Some(&stored)));
        assert!(!verify("correct horsf", Some(&stored)));
        assert!(!verify("", Some(&stored)));
        assert!(!verify("correct horse", None));
        assert_ne!(hash("correct horse", &[2; SALT_BYTES]).unwrap(), stored);
    }

    #[test]
    fn what_is_no_hash_is_nobodys_password() {
        let stored = hash("correct horse", &[1; SALT_BYTES]).unwrap();
        for bad in ["", "correct horse", &stored[..stored.len() - 1], &stored.replace("t=2", "t=1")]
        {
            assert!(!verify("correct horse", Some(bad)), "{bad}");
        }
    }
}
