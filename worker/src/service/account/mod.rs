//! People: accounts, tokens, namespaces and their members, and what the operator decides about them.

mod admin;
mod namespace;
mod profile;
mod recovery;
mod refusal;
mod token;

pub use admin::{audit, judge_account, judge_namespace, list};
pub use namespace::{create as create_namespace, list as list_namespaces};
pub use namespace::{owned as owned_namespace, put_member, read as read_namespace, remove_member};
pub use profile::{Repositories, Wanted, change_mail, change_password, delete, is_free, read};
pub use profile::{sign_up, wanted};
pub use recovery::{Place, ask as ask_recovery, link as link_recovery, recover};
pub use refusal::Refusal;
pub use token::{create as create_token, delete as delete_token, list as list_tokens};

use roadstead_shared::catalog::time;

/// Who asks: an account that showed to be itself.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it is the operator's own.
    pub is_operator: bool,
    /// The epoch of its sessions and links.
    pub epoch: u64,
}

/// A time in ms UTC, RFC 3339.
fn at(time_ms: u64) -> String {
    time::rfc3339(i64::try_from(time_ms).unwrap_or(i64::MAX))
}
