//! The secrets of the edge: made by chance where the account has none, never replaced.

use super::account::Account;
use super::say;
use crate::secret::{self, GENERATED, OPERATOR_PASSWORD};
use anyhow::Result;
use std::path::Path;

/// Sets those that are not among the known ones.
pub(super) fn provide(account: &Account, file: &Path, known: &[String]) -> Result<()> {
    for name in GENERATED {
        if known.iter().any(|there| there == name) {
            say(&format!("secret {name}: there"));
            continue;
        }
        say(&format!("secret {name}: setting a new one"));
        let value = secret::generate(name)?;
        account.put_secret(file, name, &value)?;
        if name == OPERATOR_PASSWORD {
            println!("the operator's password, shown this once: {value}");
        }
    }
    Ok(())
}
