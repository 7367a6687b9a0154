//! A real identity provider on this machine: `tests/provider`, by the package `oidc-provider`.

use crate::child::Child;
use crate::issuer::node;
use crate::scratch;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Loading its packages and making its keys takes a second or two.
const START: Duration = Duration::from_mins(1);

/// What a client of the provider shows there.
pub const SECRET: &str = "s p+a:c/e";

/// A provider that runs, or has run.
#[derive(Debug)]
pub struct Provider {
    url: String,
    child: Mutex<Option<Child>>,
}

/// What is not installed, if anything.
pub fn missing() -> Option<&'static str> {
    let is_there = scratch::checkout().join("tests/provider/node_modules/oidc-provider").is_dir();
    (!is_there).then_some("oidc-provider (scripts/clients.sh)")
}

impl Provider {
    /// Starts one on a free port.
    pub fn start() -> Result<Self, String> {
        let (url, child) = serve("0")?;
        Ok(Self { url, child: Mutex::new(Some(child)) })
    }

    /// Its address, which is what it is called.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it.
    pub fn stop(&self) {
        if let Some(child) = self.child.lock().unwrap_or_else(PoisonError::into_inner).take() {
            child.stop();
        }
    }

    /// Ends it and starts it again at the same address: it has other keys and knows nobody.
    pub fn restart(&self) -> Result<(), String> {
        self.stop();
        let port = self.url.rsplit(':').next().unwrap_or_default();
        let (_, child) = serve(port)?;
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        Ok(())
    }
}

fn serve(port: &str) -> Result<(String, Child), String> {
    let mut command = Command::new(node());
    command.arg(scratch::checkout().join("tests/provider/provider.mjs")).arg(port);
    let mut child = Child::start(&command, scratch::file(&format!("provider-{port}.log")))?;
    let ready = |log: &str| {
        let line = log.lines().find_map(|line| line.strip_prefix("ready "))?;
        log.contains(&format!("{line}\n")).then(|| line.to_owned())
    };
    match child.wait_for(START, ready) {
        Ok(url) => Ok((url, child)),
        Err(error) => {
            child.stop();
            Err(error)
        }
    }
}
