//! The one route table, and the addresses that pages link to. Everything that a page can be in is
//! in its address; nothing here looks anything up.

mod personal;

pub use personal::{Admission, OperatorPage, Personal, local, namespace_address, sign_in_address};

use crate::theme::Theme;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use roadstead_shared::catalog::Tool;

/// The page that lists everything.
pub const HOME: &str = "/";
/// The page that says where to report what should not be here.
pub const REPORT: &str = "/report";
/// The page that helps people to move here.
pub const MOVE: &str = "/move";
/// Before a repository's name.
const REPOSITORY: &str = "/r/";
/// The longest name that can have been published.
const LONGEST_NAME: usize = 255;
/// The last page of a list that is served; nobody reads further, and a crawler need not.
const LAST_PAGE: u32 = 500;
/// What stays as it is in a path, besides letters and figures.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The list of what is published.
    Home {
        /// Which part of the list, from 1.
        page: u32,
    },
    /// One repository.
    Repository {
        /// Its name, not yet known to exist.
        name: String,
        /// What the address says about it.
        choice: Choice,
    },
    /// Where to report what should not be here.
    Report,
    /// How to move here from other registries.
    Move,
    /// A page about whoever asks.
    Personal(Personal),
    /// The same page under its own address, relative to the origin.
    Moved(String),
    /// The same page, with a theme remembered.
    Themed(Theme, String),
    /// Nothing.
    Unknown,
}

/// The state of a repository's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The tool to pull with, if the address says one.
    pub tool: Option<Tool>,
    /// The tag that the pull line names, if the address says one.
    pub tag: Option<String>,
    /// Whether the pull line names the digest in place of the tag.
    pub pinned: bool,
    /// Which part of the tags, from 1; 0 is 1.
    pub page: u32,
}

impl Choice {
    /// The address of this state of a repository's page.
    pub fn address(&self, name: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(tag) = &self.tag {
            query.append_pair("tag", tag);
        }
        if let Some(tool) = self.tool {
            query.append_pair("tool", tool.id());
        }
        if self.pinned {
            query.append_pair("pin", "digest");
        }
        if self.page > 1 {
            query.append_pair("page", &self.page.to_string());
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{query}", repository_address(name))
    }
}

/// The address of a repository's page.
pub fn repository_address(name: &str) -> String {
    format!("{REPOSITORY}{}", utf8_percent_encode(name, PATH))
}

/// The address of a part of the home page's list.
pub fn home_address(page: u32) -> String {
    if page > 1 { format!("{HOME}?page={page}") } else { HOME.to_owned() }
}

/// Finds out what an address asks for.
pub fn route(path: &str, query: &str) -> Route {
    let pairs = || form_urlencoded::parse(query.as_bytes());
    let value = |name: &str| pairs().find_map(|(key, value)| (key == name).then_some(value));
    if let Some(theme) = value(Theme::NAME).and_then(|word| Theme::from_word(&word)) {
        return Route::Themed(theme, address_without(path, query, Theme::NAME));
    }
    let Some(page) = page_number(value("page").as_deref()) else { return Route::Unknown };
    if path == HOME {
        return Route::Home { page };
    }
    if path == REPORT {
        return Route::Report;
    }
    if path == MOVE {
        return Route::Move;
    }
    if let Some(personal) = Personal::at(path) {
        return Route::Personal(personal);
    }
    let Some(encoded) = path.strip_prefix(REPOSITORY) else { return Route::Unknown };
    let Ok(name) = percent_decode_str(encoded).decode_utf8() else { return Route::Unknown };
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Route::Unknown;
    }
    if let Some(name) = name.strip_suffix('/') {
        return Route::Moved(repository_address(name));
    }
    let choice = Choice {
        tool: value("tool").and_then(|id| Tool::from_id(&id)),
        tag: value("tag").filter(|tag| !tag.is_empty()).map(|tag| tag.chars().take(128).collect()),
        pinned: value("pin").is_some_and(|what| what == "digest"),
        page,
    };
    Route::Repository { name: name.into_owned(), choice }
}

/// `None` for a page that cannot be.
fn page_number(text: Option<&str>) -> Option<u32> {
    let Some(text) = text else { return Some(1) };
    text.parse().ok().filter(|page| (1..=LAST_PAGE).contains(page))
}

/// The same address without one parameter.
fn address_without(path: &str, query: &str, name: &str) -> String {
    let query = query_without(query, name);
    let query = query.trim_end_matches('&');
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The query without one parameter, ending with `&` unless it is empty: one more can follow.
pub fn query_without(query: &str, name: &str) -> String {
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != name);
    let mut query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    if !query.is_empty() {
        query.push('&');
    }
    query
}

#[cfg(test)]
mod tests {
    use super::{Choice, Route, query_without, repository_address, route};
    use crate::theme::Theme;
    use roadstead_shared::catalog::Tool;

    #[test]
    fn every_state_of_a_page_has_an_address_that_leads_back_to_it() {
        let choice = Choice {
            tool: Some(Tool::Podman),
            tag: Some("1.0_b+7&x".to_owned()),
            pinned: true,
            page: 2,
        };
        let address = choice.address("acme/edge-proxy");
        let (path, query) = address.split_once('?').unwrap();
        assert_eq!(
            route(path, query),
            Route::Repository { name: "acme/edge-proxy".into(), choice }
        );
        assert_eq!(Choice::default().address("acme/x"), "/r/acme/x");
    }

    #[test]
    fn odd_addresses_are_unknown() {
        let rows = [
            ("/r", ""),
            ("/r/", ""),
            ("/r/%ff", ""),
            ("/nope", ""),
            ("/", "page=0"),
            ("/", "page=-1"),
            ("/", "page=99999"),
            ("/", "page=x"),
            ("//evil.example/", ""),
        ];
        for (path, query) in rows {
            assert_eq!(route(path, query), Route::Unknown, "{path}?{query}");
        }
        assert_eq!(route(&format!("/r/{}", "a".repeat(256)), ""), Route::Unknown);
    }

    #[test]
    fn a_slash_at_the_end_moves_to_the_address_without_it() {
        assert_eq!(route("/r/acme/x/", ""), Route::Moved("/r/acme/x".into()));
    }

    #[test]
    fn pages_of_one_address_have_it() {
        assert_eq!(route("/move", ""), Route::Move);
        assert_eq!(route("/move", "theme=dark"), Route::Themed(Theme::Dark, "/move".into()));
        assert_eq!(route("/move/x", ""), Route::Unknown);
    }

    #[test]
    fn a_theme_in_the_address_is_taken_out_of_it() {
        let themed = route("/r/acme/x", "tool=crane&theme=dark&pin=digest");
        assert_eq!(themed, Route::Themed(Theme::Dark, "/r/acme/x?tool=crane&pin=digest".into()));
        assert_eq!(route("/", "theme=neon"), Route::Home { page: 1 });
        assert_eq!(query_without("theme=dark", "theme"), "");
        assert_eq!(query_without("a=1&theme=dark", "theme"), "a=1&");
    }

    #[test]
    fn a_hostile_name_is_encoded_in_its_address() {
        assert_eq!(repository_address("a\"b<c>/d?#"), "/r/a%22b%3Cc%3E/d%3F%23");
    }
}
