//! What the edge tells the site about who asks for a page: one header, made by the edge alone
//! (one that a client sends is dropped). The site keeps no keys and verifies nothing.

use crate::usage::Usage;
use serde::{Deserialize, Serialize};

/// The header: this type as JSON, in base64 (URL alphabet, without padding).
pub const HEADER: &str = "x-roadstead-visitor";

/// Who looks at a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The account that is signed in.
    pub account: Option<String>,
    /// Whether that is the operator's own.
    #[serde(default)]
    pub is_operator: bool,
    /// Where it stands; `None` if the meter did not answer in time.
    pub usage: Option<Usage>,
    /// What the call that led here has to say, once.
    pub notice: Option<Notice>,
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
