//! The local database's schema, brought up to date only when it changed.

use crate::build::stamp::Stamp;
use crate::process::{self, Stop};
use crate::project;
use anyhow::{Context, Result};
use std::fs::File;
use std::path::Path;
use std::time::Duration;

/// A local database takes two seconds; a slow machine may take more.
const LIMIT: Duration = Duration::from_mins(2);

/// Applies what is missing. wrangler takes seconds to find that nothing is, so a stamp says it.
pub(crate) fn apply(state: &Path, stop: &Stop) -> Result<()> {
    let done = state.join("migrations.done");
    let mut stamp = Stamp::default();
    stamp.folder("migrations")?;
    let stamp = stamp.finish();
    if std::fs::read_to_string(&done).is_ok_and(|found| found == stamp) {
        return Ok(());
    }
    eprintln!("database: applying migrations");
    let log = state.join("migrations.log");
    let output = File::create(&log)?;
    let mut wrangler = project::wrangler(&project::installed_wrangler(), state)?;
    wrangler.args(["d1", "migrations", "apply", "DB", "--local", "--config", "wrangler.toml"]);
    wrangler.arg("--persist-to").arg(state).stdout(output.try_clone()?).stderr(output);
    process::run(&mut wrangler, stop, LIMIT)
        .with_context(|| format!("migrations, see {}", log.display()))?;
    std::fs::write(&done, stamp).context("migrations.done")
}
