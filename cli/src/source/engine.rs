//! Images in the store of docker or podman on this machine, handed out by the program itself.

use super::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long an engine may take to write an image out.
const PATIENCE: Duration = Duration::from_hours(1);
/// How long an engine may take to say whether it has an image.
const SHORT_PATIENCE: Duration = Duration::from_mins(1);
/// How often a wait looks again.
const PAUSE: Duration = Duration::from_millis(50);
/// How much of what an engine complains about is kept, in bytes.
const MAX_COMPLAINT: u64 = 4_096;

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
        run(&mut command, SHORT_PATIENCE).is_ok_and(|(status, _)| status.success())
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
        match run(&mut command, PATIENCE) {
            Ok((status, _)) if status.success() => Ok(()),
            Ok((status, said)) => Err(failed(format!("{status}: {}", said.trim()))),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program())
    }
}

/// Runs a program to its end, or to the end of the time; how it ended and what it complained about.
fn run(command: &mut Command, limit: Duration) -> std::io::Result<(ExitStatus, String)> {
    let mut complaint: File = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(complaint.try_clone()?);
    let mut child = command.spawn()?;
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if began.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(PAUSE);
    };
    let mut said = Vec::new();
    complaint.rewind()?;
    complaint.take(MAX_COMPLAINT).read_to_end(&mut said)?;
    Ok((status, String::from_utf8_lossy(&said).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let limit = Duration::from_millis(100);
        let ended = run(Command::new("sleep").arg("30"), limit);
        assert_eq!(ended.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    }

    #[test]
    fn what_a_program_complains_about_is_kept() {
        let (status, said) =
            run(Command::new("sh").args(["-c", "echo no such thing >&2; exit 3"]), PATIENCE)
                .unwrap();
        assert_eq!((status.code(), said.trim()), (Some(3), "no such thing"));
    }
}
