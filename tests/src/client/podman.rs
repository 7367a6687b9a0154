//! podman with a store of its own, so that nothing is there before it was pulled.

use super::program::{Outcome, run};
use crate::scratch;
use crate::stack::{self, stack};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What has to be installed.
pub const PROGRAMS: &[&str] = &["podman"];

/// A store of podman's. Each claim has its own: podman locks a store for as long as it works.
#[derive(Clone, Debug)]
pub struct Store(String);

impl Store {
    /// An empty store called `name`.
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Pulls anonymously; the digest that podman then has for the image.
    pub fn pull(&self, image: &str) -> String {
        let reference = format!("{}/{image}", stack().host());
        let mut command = self.podman();
        command.args(["pull", "--quiet", "--tls-verify=false", &reference]);
        let _ = run(&mut command).must_succeed();
        self.digest(&reference)
    }

    /// Pulls a reference that names its registry, as the operator or as nobody; it may fail.
    pub fn try_pull(&self, reference: &str, as_operator: bool) -> Outcome {
        let mut command = self.podman();
        command.args(["pull", "--quiet", "--tls-verify=false"]);
        if as_operator {
            command.arg("--creds").arg(format!("{}:{}", stack::OPERATOR, stack::PASSWORD));
        }
        run(command.arg(reference))
    }

    /// Pulls a reference by way of the mirrors that the file `registries` names; the digest that
    /// podman then has for the image.
    pub fn pull_by(&self, registries: &Path, reference: &str) -> String {
        let mut command = self.podman();
        command.env("CONTAINERS_REGISTRIES_CONF", registries);
        let _ = run(command.args(["pull", "--quiet", reference])).must_succeed();
        self.digest(reference)
    }

    /// Publishes what was pulled as `image` under another name; the digest that was pushed.
    pub fn push(&self, image: &str, to: &str, as_operator: bool) -> Outcome {
        let host = stack().host();
        let mut command = self.podman();
        command.args(["push", "--quiet", "--tls-verify=false"]);
        if as_operator {
            command.arg("--creds").arg(format!("{}:{}", stack::OPERATOR, stack::PASSWORD));
        }
        command.arg(format!("{host}/{image}")).arg(format!("{host}/{to}"));
        run(&mut command)
    }

    /// A file that makes any podman use this store, as `CONTAINERS_STORAGE_CONF` has it.
    pub fn configuration(&self) -> PathBuf {
        let folder = scratch::folder(&format!("podman/{}", self.0));
        let (root, run) = (folder.join("root"), folder.join("run"));
        let (root, run) = (root.display(), run.display());
        let text =
            format!("[storage]\ndriver = \"vfs\"\ngraphroot = \"{root}\"\nrunroot = \"{run}\"\n");
        let file = folder.join("storage.conf");
        fs::write(&file, text).unwrap_or_else(|error| panic!("{error}"));
        file
    }

    fn digest(&self, reference: &str) -> String {
        let mut command = self.podman();
        command.args(["image", "inspect", "--format", "{{join .RepoDigests \"\\n\"}}", reference]);
        run(&mut command).must_succeed()
    }

    /// The program, which is then told what to do, on any stack.
    pub fn podman(&self) -> Command {
        let folder = scratch::folder(&format!("podman/{}", self.0));
        let mut command = Command::new("podman");
        command.arg("--root").arg(folder.join("root")).arg("--runroot").arg(folder.join("run"));
        command.args(["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"]);
        // Nobody's credentials, whoever runs the tests.
        let credentials = folder.join("auth.json");
        fs::write(&credentials, "{}").unwrap_or_else(|error| panic!("{error}"));
        command.env("REGISTRY_AUTH_FILE", credentials);
        command
    }
}
