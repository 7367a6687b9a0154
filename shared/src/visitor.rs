//! What the edge tells the site about who asks for a page: one header, made by the edge alone
//! (one that a client sends is dropped). The site keeps no keys and verifies nothing.

use crate::moving::destination::Upstream;
use crate::usage::Usage;
use serde::{Deserialize, Serialize};

/// The header: this type as JSON, in base64 (URL alphabet, without padding).
pub const HEADER: &str = "x-roadstead-visitor";

/// Who looks at a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The account that is signed in.
    pub account: Option<String>,
    /// Why the account is suspended whose session this is; it counts as nobody then.
    #[serde(default)]
    pub suspended: Option<String>,
    /// Whether that is the operator's own.
    #[serde(default)]
    pub is_operator: bool,
    /// Where it stands; `None` if the meter did not answer in time.
    pub usage: Option<Usage>,
    /// What the call that led here has to say, once.
    pub notice: Option<Notice>,
    /// What the registry offers to people.
    #[serde(default)]
    pub terms: Terms,
}

/// What a registry offers to people, as far as its pages have to say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// Whether anybody may make an account.
    pub sign_up_open: bool,
    /// Who else vouches for people: the name in `/api/v1/sign-in/NAME`, and the title for eyes.
    pub providers: Vec<(String, String)>,
    /// Bytes that an account may pull in a month; `None` without a limit, or where it is not known.
    pub account_bytes_per_month: Option<u64>,
    /// Bytes that a namespace may hold unless the operator said otherwise.
    pub namespace_bytes: Option<u64>,
    /// The registries that are answered for here, as far as the visitor may pull from them.
    pub upstreams: Vec<Upstream>,
}

/// What is said once, on the page that follows a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// It was not done, and why.
    Problem(String),
    /// It was done.
    Done(String),
    /// A secret that is shown this once: a personal access token, a link for recovery.
    Secret {
        /// What it is.
        what: String,
        /// The secret itself.
        secret: String,
    },
}

#[cfg(test)]
mod tests {
    use super::{Notice, Visitor};

    #[test]
    fn a_visitor_of_an_edge_that_says_less_is_read() {
        let read = |text| serde_json::from_str::<Visitor>(text).ok();
        let visitor = read(r#"{"account":"ada","usage":null,"notice":{"done":"Saved."}}"#).unwrap();
        assert_eq!(visitor.notice, Some(Notice::Done("Saved.".into())));
        assert!(!visitor.is_operator && !visitor.terms.sign_up_open);
        let offered = read(
            r#"{"account":null,"usage":null,"notice":null,
            "terms":{"providers":[["github","GitHub"]]}}"#,
        );
        assert_eq!(offered.unwrap().terms.providers.len(), 1);
    }
}
