//! What the account has, asked and changed through wrangler.

use super::say;
use crate::project;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The account that wrangler is logged in to.
pub(super) struct Account {
    program: PathBuf,
    own: PathBuf,
}

impl Account {
    /// Through this program, which keeps what it must in `own`.
    pub(super) fn new(program: PathBuf, own: PathBuf) -> Self {
        Self { program, own }
    }

    /// Fails with what to do when nobody is logged in.
    pub(super) fn require_login(&self) -> Result<()> {
        say("looking who is logged in to Cloudflare");
        let output = self.wrangler(&["whoami", "--json"])?.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            bail!(
                "wrangler is not logged in: run `scripts/with.sh wrangler login`, or set \
                 CLOUDFLARE_API_TOKEN (and CLOUDFLARE_ACCOUNT_ID if it is for several accounts)"
            );
        }
        Ok(())
    }

    /// Creates the bucket unless it is there.
    pub(super) fn provide_bucket(&self, name: &str) -> Result<()> {
        let mut look = self.wrangler(&["r2", "bucket", "info", name, "--json"])?;
        let there = look.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success();
        if there {
            say(&format!("bucket {name}: there"));
            return Ok(());
        }
        say(&format!("bucket {name}: creating"));
        project::run(&mut self.wrangler(&["r2", "bucket", "create", name])?)
    }

    /// The database's id; creates it unless it is there.
    pub(super) fn provide_database(&self, name: &str) -> Result<String> {
        if let Some(id) = self.database(name)? {
            say(&format!("database {name}: there"));
            return Ok(id);
        }
        say(&format!("database {name}: creating"));
        project::run(&mut self.wrangler(&["d1", "create", name])?)?;
        self.database(name)?.with_context(|| format!("database {name} was not created"))
    }

    fn database(&self, name: &str) -> Result<Option<String>> {
        let databases = self.answer(&["d1", "list", "--json"])?;
        let databases = databases.as_array().context("wrangler's list of databases")?;
        let mut with_name =
            databases.iter().filter(|entry| entry.get("name").is_some_and(|found| found == name));
        let id = with_name.next().and_then(|entry| entry.get("uuid")?.as_str());
        Ok(id.map(str::to_owned))
    }

    /// Brings the database's schema up to date.
    pub(super) fn apply_migrations(&self, file: &Path) -> Result<()> {
        let mut apply = self.wrangler(&["d1", "migrations", "apply", "DB", "--remote"])?;
        project::run(apply.arg("--config").arg(file))
    }

    /// Deploys a Worker, or only checks that it could be.
    pub(super) fn deploy(&self, file: &Path, dry_run: bool) -> Result<()> {
        let mut deploy = self.wrangler(&["deploy", "--config"])?;
        deploy.arg(file);
        if dry_run {
            deploy.args(["--dry-run", "--outdir"]).arg(file.with_extension("bundle"));
        }
        project::run(&mut deploy)
    }

    /// The names of a Worker's secrets; an error when there is no such Worker.
    pub(super) fn secrets(&self, file: &Path) -> Result<Vec<String>> {
        let file = file.to_str().context("a path that is no text")?;
        let secrets = self.answer(&["secret", "list", "--format", "json", "--config", file])?;
        let secrets = secrets.as_array().context("wrangler's list of secrets")?;
        let names = secrets.iter().filter_map(|entry| entry.get("name")?.as_str());
        Ok(names.map(str::to_owned).collect())
    }

    /// Sets a secret. Its value goes through a pipe: a command line is seen by everyone.
    pub(super) fn put_secret(&self, file: &Path, name: &str, value: &str) -> Result<()> {
        let mut put = self.wrangler(&["secret", "put", name, "--config"])?;
        let mut child = put.arg(file).stdin(Stdio::piped()).spawn().context("wrangler")?;
        let mut input = child.stdin.take().context("wrangler's input")?;
        input.write_all(value.as_bytes())?;
        drop(input);
        if !child.wait()?.success() {
            bail!("the secret {name} could not be set");
        }
        Ok(())
    }

    /// What wrangler answers as JSON.
    fn answer(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.wrangler(arguments)?.output().context("wrangler")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`wrangler {}` failed: {}", arguments.join(" "), said.trim());
        }
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("the answer to `wrangler {}`", arguments.join(" ")))
    }

    fn wrangler(&self, arguments: &[&str]) -> Result<Command> {
        let mut wrangler = project::wrangler(&self.program, &self.own)?;
        wrangler.args(arguments);
        Ok(wrangler)
    }
}
