//! Secrets that nobody has to think of.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fs::File;
use std::io::Read;

/// The operator's password.
pub(crate) const OPERATOR_PASSWORD: &str = "OPERATOR_PASSWORD";
/// The key that signs the registry's tokens.
const TOKEN_KEY: &str = "TOKEN_KEY";

/// Every secret of the edge that can be made by chance alone.
pub(crate) const GENERATED: [&str; 2] = [OPERATOR_PASSWORD, TOKEN_KEY];

/// A new one, in the form that its reader expects.
pub(crate) fn generate(name: &str) -> Result<String> {
    if name == TOKEN_KEY {
        return Ok(STANDARD.encode(random::<32>()?));
    }
    Ok(URL_SAFE_NO_PAD.encode(random::<18>()?))
}

/// Bytes from the kernel.
fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    let mut source = File::open("/dev/urandom").context("random bytes")?;
    source.read_exact(&mut bytes).context("random bytes")?;
    Ok(bytes)
}
