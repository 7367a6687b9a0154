//! Programs that run beside the claims: started, watched through their log, ended by process id.
//!
//! Each is asked to end when the tests end in any way. A panic or an ordinary end stops them by
//! `stop`; where the tests themselves are killed the kernel sends them SIGTERM
//! (`setpriv --pdeathsig`, from util-linux). That signal is bound to the *thread* that started the
//! program, so that all are started by one thread that lives as long as the tests.

use crate::deadline::Deadline;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a program may take to end itself and what it started.
const GRACE: Duration = Duration::from_secs(20);

type Job = Box<dyn FnOnce() + Send>;

static STARTER: LazyLock<Mutex<Sender<Job>>> = LazyLock::new(|| {
    let (sender, jobs) = channel::<Job>();
    thread::spawn(move || jobs.into_iter().for_each(|job| job()));
    Mutex::new(sender)
});

/// A program that runs beside the claims.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    log: PathBuf,
}

impl Child {
    /// Starts `command` with its output in `log`.
    pub fn start(command: &Command, log: PathBuf) -> Result<Self, String> {
        let mut command = bound_to_us(command);
        let file = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let copy = file.try_clone().map_err(|error| error.to_string())?;
        command.stdin(Stdio::null()).stdout(file).stderr(copy).process_group(0);
        let (sender, answer) = channel();
        let job: Job = Box::new(move || {
            let started = command.spawn().map_err(|error| format!("{command:?}: {error}"));
            // Nobody listens only when the tests are over.
            let _ = sender.send(started);
        });
        let starter = STARTER.lock().unwrap_or_else(PoisonError::into_inner).clone();
        starter.send(job).map_err(|error| error.to_string())?;
        let process = answer.recv().map_err(|error| error.to_string())??;
        Ok(Self { process, log })
    }

    /// Waits until `ready` finds in the log what it looks for. An early end of the program or of
    /// the time is an error that shows the end of the log.
    pub fn wait_for<T>(
        &mut self,
        within: Duration,
        mut ready: impl FnMut(&str) -> Option<T>,
    ) -> Result<T, String> {
        let mut ended = None;
        let found = Deadline::after(within).wait(|| {
            // Asked before the log is read: what a program says last is still found.
            ended = self.process.try_wait().ok().flatten();
            let found = ready(&read(&self.log));
            if found.is_none() && ended.is_some() { Some(None) } else { found.map(Some) }
        });
        found.flatten().ok_or_else(|| {
            let why = ended.map_or_else(
                || format!("did not get ready in {} s", within.as_secs()),
                |status| format!("ended early ({status})"),
            );
            format!("{why}; the end of its log:\n{}", tail(&read(&self.log)))
        })
    }

    /// The process id; `None` for one that no system gives.
    pub fn id(&self) -> Option<i32> {
        i32::try_from(self.process.id()).ok()
    }

    /// Asks the program to end, and kills it and what it started when it does not.
    pub fn stop(mut self) {
        let Some(raw) = self.id() else { return };
        let Some(pid) = Pid::from_raw(raw) else { return };
        // It may have ended by itself; then there is nobody to signal.
        let _ = kill_process(pid, Signal::TERM);
        let ended = Deadline::after(GRACE).wait(|| self.process.try_wait().ok().flatten());
        let _ = kill_process_group(pid, Signal::KILL);
        if ended.is_none() {
            let _ = self.process.wait();
        }
    }
}

/// A program that the first claim that needs it starts, for all of them.
#[derive(Debug)]
pub struct Daemon(OnceLock<Result<Mutex<Option<Child>>, String>>);

impl Daemon {
    /// One that nobody has needed yet.
    #[expect(clippy::new_without_default, reason = "only ever a static")]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Sees to it that it runs: `start` starts it, and it is ready when its log has `words`.
    pub fn need(
        &self,
        start: impl FnOnce() -> Result<Child, String>,
        within: Duration,
        words: &str,
    ) -> &Self {
        let started = self.0.get_or_init(|| {
            let mut child = start()?;
            match child.wait_for(within, |log| log.contains(words).then_some(())) {
                Ok(()) => Ok(Mutex::new(Some(child))),
                Err(error) => {
                    child.stop();
                    Err(error)
                }
            }
        });
        assert!(started.is_ok(), "a daemon did not start: {started:?}");
        self
    }

    /// Ends it, if any claim had asked for it.
    pub fn stop(&self) {
        if let Some(Ok(daemon)) = self.0.get()
            && let Some(child) = daemon.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            child.stop();
        }
    }
}

/// The same command, ended by the kernel when we are gone.
fn bound_to_us(command: &Command) -> Command {
    let mut bound = if find("setpriv").is_some() {
        let mut bound = Command::new("setpriv");
        bound.args(["--pdeathsig", "TERM", "--"]).arg(command.get_program());
        bound
    } else {
        Command::new(command.get_program())
    };
    bound.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bound.env(name, value),
            None => bound.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        bound.current_dir(folder);
    }
    bound
}

/// Where `program` is installed. Daemons lie in `sbin`, which an ordinary user's PATH lacks.
pub fn find(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.iter().map(|folder| folder.join(program.as_ref())).find(|file| file.is_file())
}

fn read(log: &Path) -> String {
    fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}
