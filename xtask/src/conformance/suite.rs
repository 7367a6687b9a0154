//! The program and how it is called: by its environment alone.

use crate::project;
use anyhow::{Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repositories that the program pushes to.
pub(super) const REPOSITORIES: [&str; 2] = ["conformance/repo1", "conformance/repo2"];

/// How to get the program.
const HOW_TO_GET_IT: &str = "\
The program is not part of this repository. It is built from the main branch of the specification:
  git clone https://github.com/opencontainers/distribution-spec    (outside of this folder)
  cd distribution-spec/conformance && go build -o suite .
and then: make conformance SUITE=path/to/suite";

/// Everything that is optional, and off unless asked for; all else is on by default.
const OPTIONS: [(&str, &str); 9] = [
    ("OCI_VERSION", "1.1"),
    ("OCI_LOG", "error"),
    ("OCI_API_BLOBS_DIGEST_HEADER", "true"),
    ("OCI_API_BLOBS_MOUNT_ANONYMOUS", "true"),
    ("OCI_API_BLOBS_UPLOAD_CANCEL", "true"),
    ("OCI_API_MANIFESTS_DIGEST_HEADER", "true"),
    ("OCI_API_MANIFESTS_TAG_PARAM", "true"),
    ("OCI_DATA_SPARSE", "true"),
    ("OCI_DATA_SHA512", "true"),
];

/// The edge that is tried, and who pushes to it.
pub(super) struct Target {
    /// Host and port.
    pub(super) host: String,
    /// The operator's name.
    pub(super) user: String,
    /// The operator's password.
    pub(super) password: String,
}

impl Target {
    /// The value of `Authorization` for the edge's own API.
    pub(super) fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password)))
    }
}

/// The program's whole path, if there is one that can be run.
pub(super) fn find(wanted: &Path) -> Result<PathBuf> {
    ensure!(!wanted.as_os_str().is_empty(), "SUITE= does not say which program.\n{HOW_TO_GET_IT}");
    ensure!(wanted.exists(), "there is no {}.\n{HOW_TO_GET_IT}", wanted.display());
    let path = wanted.canonicalize()?;
    let found = path.metadata()?;
    let runs = found.is_file() && found.permissions().mode() & 0o111 != 0;
    ensure!(runs, "{} is no program that can be run.\n{HOW_TO_GET_IT}", wanted.display());
    Ok(path)
}

/// The call of the program. It reads a file of settings from where it runs, if there is one: its
/// folder is that of the report, which has none.
pub(super) fn command(program: &Path, target: &Target, report: &Path) -> Result<Command> {
    let mut command = project::program(program)?;
    command.current_dir(report);
    // Whatever the caller has set for other runs of the program is not meant for this one.
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"OCI_") {
            command.env_remove(name);
        }
    }
    command.envs(OPTIONS);
    command.env("OCI_REGISTRY", &target.host).env("OCI_TLS", "disabled");
    command.env("OCI_REPO1", REPOSITORIES[0]).env("OCI_REPO2", REPOSITORIES[1]);
    command.env("OCI_USERNAME", &target.user).env("OCI_PASSWORD", &target.password);
    command.env("OCI_RESULTS_DIR", report);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_program_is_refused_with_the_way_to_get_one() {
        for wanted in ["", "does/not/exist", "Cargo.toml", "/"] {
            let error = find(Path::new(wanted)).err().unwrap();
            assert!(format!("{error:#}").contains("go build"), "{wanted}: {error:#}");
        }
    }
}
