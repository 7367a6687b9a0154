//! A stack of a room's own: for claims that kill it, or sweep it bare.

use crate::stack::Stack;
use std::sync::OnceLock;

/// A stack that is started by the first claim that asks for it.
#[derive(Debug)]
pub struct OwnStack {
    name: &'static str,
    settings: Settings,
    stack: OnceLock<Result<Stack, String>>,
}

#[derive(Debug)]
enum Settings {
    Known(&'static str),
    Made(fn() -> String),
}

impl OwnStack {
    /// One whose state is in the folder `name` of this run.
    pub const fn new(name: &'static str) -> Self {
        Self::with(name, "")
    }

    /// The same with these lines among its settings.
    pub const fn with(name: &'static str, settings: &'static str) -> Self {
        Self { name, settings: Settings::Known(settings), stack: OnceLock::new() }
    }

    /// The same with lines that are made when it is started: what they name has a port by then.
    pub const fn made(name: &'static str, settings: fn() -> String) -> Self {
        Self { name, settings: Settings::Made(settings), stack: OnceLock::new() }
    }

    /// The stack, running.
    pub fn get(&self) -> &Stack {
        let started = self.stack.get_or_init(|| match self.settings {
            Settings::Known(lines) => Stack::own(self.name, lines),
            Settings::Made(make) => Stack::own(self.name, &make()),
        });
        started.as_ref().unwrap_or_else(|error| panic!("the edge did not start: {error}"))
    }

    /// Whether any claim has asked for it and got it.
    pub fn is_running(&self) -> bool {
        matches!(self.stack.get(), Some(Ok(_)))
    }

    /// Ends it, if any claim had asked for it.
    pub fn stop(&self) {
        if let Some(Ok(stack)) = self.stack.get() {
            stack.stop();
        }
    }
}
