//! The secrets of a state folder: made once, and kept in it.

use super::settings::{Settings, write_private};
use crate::secret::{GENERATED, OPERATOR_PASSWORD, generate};
use anyhow::Result;
use std::path::Path;

/// Reads the state's secrets, and makes those that neither it nor the settings given have.
pub(super) fn load_or_generate(state: &Path, given: &Settings) -> Result<Settings> {
    let file = state.join("secrets.env");
    let mut secrets = if file.exists() { Settings::read(&file)? } else { Settings::default() };
    let mut made = false;
    for name in GENERATED {
        if secrets.get(name).is_some() || given.get(name).is_some() {
            if name == OPERATOR_PASSWORD && given.get(name).is_none() {
                let account = given.get("OPERATOR_NAME").unwrap_or("operator");
                println!("operator {account}, password in {}", file.display());
            }
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
