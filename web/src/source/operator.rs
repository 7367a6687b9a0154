//! What only the operator sees: everybody's accounts and namespaces, and who changed what.

use super::{account::AccountRow, account::NamespaceRow, rows::millis_of};
use roadstead_shared::upstream::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Rows on one page; the queries ask for one more.
pub const PAGE: usize = 50;

/// Accounts by name, those after `?1` whose name or address holds `?2`.
pub const ACCOUNTS: &str = "\
    SELECT a.name, a.mail, a.suspended, a.tier, a.bytes_per_month, \
           a.password IS NOT NULL AS has_password, a.created_at_ms, a.deleted_at_ms \
    FROM accounts AS a \
    WHERE a.name > ?1 AND (?2 = '' OR instr(a.name, ?2) > 0 OR instr(COALESCE(a.mail, ''), ?2) > 0) \
    ORDER BY a.name LIMIT 51";

/// One account, deleted or not. Bound to its name.
pub const ACCOUNT: &str = "\
    SELECT a.name, a.mail, a.suspended, a.tier, a.bytes_per_month, \
           a.password IS NOT NULL AS has_password, a.created_at_ms, a.deleted_at_ms \
    FROM accounts AS a WHERE a.name = ?1";

/// Namespaces by name, those after `?1` whose name holds `?2`.
pub const NAMESPACES: &str = "\
    SELECT n.name, n.created_at_ms, n.verified_at_ms IS NOT NULL AS verified, n.quota_bytes, \
           n.used_bytes, NULL AS role \
    FROM namespaces AS n \
    WHERE n.name > ?1 AND (?2 = '' OR instr(n.name, ?2) > 0) \
    ORDER BY n.name LIMIT 51";

/// Changes, the last first: those before `?1`.
pub const AUDIT: &str = "\
    SELECT id, at_ms, actor, action, target, detail FROM audit \
    WHERE id < ?1 ORDER BY id DESC LIMIT 51";

/// Likewise, of one target, `?2`.
pub const AUDIT_OF: &str = "\
    SELECT id, at_ms, actor, action, target, detail FROM audit \
    WHERE target = ?2 AND id < ?1 ORDER BY id DESC LIMIT 51";

/// What was taken down, the last first.
pub const TAKEDOWNS: &str = "\
    SELECT repository, reason, at_ms FROM takedowns ORDER BY at_ms DESC, repository LIMIT 500";

/// The list of networks, as the edge wrote it down for people. The pull path has its own.
pub const NETWORKS: &str = "SELECT document FROM operator_lists WHERE name = 'networks'";

/// How the rules about other registries stand: the edge writes it down before it has this page
/// rendered.
pub const UPSTREAMS: &str =
    "SELECT document, changed_at_ms FROM operator_lists WHERE name = 'upstreams'";

/// A change.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AuditRow {
    /// Where it stands in the log.
    pub id: f64,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "millis_of")]
    pub at_ms: Option<i64>,
    /// The account that made it; empty for nobody's.
    pub actor: String,
    /// `account.created`
    pub action: String,
    /// What was changed.
    pub target: String,
    /// A JSON object.
    pub detail: String,
}

impl AuditRow {
    /// Names and values of the detail. Other JSON than an object has none.
    pub fn details(&self) -> Vec<(String, String)> {
        let detail: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(&self.detail).unwrap_or_default();
        let text = |value: serde_json::Value| match value {
            serde_json::Value::Null => "none".to_owned(),
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        detail.into_iter().map(|(name, value)| (name, text(value))).collect()
    }
}

/// A repository that was taken down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TakedownRow {
    /// `acme/edge-proxy`
    pub repository: String,
    /// Why, as everybody reads it.
    pub reason: String,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "millis_of")]
    pub at_ms: Option<i64>,
}

/// The networks that the operator's list names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Networks {
    /// `192.0.2.0/24`
    pub ranges: Vec<String>,
    /// Numbers of autonomous systems.
    pub asns: Vec<u32>,
}

/// A list of the operator's.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ListRow {
    /// JSON.
    pub document: String,
}

impl ListRow {
    /// The networks that it names; none if it cannot be read.
    pub fn read(&self) -> Networks {
        serde_json::from_str(&self.document).unwrap_or_default()
    }
}

/// How the rules about other registries stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Upstreams {
    /// One for each rule.
    #[serde(rename = "upstreams")]
    pub reports: Vec<Report>,
    /// When that was, milliseconds since 1970.
    #[serde(skip)]
    pub at_ms: Option<i64>,
}

/// The same as it was written down.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UpstreamsRow {
    /// JSON.
    pub document: String,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "millis_of")]
    pub changed_at_ms: Option<i64>,
}

impl UpstreamsRow {
    /// What it says; nothing if it cannot be read.
    pub fn read(&self) -> Upstreams {
        let read: Upstreams = serde_json::from_str(&self.document).unwrap_or_default();
        Upstreams { at_ms: self.changed_at_ms, ..read }
    }
}

/// A page of a list, and whether there is another after it.
#[derive(Clone, Debug)]
pub struct Part<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there are more.
    pub more: bool,
}

/// Accounts.
pub type Accounts = Part<AccountRow>;
/// Namespaces.
pub type Namespaces = Part<NamespaceRow>;
/// Changes.
pub type Audit = Part<AuditRow>;

impl<T> Part<T> {
    /// Takes the one row off that was asked for to know of the next page.
    pub fn new(mut rows: Vec<T>) -> Self {
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        Self { rows, more }
    }
}
