//! Images in the store of docker or podman on this machine, handed out by the program itself.

use super::error::Error;
use crate::child;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How long an engine may take to write an image out.
const PATIENCE: Duration = Duration::from_hours(1);
/// How long an engine may take to say whether it has an image.
const SHORT_PATIENCE: Duration = Duration::from_mins(1);
/// How much of what an engine complains about is shown, in characters.
const MAX_SHOWN: usize = 2_000;

/// A program that has images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// `docker`.
    Docker,
    /// `podman`.
    Podman,
}

impl Engine {
    /// In the order in which they are asked.
    pub(crate) const ALL: [Self; 2] = [Self::Docker, Self::Podman];

    /// The program's name.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
        }
    }

    /// Whether it is installed, answers, and has `image`.
    pub(crate) fn has(self, image: &str) -> bool {
        let mut command = Command::new(self.program());
        command.args(["image", "inspect", "--format", "{{.Id}}", "--", image]);
        child::run(&mut command, b"", SHORT_PATIENCE).is_ok_and(|it| it.status.success())
    }

    /// Writes `image` to `file`, in the form that keeps most of it.
    pub(crate) fn save(self, image: &str, file: &Path) -> Result<(), Error> {
        let mut command = Command::new(self.program());
        command.arg("save");
        if self == Self::Podman {
            command.args(["--quiet", "--format", "oci-archive"]);
        }
        command.arg("--output").arg(file).args(["--", image]);
        let failed =
            |why: String| Error::Engine { program: self.program(), image: image.to_owned(), why };
        match child::run(&mut command, b"", PATIENCE) {
            Ok(outcome) if outcome.status.success() => Ok(()),
            Ok(outcome) => {
                let said: String = outcome.complained.trim().chars().take(MAX_SHOWN).collect();
                Err(failed(format!("{}: {said}", outcome.status)))
            }
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program())
    }
}
