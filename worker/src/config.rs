//! The settings. `wrangler.toml` has the variables with their defaults; secrets come from the
//! platform, or from the state folder under `make run`. A pull reads the one that it needs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roadstead_shared::secret::Secret;
use worker::Env;

/// What the operator decides.
#[derive(Debug)]
pub struct Config {
    /// `OPERATOR_NAME`: the account that may publish under any namespace. Default `operator`.
    pub operator_name: String,
    /// `OPERATOR_PASSWORD` (secret). Without one nobody can sign in as the operator.
    pub operator_password: Option<Secret>,
}

/// `TOKEN_KEY` (secret): the key that signs registry tokens; at least 32 bytes, base64.
pub struct TokenKey(Vec<u8>);

/// A setting that is missing or wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("TOKEN_KEY must be a secret of at least 32 random bytes, base64")]
pub struct Invalid;

/// The shortest key, in bytes: as long as the hash that it keys (RFC 7518, section 3.2).
const MIN_KEY_BYTES: usize = 32;

impl Config {
    /// Reads the settings of `env`.
    pub fn read(env: &Env) -> Self {
        let present = |text: &String| !text.is_empty();
        let name = var(env, "OPERATOR_NAME").filter(present);
        Self {
            operator_name: name.unwrap_or("operator".to_owned()),
            operator_password: var(env, "OPERATOR_PASSWORD").filter(present).map(Secret::new),
        }
    }
}

fn var(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string())
}

impl TokenKey {
    /// Reads the key of `env`.
    pub fn read(env: &Env) -> Result<Self, Invalid> {
        Self::parse(&var(env, "TOKEN_KEY").unwrap_or_default())
    }

    /// Reads a key from base64.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| Invalid)?;
        if bytes.len() < MIN_KEY_BYTES { Err(Invalid) } else { Ok(Self(bytes)) }
    }

    /// The key's bytes, for the one place that signs and verifies.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_or_malformed_key_is_refused() {
        assert!(TokenKey::parse(&STANDARD.encode([7; 32])).is_ok());
        for bad in [String::new(), "not base64!".to_owned(), STANDARD.encode([7; 31])] {
            assert_eq!(TokenKey::parse(&bad).err(), Some(Invalid), "{bad}");
        }
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", TokenKey(vec![1])), "TokenKey(…)");
    }
}
