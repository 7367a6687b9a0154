//! Where things are in the project, and how its programs are called.
//!
//! Every path that another module uses begins here, and so does every child process: the npm
//! programs are found under `node_modules/.bin`, and what set-up learned about this machine
//! (`.tools/env`) reaches each of them.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().unwrap_or(crate_folder)
}

/// `path` inside the project.
pub(crate) fn path(path: &str) -> PathBuf {
    root().join(path)
}

/// A program that is called in the project's folder, with the project's own tools first on `PATH`.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command.env("PATH", search_path()?);
    command.envs(machine_settings()?);
    Ok(command)
}

/// Runs a program to its end; it says itself what it is doing.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start `{name}`"))?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

/// `PATH` with the folders that set-up fills in front.
fn search_path() -> Result<std::ffi::OsString> {
    let own = [path("node_modules/.bin"), path(".tools/bin")];
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = own.into_iter().chain(std::env::split_paths(&inherited));
    std::env::join_paths(folders).context("a folder on PATH has a `:` in its name")
}

/// The lines `NAME=value` that set-up left for later calls, such as the toolchain to use.
fn machine_settings() -> Result<Vec<(String, String)>> {
    let file = path(".tools/env");
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
    Ok(text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// Every file in a folder and below, sorted; none if the folder is missing. What programs hide
/// (`.wrangler`, `.git`) is not looked at.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if entry.file_type()?.is_dir() {
                folders.extend((!hidden).then(|| entry.path()));
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The wrangler that npm installed.
pub(crate) fn installed_wrangler() -> PathBuf {
    path("node_modules/.bin/wrangler")
}

/// A wrangler, as it must be called wherever there may be no network and nobody at the keyboard.
/// What it keeps besides the state goes into the folder `own`.
pub(crate) fn wrangler(file: &Path, own: &Path) -> Result<Command> {
    if !file.exists() {
        bail!("wrangler is not installed: `make setup` does it");
    }
    let mut wrangler = program(file)?;
    wrangler.env("WRANGLER_SEND_METRICS", "false").env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
    // Where runtimes on one machine find each other's Workers: two runs must not.
    wrangler.env("WRANGLER_REGISTRY_PATH", own.join("registry"));
    wrangler.env("WRANGLER_LOG_PATH", own.join("wrangler-logs"));
    Ok(wrangler)
}
