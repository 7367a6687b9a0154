//! A program that is run to its end: with an end to the wait, and its output kept.

use crate::deadline::Deadline;
use crate::scratch;
use std::fs::{self, File};
use std::io;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Enough for an image of some hundred megabytes on a busy machine of two cores.
const PATIENCE: Duration = Duration::from_mins(5);

/// What came of a program.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The command, for messages.
    pub command: String,
    /// Whether it ended, and with status 0.
    pub success: bool,
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
}

impl Outcome {
    /// The standard output of a program that must have succeeded.
    pub fn must_succeed(self) -> String {
        assert!(self.success, "{self}");
        self.stdout
    }

    /// The standard error of a program that must have failed.
    pub fn must_fail(self) -> String {
        assert!(!self.success, "{self}");
        self.stderr
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ended = if self.success { "succeeded" } else { "failed" };
        write!(f, "{}\n{ended}\n{}\n{}", self.command, self.stdout, self.stderr)
    }
}

/// Runs a command with `input` on its standard input.
pub fn run_with(command: &mut Command, input: &[u8]) -> Outcome {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = scratch::folder("programs");
    let [stdin, stdout, stderr] =
        ["in", "out", "err"].map(|end| folder.join(format!("{count}.{end}")));
    let mut attempt = || -> io::Result<bool> {
        fs::write(&stdin, input)?;
        command.stdin(File::open(&stdin)?).stdout(File::create(&stdout)?);
        let mut child = command.stderr(Stdio::from(File::create(&stderr)?)).spawn()?;
        if let Some(status) = Deadline::after(PATIENCE).wait(|| child.try_wait().transpose()) {
            return Ok(status?.success());
        }
        child.kill()?;
        child.wait()?;
        Ok(false)
    };
    let success = attempt().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let read = |path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    let (stdout, stderr) = (read(&stdout), read(&stderr));
    Outcome { command: format!("{command:?}"), success, stdout, stderr }
}

/// Runs a command without input.
pub fn run(command: &mut Command) -> Outcome {
    run_with(command, b"")
}
