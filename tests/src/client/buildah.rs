//! buildah with a store of its own: it pushes compressed anew, as podman does, with code of its own
//! around the same library.

use super::program::{Outcome, run};
use crate::scratch;
use crate::stack::{self, stack};
use std::fs;
use std::process::Command;

/// What has to be installed.
pub const PROGRAMS: &[&str] = &["buildah"];

/// A store of buildah's.
#[derive(Clone, Debug)]
pub struct Store(String);

impl Store {
    /// An empty store called `name`.
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Pulls anonymously; the digests that buildah then has for the image.
    pub fn pull(&self, image: &str) -> String {
        let reference = reference(image);
        let mut command = self.buildah();
        let _ =
            run(command.args(["pull", "--quiet", "--tls-verify=false", &reference])).must_succeed();
        let mut command = self.buildah();
        run(command.args(["images", "--digests", "--format", "{{.Digest}}", &reference]))
            .must_succeed()
    }

    /// Pulls a reference that names its registry, as the operator or as nobody; it may fail.
    pub fn try_pull(&self, reference: &str, as_operator: bool) -> Outcome {
        let mut command = self.buildah();
        // It tries again after a refusal, too, and waits half a minute each time.
        command.args(["pull", "--quiet", "--tls-verify=false", "--retry", "0"]);
        if as_operator {
            command.arg("--creds").arg(format!("{}:{}", stack::OPERATOR, stack::PASSWORD));
        }
        run(command.arg(reference))
    }

    /// Publishes what was pulled as `image` under another name; the operator does, or nobody.
    pub fn push(&self, image: &str, to: &str, as_operator: bool) -> Outcome {
        let mut command = self.buildah();
        command.args(["push", "--quiet", "--tls-verify=false"]);
        if as_operator {
            command.arg("--creds").arg(format!("{}:{}", stack::OPERATOR, stack::PASSWORD));
        }
        run(command.arg(reference(image)).arg(format!("docker://{}", reference(to))))
    }

    fn buildah(&self) -> Command {
        let folder = scratch::folder(&format!("buildah/{}", self.0));
        let mut command = Command::new("buildah");
        command.arg("--root").arg(folder.join("root")).arg("--runroot").arg(folder.join("run"));
        command.args(["--storage-driver", "vfs"]);
        // Nobody's credentials, whoever runs the tests.
        let credentials = folder.join("auth.json");
        fs::write(&credentials, "{}").unwrap_or_else(|error| panic!("{error}"));
        command.env("REGISTRY_AUTH_FILE", credentials);
        command
    }
}

fn reference(image: &str) -> String {
    format!("{}/{image}", stack().host())
}
