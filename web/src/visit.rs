//! What a page needs to know about the request that asked for it.

use crate::theme::Theme;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use roadstead_shared::{
    api::contact::Contact,
    catalog::{Host, PullTarget, TagEntry, Tool},
    visitor::{Notice, Visitor},
};
use std::sync::Arc;

/// The cookie that remembers the tool a person pulls with.
pub const TOOL_COOKIE: &str = "tool";

/// The longest parameter that a page looks at, in characters; a token for recovery is the longest.
const LONGEST_PARAMETER: usize = 1024;

/// One request for a page, without its method and its body.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Where the registry is reached, for pull commands; `None` under an address that no client
    /// could pull from.
    pub host: Option<Host>,
    /// `https://registry.example`, for redirects.
    pub origin: String,
    /// The path as it came.
    pub path: String,
    /// The query as it came, without the question mark.
    pub query: String,
    /// The theme of the cookie.
    pub theme: Theme,
    /// The tool of the cookie.
    pub tool: Option<Tool>,
    /// What the log calls this request.
    pub request_id: String,
    /// The time, in milliseconds since 1970.
    pub now_ms: i64,
    /// Where to report what should not be here, if the operator says so.
    pub contact: Option<Contact>,
    /// Who asks, as the edge says.
    pub visitor: Visitor,
}

/// A visit that several components look at.
pub type SharedVisit = Arc<Visit>;

impl Visit {
    /// Reads the two preferences out of a `Cookie` header; whatever else is in it is ignored.
    pub fn preferences(cookies: &str) -> (Theme, Option<Tool>) {
        let value = |name: &str| {
            let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
            pairs.find_map(|(key, value)| (key == name).then_some(value))
        };
        let theme = value(Theme::NAME).and_then(Theme::from_word).unwrap_or_default();
        (theme, value(TOOL_COOKIE).and_then(Tool::from_id))
    }

    /// The command that pulls a tag, or its digest if `pinned`, with the tool `wanted` or the one
    /// this person uses, as far as it can pull that kind.
    pub fn command(
        &self,
        name: &str,
        tag: &TagEntry,
        wanted: Option<Tool>,
        pinned: bool,
    ) -> Option<String> {
        let host = self.host.as_ref()?;
        let digest = pinned.then_some(tag.digest.as_str());
        let tool = Tool::or_usual(wanted.or(self.tool), tag.kind);
        PullTarget { host, name, tag: &tag.name, digest }.command(tool)
    }

    /// Reads the edge's header. What cannot be read is nobody: the site then knows no one.
    pub fn visitor(header: &str) -> Visitor {
        let document = URL_SAFE_NO_PAD.decode(header.trim()).unwrap_or_default();
        serde_json::from_slice(&document).unwrap_or_default()
    }

    /// A parameter of the address, cut at 1,024 characters; `None` where it is not there or empty.
    pub fn asked(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        let value = pairs.find_map(|(key, value)| (key == name).then_some(value))?;
        (!value.is_empty()).then(|| value.chars().take(LONGEST_PARAMETER).collect())
    }

    /// The address of this page, relative to the origin.
    pub fn here(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        }
    }

    /// Where somebody goes on who signs in on this page: here, unless this is a page about that.
    pub fn here_or_home(&self) -> String {
        let about_that = self.path.starts_with("/account/");
        if about_that { "/account".to_owned() } else { self.here() }
    }

    /// Why the form called `form` was refused, if that is what led here.
    pub fn problem_of(&self, form: &str) -> Option<&str> {
        match &self.visitor.notice {
            Some(Notice::Problem(words)) if self.asked("at").as_deref() == Some(form) => {
                Some(words)
            }
            _ => None,
        }
    }

    /// What is to be said at the top of a page with these `forms`, which say their own problems.
    pub fn notice_beside(&self, forms: &[&str]) -> Option<&Notice> {
        let told = forms.iter().any(|form| self.problem_of(form).is_some());
        self.visitor.notice.as_ref().filter(|_| !told)
    }

    /// Whether the browser came over TLS.
    pub fn over_tls(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// A request id that came with the request, if it is one: it is shown and logged.
    pub fn request_id(header: &str) -> Option<String> {
        let plain = header.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (plain && (8..=64).contains(&header.len())).then(|| header.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Visit;
    use crate::theme::Theme;
    use roadstead_shared::catalog::Tool;

    #[test]
    fn preferences_come_from_their_cookies_only() {
        let read = Visit::preferences;
        assert_eq!(read("a=b; theme=dark; tool=podman"), (Theme::Dark, Some(Tool::Podman)));
        assert_eq!(read("xtheme=dark; tool=rm"), (Theme::Auto, None));
        assert_eq!(read(";;=;theme"), (Theme::Auto, None));
    }

    #[test]
    fn nobody_is_known_by_a_header_that_cannot_be_read() {
        for header in ["", "!", "e30", "bnVsbA", "W10", &"A".repeat(9999)] {
            assert_eq!(Visit::visitor(header).account, None, "{header}");
        }
        let ada = "eyJhY2NvdW50IjoiYWRhIiwidXNhZ2UiOm51bGwsIm5vdGljZSI6bnVsbH0";
        assert_eq!(Visit::visitor(ada).account.as_deref(), Some("ada"));
    }

    #[test]
    fn a_request_id_that_is_none_is_not_shown() {
        assert!(Visit::request_id("9f2c41aa-10ce").is_some());
        assert!(Visit::request_id("<b>12345678").is_none());
        assert!(Visit::request_id("").is_none());
    }
}
