//! What an account's own pages show. Every query is bound to the account that asks: it sees no row
//! of anybody else, and of its tokens no hash.

use super::rows::{flag, millis_of, number_of};
use serde::Deserialize;

/// The account. The operator's own has no row.
pub const ACCOUNT: &str = "\
    SELECT a.name, a.mail, a.suspended, a.tier, a.bytes_per_month, \
           a.password IS NOT NULL AS has_password, a.created_at_ms, a.deleted_at_ms \
    FROM accounts AS a WHERE a.name = ?1 AND a.deleted_at_ms IS NULL";

/// Who else vouches for it.
pub const IDENTITIES: &str =
    "SELECT issuer, subject FROM identities WHERE account = ?1 ORDER BY issuer, subject LIMIT 20";

/// Its tokens, the last made first.
pub const TOKENS: &str = "\
    SELECT id, name, scopes, created_at_ms, expires_at_ms, used_at_ms FROM tokens \
    WHERE account = ?1 ORDER BY created_at_ms DESC, id LIMIT 200";

/// The namespaces that it is a member of.
pub const NAMESPACES: &str = "\
    SELECT n.name, n.created_at_ms, n.verified_at_ms IS NOT NULL AS verified, n.quota_bytes, \
           n.used_bytes, m.role \
    FROM members AS m JOIN namespaces AS n ON n.name = m.namespace \
    WHERE m.account = ?1 ORDER BY n.name LIMIT 200";

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AccountRow {
    /// `ada`
    pub name: String,
    /// Where letters go.
    pub mail: Option<String>,
    /// Why it is suspended.
    pub suspended: Option<String>,
    /// `network`, where its pulls have no limit.
    pub tier: Option<String>,
    /// A limit of its own.
    #[serde(deserialize_with = "number_of")]
    pub bytes_per_month: Option<u64>,
    /// Whether it signs in with a password.
    #[serde(deserialize_with = "flag")]
    pub has_password: bool,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "millis_of")]
    pub created_at_ms: Option<i64>,
    /// Likewise; the operator still sees such an account, its name stays taken.
    #[serde(deserialize_with = "millis_of")]
    pub deleted_at_ms: Option<i64>,
}

/// Somebody who vouches for an account.
#[derive(Clone, Debug, Deserialize)]
pub struct IdentityRow {
    /// `https://accounts.example`
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
}

/// A personal access token, without anything that could open a door.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TokenRow {
    /// What it is revoked by.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// A JSON list: `["pull","push:acme/*"]`.
    pub scopes: String,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "millis_of")]
    pub created_at_ms: Option<i64>,
    /// Likewise.
    #[serde(deserialize_with = "millis_of")]
    pub expires_at_ms: Option<i64>,
    /// Likewise; `None` for one that was never used.
    #[serde(deserialize_with = "millis_of")]
    pub used_at_ms: Option<i64>,
}

impl TokenRow {
    /// Its scopes; none if they cannot be read.
    pub fn scopes(&self) -> Vec<String> {
        serde_json::from_str(&self.scopes).unwrap_or_default()
    }
}

/// A namespace, as somebody sees it who belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct NamespaceRow {
    /// `acme`
    pub name: String,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "millis_of")]
    pub created_at_ms: Option<i64>,
    /// Whether the operator knows who this is.
    #[serde(deserialize_with = "flag")]
    pub verified: bool,
    /// Bytes that it may hold; `None`: as any.
    #[serde(deserialize_with = "number_of")]
    pub quota_bytes: Option<u64>,
    /// Bytes that it holds.
    #[serde(deserialize_with = "number_of")]
    pub used_bytes: Option<u64>,
    /// What whoever asks is in it: `owner`, `publisher`, or nothing.
    pub role: Option<String>,
}

impl NamespaceRow {
    /// Whether whoever asks decides about it.
    pub fn is_owner(&self) -> bool {
        self.role.as_deref() == Some("owner")
    }
}

/// Everything that the pages of one account show.
#[derive(Clone, Debug, Default)]
pub struct AccountDetail {
    /// Its row; `None` for the operator's.
    pub account: Option<AccountRow>,
    /// Issuers that it signs in with.
    pub identities: Vec<IdentityRow>,
    /// Its tokens.
    pub tokens: Vec<TokenRow>,
    /// Its namespaces.
    pub namespaces: Vec<NamespaceRow>,
}

#[cfg(test)]
mod tests {
    use super::{AccountRow, NamespaceRow, TokenRow};

    #[test]
    fn rows_are_read_as_the_database_gives_them() {
        let row = r#"{"id":"t1","name":"laptop","scopes":"[\"pull\",\"push:acme/*\"]",
            "created_at_ms":1795251300000.0,"expires_at_ms":1795251300000,"used_at_ms":null}"#;
        let token: TokenRow = serde_json::from_str(row).unwrap();
        assert_eq!(token.scopes(), ["pull", "push:acme/*"]);
        assert_eq!((token.created_at_ms, token.used_at_ms), (Some(1_795_251_300_000), None));
        let row = r#"{"name":"acme","verified":1,"quota_bytes":5e10,"used_bytes":-1.0}"#;
        let namespace: NamespaceRow = serde_json::from_str(row).unwrap();
        assert_eq!((namespace.quota_bytes, namespace.used_bytes), (Some(50_000_000_000), Some(0)));
        assert!(namespace.verified && !namespace.is_owner());
        let account: AccountRow =
            serde_json::from_str(r#"{"name":"ada","has_password":0}"#).unwrap();
        assert_eq!((account.has_password, account.suspended), (false, None));
    }

    #[test]
    fn scopes_that_are_none_are_none() {
        assert!(TokenRow { scopes: "x".into(), ..TokenRow::default() }.scopes().is_empty());
    }
}
