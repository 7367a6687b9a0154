//! The local runtime: `wrangler dev` with both Workers, which runs `workerd`.

use super::{PAUSE, port};
use crate::process::{Group, Stop};
use crate::project;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use ureq::Agent;

/// Both Workers answer within seconds; a machine that compiles beside it takes longer.
const START_LIMIT: Duration = Duration::from_mins(2);
/// After which a wait says that it is one.
const SAY_SO: Duration = Duration::from_secs(5);
/// How much of the log is shown when it went wrong.
const LAST_LINES: usize = 25;

/// A runtime that was started.
pub(crate) struct Runtime {
    group: Group,
    log: PathBuf,
    port: u16,
}

impl Runtime {
    /// Starts it; it answers some time later.
    pub(crate) fn start(
        state: &Path,
        port: u16,
        settings: &Path,
        configs: &[&str],
    ) -> Result<Self> {
        let log = state.join("wrangler.log");
        let output = File::create(&log).with_context(|| format!("{}", log.display()))?;
        let mut wrangler = project::wrangler(&project::installed_wrangler(), state)?;
        wrangler.arg("dev");
        for config in configs {
            wrangler.args(["--config", config]);
        }
        wrangler.args(["--ip", "127.0.0.1", "--port", &port.to_string()]);
        // Without a debugger's port of its own, a second run would fail on the first one's.
        wrangler.args(["--inspector-port", &port::choose(0)?.to_string()]);
        wrangler.arg("--show-interactive-dev-session=false");
        wrangler.arg("--persist-to").arg(state).arg("--env-file").arg(settings);
        wrangler.stdout(output.try_clone()?).stderr(output);
        eprintln!("runtime: starting on port {port}, log in {}", log.display());
        Ok(Self { group: Group::start(&mut wrangler)?, log, port })
    }

    /// Waits until the registry asks for a token, which is its first answer to anyone.
    pub(crate) fn wait_until_it_answers(&mut self, stop: &Stop) -> Result<()> {
        let address = format!("http://127.0.0.1:{}/v2/", self.port);
        let agent: Agent = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(5)))
            .http_status_as_error(false)
            .build()
            .into();
        let began = Instant::now();
        let mut said = SAY_SO;
        let mut last = String::from("nothing yet");
        while began.elapsed() < START_LIMIT {
            self.check()?;
            if stop.asked() {
                bail!("asked to end");
            }
            match agent.get(&address).call() {
                Ok(answer) if answer.status() == 401 => return Ok(()),
                Ok(answer) => last = format!("status {}", answer.status()),
                Err(error) => last = error.to_string(),
            }
            if began.elapsed() > said {
                eprintln!("runtime: waiting for an answer since {} s ({last})", said.as_secs());
                said += SAY_SO;
            }
            std::thread::sleep(PAUSE);
        }
        bail!("{address} does not answer as a registry ({last})\n{}", self.last_lines());
    }

    /// An error when the runtime has ended by itself, with what it said last.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self.group.ended()? {
            None => Ok(()),
            Some(status) => bail!("wrangler ended by itself ({status})\n{}", self.last_lines()),
        }
    }

    /// Ends it with everything that it started.
    pub(crate) fn stop(&mut self) {
        self.group.stop();
    }

    fn last_lines(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let from = lines.len().saturating_sub(LAST_LINES);
        lines.get(from..).unwrap_or_default().join("\n")
    }
}
