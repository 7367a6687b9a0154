//! A page in a browser: looked at, used, and photographed.

use super::driver::Session;
use crate::scratch;
use crate::stack::{Stack, stack};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs;

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// The system prefers light.
    Light,
    /// The system prefers dark.
    Dark,
}

/// Through what a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Width in CSS pixels.
    pub width: u32,
    /// What the system prefers.
    pub scheme: Scheme,
}

/// A page.
#[derive(Debug)]
pub struct Page(Session, &'static Stack);

impl Page {
    /// Opens a path of the site with JavaScript.
    pub fn open(path: &str) -> Self {
        Self::open_on(stack(), path, true)
    }

    /// Opens a path of the site in a browser whose owner has turned JavaScript off.
    pub fn open_without_javascript(path: &str) -> Self {
        Self::open_on(stack(), path, false)
    }

    /// Opens a path of the site of another stack, with JavaScript or without.
    pub fn open_on(stack: &'static Stack, path: &str, with_javascript: bool) -> Self {
        let page = Self(Session::start(with_javascript), stack);
        page.go(path);
        page
    }

    /// Opens any address.
    pub fn open_address(url: &str) -> Self {
        let page = Self(Session::start(true), stack());
        page.go_to(url);
        page
    }

    /// Goes to another path of the site.
    pub fn go(&self, path: &str) {
        self.go_to(&self.1.url(path));
    }

    /// Goes to any address.
    pub fn go_to(&self, url: &str) {
        self.0.command("POST", "/url", &json!({ "url": url }));
    }

    /// Where it is, wherever it was sent.
    pub fn address(&self) -> String {
        let address = self.0.command("GET", "/url", &Value::Null);
        address.as_str().unwrap_or_default().to_owned()
    }

    /// The text of what a CSS selector finds first, as it is shown.
    pub fn text(&self, selector: &str) -> String {
        let element = self.0.element(selector);
        let text = self.0.command("GET", &format!("/element/{element}/text"), &Value::Null);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The document as the browser has it now.
    pub fn source(&self) -> String {
        let source = self.0.command("GET", "/source", &Value::Null);
        source.as_str().unwrap_or_default().to_owned()
    }

    /// Presses what a CSS selector finds first.
    pub fn press(&self, selector: &str) {
        self.0.press(&self.0.element(selector));
    }

    /// Types into what a CSS selector finds first, in place of what stands there.
    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.0.element(selector);
        self.0.command("POST", &format!("/element/{element}/clear"), &json!({}));
        self.0.command("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// The path of the page, without its query.
    pub fn path(&self) -> String {
        let url = self.0.command("GET", "/url", &Value::Null);
        let url = url.as_str().unwrap_or_default();
        let path = url.strip_prefix(&self.1.url("")).unwrap_or(url);
        path.split(['?', '#']).next().unwrap_or_default().to_owned()
    }

    /// Whether what a CSS selector finds first can be seen.
    pub fn shows(&self, selector: &str) -> bool {
        let element = self.0.element(selector);
        let path = format!("/element/{element}/displayed");
        self.0.command("GET", &path, &Value::Null) == Value::Bool(true)
    }

    /// Whether anything is found by a CSS selector at this moment.
    pub fn has(&self, selector: &str) -> bool {
        let body = json!({ "using": "css selector", "value": selector });
        let found = self.0.command("POST", "/elements", &body);
        found.as_array().is_some_and(|elements| !elements.is_empty())
    }

    /// What an expression gives in the page. A promise is waited for.
    pub fn evaluate(&self, expression: &str) -> Value {
        let body = json!({ "script": format!("return ({expression})"), "args": [] });
        self.0.command("POST", "/execute/sync", &body)
    }

    /// The same where the page may be about to go: nothing while it does.
    pub fn try_evaluate(&self, expression: &str) -> Option<Value> {
        let body = json!({ "script": format!("return ({expression})"), "args": [] });
        self.0.attempt("POST", "/execute/sync", &body).ok()
    }

    /// Lets the page read the clipboard, so that what was copied can be looked at.
    pub fn allow_clipboard(&self) {
        for name in ["clipboard-read", "clipboard-write"] {
            let permission = json!({
                "permission": { "name": name }, "setting": "granted", "origin": self.1.url(""),
            });
            self.0.devtools("Browser.setPermission", &permission);
        }
    }

    /// Looks at the page through another view.
    pub fn look(&self, view: View) {
        let scheme = match view.scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.0.devtools("Emulation.setEmulatedMedia", &json!({ "features": [feature] }));
        let size = json!({
            "width": view.width, "height": 900, "deviceScaleFactor": 1, "mobile": false,
        });
        self.0.devtools("Emulation.setDeviceMetricsOverride", &size);
        // As on a telephone, where they take no room.
        self.0.devtools("Emulation.setScrollbarsHidden", &json!({ "hidden": true }));
    }

    /// By how many pixels the page is wider than its window.
    pub fn overflow(&self) -> i64 {
        let expression =
            "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        self.evaluate(expression).as_i64().unwrap_or(i64::MAX)
    }

    /// What the browser has complained about since the last call.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.0.command("POST", "/se/log", &json!({ "type": "browser" }));
        let entries = log.as_array().cloned().unwrap_or_default();
        let severe = |entry: &&Value| entry["level"] == "SEVERE" || entry["level"] == "WARNING";
        entries.iter().filter(severe).map(Value::to_string).collect()
    }

    /// Keeps a picture of the whole page as `build/screenshots/NAME.png`.
    pub fn photograph(&self, name: &str) {
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let taken = self.0.devtools("Page.captureScreenshot", &whole);
        let data = taken["data"].as_str().unwrap_or_default();
        let bytes = STANDARD.decode(data).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!bytes.is_empty(), "{name} is empty");
        let folder = scratch::checkout().join("build/screenshots");
        let kept = fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join(format!("{name}.png")), bytes));
        kept.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
