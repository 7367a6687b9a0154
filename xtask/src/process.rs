//! Child processes that are sure to end, and the wish to end.

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often a wait looks again.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a group may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether somebody asked this program to end.
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens for Ctrl-C, SIGTERM and a closed terminal from now on.
    pub(crate) fn on_signals() -> Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&asked)).context("signals")?;
        }
        Ok(Self(asked))
    }

    /// Whether it was asked.
    pub(crate) fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A child with everything that it starts itself, as one process group.
///
/// A group of its own keeps a terminal's Ctrl-C from reaching the children at the same time as
/// this program: they end when it says so, in its order.
pub(crate) struct Group {
    child: Child,
    pid: Pid,
}

impl Group {
    /// Starts a program as the first of a group.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.process_group(0).spawn();
        let child = child.with_context(|| format!("cannot start `{name}`"))?;
        let pid = Pid::from_child(&child);
        Ok(Self { child, pid })
    }

    /// How the first of the group ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("waiting for a child process")
    }

    /// Asks the whole group to end, and makes it end when it does not.
    pub(crate) fn stop(&mut self) {
        // The group outlives its first process; that it is gone altogether is an error we want.
        let _ = kill_process_group(self.pid, Signal::TERM);
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let _ = self.child.try_wait();
            if rustix::process::test_kill_process_group(self.pid).is_err() {
                return;
            }
            std::thread::sleep(PAUSE);
        }
        let _ = kill_process_group(self.pid, Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if rustix::process::test_kill_process_group(self.pid).is_ok() {
            self.stop();
        }
    }
}

/// Runs a program to its end, unless this one is asked to end or the time is over.
pub(crate) fn run(command: &mut Command, stop: &Stop, limit: Duration) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let began = Instant::now();
    let mut group = Group::start(command)?;
    while began.elapsed() < limit {
        if let Some(status) = group.ended()? {
            if status.success() {
                return Ok(());
            }
            bail!("`{name}` failed ({status})");
        }
        if stop.asked() {
            bail!("asked to end");
        }
        std::thread::sleep(PAUSE);
    }
    bail!("`{name}` took longer than {} s", limit.as_secs());
}
