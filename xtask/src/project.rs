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
    for (name, value) in machine_settings()? {
        if std::env::var_os(&name).is_none() {
            command.env(name, value);
        }
    }
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
