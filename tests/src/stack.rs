//! The stack under test: the edge and the site in the real runtime, started once for a whole run,
//! on a port and a state of its own, with the demo images published into it.

use crate::child::Child;
use crate::upstream::upstream;
use crate::{descendants, scratch, token};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// Building both Workers from nothing is part of the first start.
const START: Duration = Duration::from_mins(20);
/// What the runtime's processes are called, and those that started it.
const RUNTIME: [&str; 2] = ["node", "workerd"];

/// The operator's name, as `wrangler.toml` has it.
pub const OPERATOR: &str = "operator";
/// The operator's password in this run. It says itself that it opens nothing else.
pub const PASSWORD: &str = "only-for-tests";

/// What the registry is called that the stack of all claims has a rule about.
pub const ELSEWHERE: &str = "elsewhere.example";

/// The rules of the stack of all claims.
pub fn upstreams() -> serde_json::Value {
    let url = format!("http://{}", upstream().host());
    serde_json::json!({ "elsewhere": { "url": url, "host": ELSEWHERE, "allow_private": true } })
}

/// What the edge's entry says when it has lost its module to a panic.
const SHIM_SAYS: [&str; 2] = ["starting the module anew", "no answer from the module"];
/// What else says that a Worker has come down or will never answer: the panic hook's words, and
/// the runtime's.
const RUNTIME_SAYS: [&str; 3] = ["panicked at", "RuntimeError", "had hung"];

static STACK: OnceLock<Result<Stack, String>> = OnceLock::new();

/// A running edge with its site.
#[derive(Debug)]
pub struct Stack {
    host: String,
    key: Vec<u8>,
    state: PathBuf,
    settings: PathBuf,
    child: Mutex<Option<Child>>,
}

/// The stack of this run; started by the first claim that asks.
pub fn stack() -> &'static Stack {
    let started =
        STACK.get_or_init(|| Stack::start("state", &format!("UPSTREAMS={}\n", upstreams()), true));
    started.as_ref().unwrap_or_else(|error| panic!("the edge did not start: {error}"))
}

/// Ends the stack, if any claim had asked for it.
pub fn stop() {
    if let Some(Ok(stack)) = STACK.get() {
        stack.stop();
    }
}

/// Whether any claim has asked for the stack and got it.
pub fn is_running() -> bool {
    matches!(STACK.get(), Some(Ok(_)))
}

impl Stack {
    /// A stack of a claim's own, without the demo images: its state in the folder `name` of this
    /// run, and these lines among its settings. Whoever asked for it ends it.
    pub fn own(name: &str, settings: &str) -> Result<Self, String> {
        Self::start(name, settings, false)
    }

    fn start(name: &str, settings: &str, with_demo: bool) -> Result<Self, String> {
        let key = token::fresh_key()?;
        let file = scratch::file(&format!("{name}.env"));
        let lines = format!(
            "OPERATOR_NAME={OPERATOR}\nOPERATOR_PASSWORD={PASSWORD}\nTOKEN_KEY={}\n\
             IMPORT_FROM=docker.io,http://{}\n{settings}",
            STANDARD.encode(&key),
            upstream().host()
        );
        fs::write(&file, lines).map_err(|error| error.to_string())?;
        let (state, child) = (scratch::folder(name), Mutex::new(None));
        let mut stack = Self { host: String::new(), key, state, settings: file, child };
        stack.host = stack.serve("0", with_demo)?;
        Ok(stack)
    }

