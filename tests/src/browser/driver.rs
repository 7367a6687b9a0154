//! chromedriver: started once, asked for one browser a page.

use crate::child::{Child, find};
use crate::client::http::Request;
use crate::deadline::Deadline;
use crate::scratch;
use serde_json::{Value, json};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// What has to be installed.
pub const PROGRAMS: &[&str] = &["chromedriver", "chromium"];

const START: Duration = Duration::from_mins(1);

/// How long a page may take until it has what is looked for.
const PATIENCE: Duration = Duration::from_secs(20);

static DRIVER: OnceLock<Result<Driver, String>> = OnceLock::new();

struct Driver {
    host: String,
    child: Mutex<Option<Child>>,
}

fn start() -> Result<Driver, String> {
    let mut command = Command::new("chromedriver");
    // A profile a browser, below the folder of this run.
    command.args(["--port=0"]).env("TMPDIR", scratch::folder("browser"));
    let mut child = Child::start(&command, scratch::file("browser.log"))?;
    let port = |log: &str| {
        let (_, rest) = log.split_once("started successfully on port ")?;
        rest.split_once('.').map(|(port, _)| port.to_owned())
    };
    match child.wait_for(START, port) {
        Ok(port) => {
            Ok(Driver { host: format!("127.0.0.1:{port}"), child: Mutex::new(Some(child)) })
        }
        Err(error) => {
            child.stop();
            Err(error)
        }
    }
}

/// Ends chromedriver and with it every browser, if any claim had asked for one.
pub fn stop() {
    if let Some(Ok(driver)) = DRIVER.get()
        && let Some(child) = driver.child.lock().unwrap_or_else(PoisonError::into_inner).take()
    {
        child.stop();
    }
}

/// One browser with one window.
#[derive(Debug)]
pub(super) struct Session(String);

impl Session {
    /// Starts a browser with an empty profile.
    pub(super) fn start(with_javascript: bool) -> Self {
        let binary = find("chromium").unwrap_or_default();
        // 1 is "allow" and 2 is "block" in Chromium's settings.
        let javascript = if with_javascript { 1 } else { 2 };
        let options = json!({
            "binary": binary,
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update",
                "--disable-dev-shm-usage", "--disable-sync", "--window-size=1280,900",
            ],
            "prefs": { "profile.managed_default_content_settings.javascript": javascript },
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" },
        }}});
        let made = command("POST", "/session", &wanted);
        let id = made.get("sessionId").and_then(Value::as_str);
        Self(id.unwrap_or_else(|| panic!("no session: {made}")).to_owned())
    }

    /// Runs a command of this session.
    pub(super) fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        command(method, &format!("/session/{}{path}", self.0), body)
    }

    /// Runs a command of this session that may be refused.
    pub(super) fn attempt(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        attempt(method, &format!("/session/{}{path}", self.0), body)
    }

    /// Presses an element, as soon as somebody could.
    pub(super) fn press(&self, element: &str) {
        let path = format!("/session/{}/element/{element}/click", self.0);
        let press = || attempt("POST", &path, &json!({})).ok();
        let pressed = Deadline::after(PATIENCE).wait(press);
        assert!(pressed.is_some(), "an element can be seen and not be pressed, or not be seen");
    }

    /// Runs a command of the `DevTools` protocol.
    pub(super) fn devtools(&self, name: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": name, "params": parameters });
        self.command("POST", "/goog/cdp/execute", &body)
    }

    /// The first element that a CSS selector finds, as soon as there is one.
    pub(super) fn element(&self, selector: &str) -> String {
        let body = json!({ "using": "css selector", "value": selector });
        let find = || {
            let found = self.command("POST", "/elements", &body);
            let first = found.as_array()?.first()?.as_object()?.values().next()?;
            first.as_str().map(str::to_owned)
        };
        let found = Deadline::after(PATIENCE).wait(find);
        found.unwrap_or_else(|| panic!("the page has no {selector}"))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Ends the browser; a claim that has failed still ends its own.
        let path = format!("/session/{}", self.0);
        if let Some(Ok(driver)) = DRIVER.get() {
            let _ = Request::new("DELETE", path).try_send_to(&driver.host);
        }
    }
}

fn command(method: &str, path: &str, body: &Value) -> Value {
    attempt(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

fn attempt(method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let driver = DRIVER.get_or_init(start).as_ref();
    let driver = driver.unwrap_or_else(|error| panic!("chromedriver did not start: {error}"));
    let request = Request::new(method, path).header("Content-Type", "application/json");
    let request = if method == "GET" { request } else { request.body(body.to_string()) };
    let answer = request.send_to(&driver.host);
    let value = answer.json().get("value").cloned().unwrap_or_default();
    if answer.status == 200 {
        Ok(value)
    } else {
        Err(format!("{}: {}", value["error"], value["message"]))
    }
}
