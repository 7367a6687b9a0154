//! What the page of a namespace shows, and to whom: its members, and the operator.

use super::{
    account::NamespaceRow,
    rows::{millis_of, visible},
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The namespace, with the role of whoever asks. Bound to its name, to the account that asks, and
/// to 1 if that is the operator's. No row comes where neither lets in; the other queries of this
/// page are read only where this one gave a row.
pub const NAMESPACE: &str = "\
    SELECT n.name, n.created_at_ms, n.verified_at_ms IS NOT NULL AS verified, n.quota_bytes, \
           n.used_bytes, m.role \
    FROM namespaces AS n \
    LEFT JOIN members AS m ON m.namespace = n.name AND m.account = ?2 \
    WHERE n.name = ?1 AND (m.role IS NOT NULL OR ?3 = 1)";

/// Its members. Bound to its name.
pub const MEMBERS: &str = "\
    SELECT account, role, added_at_ms FROM members \
    WHERE namespace = ?1 ORDER BY role, account LIMIT 200";

/// Whose jobs may publish into it. Bound to its name.
pub const PUBLISHERS: &str = "\
    SELECT id, issuer, claims, created_by, created_at_ms FROM publishers \
    WHERE namespace = ?1 ORDER BY created_at_ms DESC, id LIMIT 100";

/// What is published in it, the last updated first. Bound to its name: a repository's begins with
/// it and a slash, and the character after the slash is a nought.
pub const REPOSITORIES: &str = concat!(
    "SELECT r.name, r.updated_at_ms, \
            (SELECT COUNT(*) FROM (SELECT 1 FROM tags AS t WHERE t.repository = r.name AND ",
    visible!("t"),
    " LIMIT 1000)) AS tag_count \
     FROM repositories AS r WHERE r.name > ?1 || '/' AND r.name < ?1 || '0' \
     ORDER BY r.updated_at_ms DESC, r.name LIMIT 101"
);

/// A member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct MemberRow {
    /// `ada`
    pub account: String,
    /// `owner` or `publisher`
    pub role: String,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "millis_of")]
    pub added_at_ms: Option<i64>,
}

/// A rule for jobs that publish without a stored secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PublisherRow {
    /// What it is removed by.
    pub id: String,
    /// Who says what a job is.
    pub issuer: String,
    /// A JSON object: what a job must be.
    pub claims: String,
    /// The account that wrote the rule.
    pub created_by: String,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "millis_of")]
    pub created_at_ms: Option<i64>,
}

impl PublisherRow {
    /// Names and values of what a job must be.
    pub fn claims(&self) -> Vec<(String, String)> {
        let claims: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(&self.claims).unwrap_or_default();
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        claims.into_iter().map(|(name, value)| (name, text(value))).collect()
    }
}

/// A repository in the namespace's list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ListedRow {
    /// `acme/edge-proxy`
    pub name: String,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "millis_of")]
    pub updated_at_ms: Option<i64>,
    /// Its tags, up to a thousand.
    pub tag_count: f64,
}

/// Everything that the page shows.
#[derive(Clone, Debug, Default)]
pub struct NamespaceDetail {
    /// The namespace itself.
    pub namespace: NamespaceRow,
    /// Its members, owners first.
    pub members: Vec<MemberRow>,
    /// Its rules for jobs.
    pub publishers: Vec<PublisherRow>,
    /// What is published in it; one more than is shown, to know whether there is more.
    pub repositories: Vec<ListedRow>,
}

#[cfg(test)]
mod tests {
    use super::PublisherRow;

    #[test]
    fn claims_are_read_whatever_they_hold() {
        let of = |claims: &str| PublisherRow { claims: claims.into(), ..PublisherRow::default() };
        let read = of(r#"{"repository":"acme/edge","run":7}"#).claims();
        let text: Vec<String> =
            read.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(text, ["repository=acme/edge", "run=7"]);
        assert!(of("[").claims().is_empty() && of("[1]").claims().is_empty());
    }
}
