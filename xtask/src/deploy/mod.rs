//! From this machine to the operator's Cloudflare account, by wrangler alone.
//!
//! Every step looks first and changes only what is missing, so that a deployment which stopped
//! half-way is completed by the next one. What only an account knows (the database's id) goes into
//! configurations under `build/deploy/`; the ones in the repository stay as they are.

mod account;
mod configuration;
mod secrets;
#[cfg(test)]
mod tests;

use crate::project;
use account::Account;
use anyhow::{Result, bail};
use clap::Args;
use configuration::{Configuration, LOCAL_DATABASE};
use std::path::{Path, PathBuf};

/// How far to go.
#[derive(Args)]
pub(crate) struct Options {
    /// Bundle and check both Workers without talking to Cloudflare.
    #[arg(long)]
    dry_run: bool,
}

/// `xtask deploy`.
pub(crate) fn command(options: &Options) -> Result<()> {
    let folder = project::path("build/deploy");
    std::fs::create_dir_all(&folder)?;
    let account = Account::new(project::installed_wrangler(), folder.clone());
    if options.dry_run { check(&account, &folder) } else { deploy(&account, &folder) }
}

/// The whole way.
fn deploy(account: &Account, folder: &Path) -> Result<()> {
    account.require_login()?;
    let edge = Configuration::read("wrangler.toml")?;
    let site = Configuration::read("web/wrangler.toml")?;
    account.provide_bucket(edge.bucket()?)?;
    let database = account.provide_database(edge.database()?)?;
    let edge_file = edge.resolved(&database)?.write(folder, "edge")?;
    let site_file = site.resolved(&database)?.write(folder, "site")?;
    say("database: applying migrations");
    account.apply_migrations(&edge_file)?;
    // The edge binds to the site, so the site must be there before it.
    say("site: deploying");
    account.deploy(&site_file, false)?;
    deploy_edge(account, &edge_file)?;
    say("done");
    Ok(())
}

/// The edge, with the secrets that it must have.
///
/// A Worker that was never deployed has no secrets to list, and nobody calls it yet: its secrets
/// follow. One that serves already gets what a new version needs beforehand.
fn deploy_edge(account: &Account, file: &Path) -> Result<()> {
    let known = account.secrets(file).ok();
    if let Some(known) = &known {
        secrets::provide(account, file, known)?;
    }
    say("edge: deploying");
    account.deploy(file, false)?;
    if known.is_none() {
        secrets::provide(account, file, &account.secrets(file)?)?;
    }
    Ok(())
}

/// Both bundles as they would be sent.
fn check(account: &Account, folder: &Path) -> Result<()> {
    for (name, source) in [("site", "web/wrangler.toml"), ("edge", "wrangler.toml")] {
        if !project::path("build").join(name).join("shim.mjs").exists() {
            bail!("the {name} is not built: `make build` does it");
        }
        say(&format!("{name}: checking what would be deployed"));
        let file: PathBuf =
            Configuration::read(source)?.resolved(LOCAL_DATABASE)?.write(folder, name)?;
        account.deploy(&file, true)?;
    }
    Ok(())
}

fn say(text: &str) {
    eprintln!("deploy: {text}");
}
