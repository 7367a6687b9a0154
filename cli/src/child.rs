//! Programs that are asked for something and run to their end, or to the end of the time.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// How often a wait looks again.
const PAUSE: Duration = Duration::from_millis(20);
/// The most that is read of what a program says, on each of its two outputs, in bytes.
const MAX_SAID: u64 = 64 * 1024;

/// What came of a program.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// The beginning of its standard output.
    pub(crate) said: String,
    /// The beginning of its standard error.
    pub(crate) complained: String,
}

/// Runs `command` with `input` on its standard input; kills it after `limit`.
pub(crate) fn run(command: &mut Command, input: &[u8], limit: Duration) -> io::Result<Outcome> {
    // Files, not pipes: neither side ever waits for the other to read. They have no names.
    let (mut given, said, complained) =
        (tempfile::tempfile()?, tempfile::tempfile()?, tempfile::tempfile()?);
    given.write_all(input)?;
    given.rewind()?;
    command.stdin(given).stdout(said.try_clone()?).stderr(complained.try_clone()?);
    let mut child = command.spawn()?;
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if began.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(PAUSE);
    };
    Ok(Outcome { status, said: text(said)?, complained: text(complained)? })
}

fn text(mut file: File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(MAX_SAID).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, input: &[u8], limit: Duration) -> io::Result<Outcome> {
        run(Command::new("sh").args(["-c", script]), input, limit)
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let ended = shell("exec sleep 30", b"", Duration::from_millis(100));
        assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn what_a_program_says_and_complains_about_is_kept_and_bounded() {
        let outcome = shell("cat; echo no >&2; exit 3", b"given", Duration::from_mins(1)).unwrap();
        assert_eq!(outcome.status.code(), Some(3));
        assert_eq!((outcome.said.as_str(), outcome.complained.trim()), ("given", "no"));
        let long = shell("head -c 1000000 /dev/zero", b"", Duration::from_mins(1)).unwrap();
        assert_eq!(long.said.len(), 65_536);
    }
}
