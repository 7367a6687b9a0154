//! Calls cargo for wasm32 and learns from its messages where the module is.

use super::Profile;
use crate::project;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Stdio;

/// The one target of everything that is deployed.
const TARGET: &str = "wasm32-unknown-unknown";

/// One crate, compiled in one way.
pub(super) struct Crate<'a> {
    /// Its package.
    pub(super) package: &'a str,
    /// Its only feature, where it has several faces.
    pub(super) feature: Option<&'a str>,
    /// What the crate reads by `option_env!`.
    pub(super) environment: &'a [(&'static str, String)],
}

/// Compiles it and returns the module's path.
pub(super) fn compile(wanted: &Crate<'_>, profile: Profile) -> Result<PathBuf> {
    let mut cargo = project::program("cargo")?;
    cargo.args(["build", "--lib", "--target", TARGET, "--profile", profile.cargo()]);
    cargo.args(["--package", wanted.package, "--message-format", "json-render-diagnostics"]);
    if let Some(feature) = wanted.feature {
        cargo.args(["--no-default-features", "--features", feature]);
    }
    cargo.envs(wanted.environment.iter().map(|(name, value)| (name, value)));
    let output = cargo
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo: Rust is not installed, see https://rustup.rs")?;
    if !output.status.success() {
        bail!("{} does not compile for {TARGET}", wanted.package);
    }
    module(&output.stdout).with_context(|| {
        format!("cargo made no module of {}: is its crate-type cdylib?", wanted.package)
    })
}

/// The last module that cargo says it made: dependencies come before what depends on them.
fn module(messages: &[u8]) -> Option<PathBuf> {
    let messages = String::from_utf8_lossy(messages);
    let lines = messages.lines().rev();
    lines.filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let made = message.get("reason")? == "compiler-artifact";
        let files = message.get("filenames").filter(|_| made)?.as_array()?;
        let mut paths = files.iter().filter_map(|file| file.as_str().map(PathBuf::from));
        paths.find(|file| file.extension().is_some_and(|ending| ending == "wasm"))
    })
}

#[cfg(test)]
mod tests {
    use super::module;

    #[test]
    fn the_module_is_read_from_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","filenames":["/t/libserde.rlib"]}"#,
            "\nnot a message\n",
            r#"{"reason":"compiler-artifact","filenames":["/t/edge.wasm","/t/libedge.rlib"]}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(module(messages.as_bytes()).unwrap().to_str(), Some("/t/edge.wasm"));
        assert_eq!(module(b""), None);
    }
}