    /// Starts the programs; host and port when they answer.
    fn serve(&self, port: &str, with_demo: bool) -> Result<String, String> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        command.args(["run", "--quiet", "--package", "xtask", "--", "run", "--port", port]);
        command.arg("--state").arg(&self.state).arg("--env-file").arg(&self.settings);
        if !with_demo {
            command.arg("--no-demo");
        }
        command.current_dir(scratch::checkout());
        let mut child = Child::start(&command, self.state.with_extension("log"))?;
        let host = child.wait_for(START, ready);
        match host {
            Ok(_) => *self.child() = Some(child),
            Err(_) => child.stop(),
        }
        host
    }

    /// Ends it.
    pub fn stop(&self) {
        if let Some(child) = self.child().take() {
            child.stop();
        }
    }

    /// Ends what is left of it and starts it again, on the same state and port.
    pub fn restart(&self) -> Result<(), String> {
        self.stop();
        let port = self.host.rsplit(':').next().unwrap_or_default();
        self.serve(port, false).map(drop)
    }

    /// Says other settings from the next start on: lines of `NAME=value`, each in place of that of
    /// its name.
    pub fn set(&self, lines: &[(&str, &str)]) {
        let text = fs::read_to_string(&self.settings)
            .unwrap_or_else(|error| panic!("{}: {error}", self.settings.display()));
        let is_other = |line: &&str| {
            let name = line.split('=').next().unwrap_or_default();
            lines.iter().all(|(other, _)| *other != name)
        };
        let kept = text.lines().filter(is_other).map(str::to_owned);
        let new = lines.iter().map(|(name, value)| format!("{name}={value}"));
        let text = kept.chain(new).collect::<Vec<_>>().join("\n");
        fs::write(&self.settings, text + "\n")
            .unwrap_or_else(|error| panic!("{}: {error}", self.settings.display()));
    }

    /// Kills the runtime, which is told nothing before and writes nothing after, and what had
    /// started it, which would start another on the same state. A restart is due.
    pub fn crash(&self) {
        let id = self.child().as_ref().and_then(Child::id);
        let killed = id.map_or(0, |id| descendants::kill(id, &RUNTIME));
        assert!(killed >= RUNTIME.len(), "the runtime is not there to be killed");
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder of all that it keeps.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Host and port, as in an image's reference.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The address of a page or of an end-point.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// The key that this edge signs its tokens with.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// Everything that the runtime, the edge and the site have logged so far.
    pub fn log(&self) -> String {
        let file = self.state.join("wrangler.log");
        let bytes = fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The lines of the log which say that a Worker's Wasm came down.
    pub fn collapses(&self) -> Vec<String> {
        lines_with(&self.log(), &[SHIM_SAYS.as_slice(), &RUNTIME_SAYS].concat())
    }

    /// The lines of the log about requests that were answered with a failure of the edge's own.
    pub fn failures(&self) -> Vec<String> {
        lines_with(&self.log(), &["\"status\":5"])
    }
}

fn lines_with(log: &str, words: &[&str]) -> Vec<String> {
    let found = |line: &&str| words.iter().any(|word| line.contains(word));
    log.lines().filter(found).map(str::to_owned).collect()
}

/// Host and port from the line `ready http://…`.
fn ready(log: &str) -> Option<String> {
    let (whole, _) = log.rsplit_once('\n')?;
    let line = whole.lines().find_map(|line| line.trim().strip_prefix("ready http://"))?;
    Some(line.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_found_in_a_log() {
        let log = "GET /v2/ 200 OK\nstarting the module anew after a panic\nRuntimeError: x\n";
        assert_eq!(lines_with(log, &[SHIM_SAYS.as_slice(), &RUNTIME_SAYS].concat()).len(), 2);
    }

    #[test]
    fn the_words_looked_for_are_those_of_the_entry() {
        let shim = fs::read_to_string(scratch::checkout().join("xtask/src/build/shim.mjs"));
        let shim = shim.unwrap();
        assert!(SHIM_SAYS.iter().all(|word| shim.contains(word)));
    }

    #[test]
    fn only_a_whole_line_says_where_it_serves() {
        assert_eq!(ready("x\nready http://127.0.0.1:80"), None);
        assert_eq!(ready("x\nready http://127.0.0.1:80\n").as_deref(), Some("127.0.0.1:80"));
    }
}
