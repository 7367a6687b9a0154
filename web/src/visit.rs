//! What a page needs to know about the request that asked for it.

use crate::theme::Theme;
use roadstead_shared::{
    api::contact::Contact,
    catalog::{Host, PullTarget, TagEntry, Tool},
};
use std::sync::Arc;

/// The cookie that remembers the tool a person pulls with.
pub const TOOL_COOKIE: &str = "tool";

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
    fn a_request_id_that_is_none_is_not_shown() {
        assert!(Visit::request_id("9f2c41aa-10ce").is_some());
        assert!(Visit::request_id("<b>12345678").is_none());
        assert!(Visit::request_id("").is_none());
    }
}
