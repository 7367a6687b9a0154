//! Somebody with a browser, and what they do with it.

use super::edge;
use roadstead_tests::browser::Page;
use roadstead_tests::client::http::Request;
use roadstead_tests::client::registry::{encode, text};
use roadstead_tests::deadline::Deadline;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long the page may take that follows a form.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A password that nobody has elsewhere.
pub(super) const PASSWORD: &str = "a sentence of one's own";

/// Somebody.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) page: Page,
}

impl Person {
    /// Somebody with a browser and without an account.
    pub(super) fn new(word: &str, with_javascript: bool) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let page = Page::open_on(edge(), "/", with_javascript);
        Self { name: format!("{word}-{count}"), page }
    }

    /// Somebody who has just made an account.
    pub(super) fn signed_up(word: &str, with_javascript: bool) -> Self {
        let person = Self::new(word, with_javascript);
        person.page.press("header .who");
        person.page.press(".entry a[href^='/account/sign-up']");
        person.page.fill("[name=name]", &person.name);
        person.page.fill("[name=password]", PASSWORD);
        person.send(".entry button");
        // Whoever came from the catalog goes on with it.
        person.is_at("/");
        person.page.go("/account");
        person.is_at("/account");
        person
    }

    /// Signs in on the page for that.
    pub(super) fn sign_in(&self, name: &str, password: &str) {
        self.page.go("/account/sign-in");
        self.page.fill("[name=name]", name);
        self.page.fill("[name=password]", password);
        self.send(".entry button");
    }

    /// Presses a button of a form and waits for the page after it.
    pub(super) fn send(&self, button: &str) {
        // The page that is left has no such element; the one that follows has.
        self.page.evaluate("document.documentElement.setAttribute('data-left', '')");
        self.page.press(button);
        let gone = Deadline::after(PATIENCE).wait(|| {
            let fresh = self.page.try_evaluate(
                "document.readyState === 'complete' && !document.documentElement.hasAttribute('data-left')",
            );
            (fresh == Some(true.into())).then_some(())
        });
        assert!(gone.is_some(), "nothing follows {button} on {}", self.page.path());
    }

    /// Checks that this is the page.
    pub(super) fn is_at(&self, path: &str) {
        assert_eq!(self.page.path(), path, "{}", self.page.text("main"));
    }

    /// Checks that the page says something.
    pub(super) fn reads(&self, selector: &str, words: &str) {
        let text = self.page.text(selector);
        assert!(text.contains(words), "{words:?} is not in {text:?} of {}", self.page.path());
    }

    /// The secret that is shown this once.
    pub(super) fn secret(&self) -> String {
        self.page.text(".secret code")
    }
}

/// Whether a name and a secret may push to a repository: asked as clients ask.
pub(super) fn can_push(name: &str, secret: &str, repository: &str) -> bool {
    let host = edge().host();
    let scope = encode(&format!("repository:{repository}:pull,push"));
    let path = format!("/token?service={}&scope={scope}", encode(host));
    let answer = Request::get(path).basic(name, secret).at(host).send();
    // Nobody who is known, or somebody who is suspended.
    if matches!(answer.status, 401 | 403) {
        return false;
    }
    let token = text(&answer.expect(200).json(), "token");
    let upload = Request::new("POST", format!("/v2/{repository}/blobs/uploads/"));
    let answer = upload.bearer(&token).body(b"").at(host).send();
    assert!(matches!(answer.status, 202 | 401 | 403), "{answer}");
    answer.status == 202
}
