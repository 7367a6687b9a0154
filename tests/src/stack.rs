//! The stack under test: the edge and the site in the real runtime, started once for a whole run,
//! on a port and a state of its own, with the demo images published into it.

use crate::child::Child;
use crate::{scratch, token};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs;
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Building both Workers from nothing is part of the first start.
const START: Duration = Duration::from_mins(20);

/// The operator's name, as `wrangler.toml` has it.
pub const OPERATOR: &str = "operator";
/// The operator's password in this run. It says itself that it opens nothing else.
pub const PASSWORD: &str = "only-for-tests";

/// What in a log says that the Wasm of a Worker has come down.
const COLLAPSE: [&str; 4] = ["Reinitializing", "RuntimeError", "panicked at", "unreachable"];

static STACK: OnceLock<Result<Stack, String>> = OnceLock::new();

/// A running edge with its site.
#[derive(Debug)]
pub struct Stack {
    host: String,
    key: Vec<u8>,
    child: Mutex<Option<Child>>,
}

/// The stack of this run; started by the first claim that asks.
pub fn stack() -> &'static Stack {
    let started = STACK.get_or_init(Stack::start);
    started.as_ref().unwrap_or_else(|error| panic!("the edge did not start: {error}"))
}

/// Ends the stack, if any claim had asked for it.
pub fn stop() {
    if let Some(Ok(stack)) = STACK.get() {
        let child = stack.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(child) = child {
            child.stop();
        }
    }
}

/// Whether any claim has asked for the stack and got it.
pub fn is_running() -> bool {
    matches!(STACK.get(), Some(Ok(_)))
}

impl Stack {
    fn start() -> Result<Self, String> {
        let key = token::fresh_key()?;
        let settings = scratch::file("settings.env");
        let lines = format!(
            "OPERATOR_NAME={OPERATOR}\nOPERATOR_PASSWORD={PASSWORD}\nTOKEN_KEY={}\n",
            STANDARD.encode(&key)
        );
        fs::write(&settings, lines).map_err(|error| error.to_string())?;
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        command.args(["run", "--quiet", "--package", "xtask", "--", "run", "--port", "0"]);
        command.arg("--state").arg(scratch::folder("state"));
        command.arg("--env-file").arg(&settings);
        command.current_dir(scratch::checkout());
        let mut child = Child::start(&command, scratch::file("edge.log"))?;
        match child.wait_for(START, ready) {
            Ok(host) => Ok(Self { host, key, child: Mutex::new(Some(child)) }),
            Err(error) => {
                child.stop();
                Err(error)
            }
        }
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
        let file = scratch::folder("state").join("wrangler.log");
        let bytes = fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The lines of the log which say that a Worker's Wasm came down.
    pub fn collapses(&self) -> Vec<String> {
        let log = self.log();
        let bad = |line: &&str| COLLAPSE.iter().any(|word| line.contains(word));
        log.lines().filter(bad).map(str::to_owned).collect()
    }
}

/// Host and port from the line `ready http://…`.
fn ready(log: &str) -> Option<String> {
    let (whole, _) = log.rsplit_once('\n')?;
    let line = whole.lines().find_map(|line| line.trim().strip_prefix("ready http://"))?;
    Some(line.trim_end_matches('/').to_owned())
}
