//! Secrets that nobody has to think of: made once for a state folder, and kept in it.

use super::settings::{Settings, write_private};
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The operator's password.
pub(crate) const OPERATOR_PASSWORD: &str = "OPERATOR_PASSWORD";
/// The key that signs the registry's tokens.
pub(crate) const TOKEN_KEY: &str = "TOKEN_KEY";

/// Every secret that can be made by chance alone.
pub(crate) const GENERATED: [&str; 2] = [OPERATOR_PASSWORD, TOKEN_KEY];

/// Reads the state's secrets, and makes those that neither it nor the settings given have.
pub(super) fn load_or_generate(state: &Path, given: &Settings) -> Result<Settings> {
    let file = state.join("secrets.env");
    let mut secrets = if file.exists() { Settings::read(&file)? } else { Settings::default() };
    let mut made = false;
    for name in GENERATED {
        if secrets.get(name).is_some() || given.get(name).is_some() {
            continue;
        }
        let secret = generate(name)?;
        if name == OPERATOR_PASSWORD {
            let account = given.get("OPERATOR_NAME").unwrap_or("operator");
            println!("operator {account}, password {secret} (kept in {})", file.display());
        }
        secrets.set(name, secret);
        made = true;
    }
    if made {
        let lines = GENERATED.map(|name| secrets.get(name).map(|it| format!("{name}={it}\n")));
        write_private(&file, &lines.into_iter().flatten().collect::<String>())?;
    }
    Ok(secrets)
}

/// A new secret in the form that its reader expects.
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
