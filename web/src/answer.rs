//! An answer as data: status, headers, body. The Worker's entry turns it into a response.

use crate::{
    app::Route,
    theme::{Theme, preference_cookie},
    visit::{TOOL_COOKIE, Visit},
};

/// Where a page may get anything from: itself. No inline script, no inline style, no frame.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// No copy anywhere: not in the browser's own store either, where the next person would find it.
const NO_STORE: &str = "private, no-store";

/// Every page says in its header who is signed in, and a notice may hold a secret.
fn caching(visit: &Visit) -> &'static str {
    let about_somebody = visit.visitor.account.is_some() || visit.visitor.notice.is_some();
    if about_somebody { NO_STORE } else { "private, no-cache" }
}

/// What goes back to the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// A whole document, or nothing.
    pub body: String,
}

impl Answer {
    /// A page. It depends on two cookies and on a catalog that changes at any time, so it is asked
    /// for anew each time; the bytes behind it are cached where they never change.
    pub fn page(visit: &Visit, status: u16, body: String) -> Self {
        let headers = vec![
            ("Content-Type", "text/html; charset=utf-8".to_owned()),
            ("Content-Security-Policy", CONTENT_POLICY.to_owned()),
            ("Cache-Control", caching(visit).to_owned()),
            ("Vary", "Cookie".to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
            ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
            ("X-Request-Id", visit.request_id.clone()),
        ];
        Self { status, headers, body }
    }

    /// A page about whoever asks. Nobody keeps it, and its address, which may hold the token of a
    /// recovery, is told to no other host.
    pub fn personal(visit: &Visit, status: u16, body: String) -> Self {
        let mut answer = Self::page(visit, status, body);
        for (name, value) in &mut answer.headers {
            match *name {
                "Cache-Control" => NO_STORE.clone_into(value),
                "Referrer-Policy" => "same-origin".clone_into(value),
                _ => {}
            }
        }
        answer
    }

    /// The same page elsewhere on this host. The origin is put in front, so that a path that begins
    /// with two slashes cannot lead to another host.
    pub fn redirect(visit: &Visit, status: u16, address: &str) -> Self {
        let headers = vec![
            ("Location", format!("{}{address}", visit.origin)),
            ("Cache-Control", "no-store".to_owned()),
            ("X-Request-Id", visit.request_id.clone()),
        ];
        Self { status, headers, body: String::new() }
    }

    /// The answer with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The answer with the theme remembered.
    #[must_use]
    pub fn remembering_theme(self, visit: &Visit, theme: Theme) -> Self {
        self.with("Set-Cookie", preference_cookie(Theme::NAME, theme.word(), visit.over_tls()))
    }

    /// The answer with the tool remembered that the address names, if it is not remembered yet.
    #[must_use]
    pub fn remembering_tool(self, visit: &Visit, route: &Route) -> Self {
        match route {
            Route::Repository { choice, .. } if choice.tool != visit.tool => match choice.tool {
                Some(tool) => {
                    let cookie = preference_cookie(TOOL_COOKIE, tool.id(), visit.over_tls());
                    self.with("Set-Cookie", cookie)
                }
                None => self,
            },
            _ => self,
        }
    }
}
