//! Namespaces and their members.

use super::super::catalog::text;
use super::super::rows::{number, optional_number};
use super::super::{Error, Store, key};
use roadstead_shared::account::Role;
use serde::Deserialize;
use serde_json::{Value, json};

/// A namespace as it rests.
#[derive(Clone, Debug, Deserialize)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// When it was made, ms UTC.
    pub created_at_ms: u64,
    /// Since when the operator knows who this is, ms UTC.
    pub verified_at_ms: Option<u64>,
    /// Its own quota in bytes.
    pub quota_bytes: Option<u64>,
    /// What its repositories held when that was last written, in bytes.
    pub used_bytes: u64,
}

/// A member of a namespace.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// Its account.
    pub account: String,
    /// What it may do.
    pub role: Role,
}

impl Store {
    /// The namespace `name`.
    pub async fn namespace(&self, name: &str) -> Result<Option<Namespace>, Error> {
        let sql = "SELECT name, created_at_ms, verified_at_ms, quota_bytes, used_bytes
             FROM namespaces WHERE name = ?1";
        self.row(sql, &[text(name)]).await
    }

    /// The members of a namespace, in order.
    pub async fn members(&self, namespace: &str) -> Result<Vec<Member>, Error> {
        let sql = "SELECT account, role FROM members WHERE namespace = ?1 ORDER BY account";
        self.rows(sql, &[text(namespace)]).await
    }

    /// The role of an account in a namespace.
    pub async fn role(&self, namespace: &str, account: &str) -> Result<Option<Role>, Error> {
        let sql = "SELECT account, role FROM members WHERE namespace = ?1 AND account = ?2";
        let member: Option<Member> = self.row(sql, &[text(namespace), text(account)]).await?;
        Ok(member.map(|member| member.role))
    }

    /// Makes a namespace that `owner` owns, unless it is a member of `most` already.
    pub async fn create_namespace(
        &self,
        name: &str,
        owner: &str,
        most: u64,
        now_ms: u64,
    ) -> Result<bool, Error> {
        let make = "INSERT INTO namespaces (name, created_at_ms) SELECT ?1, ?2
             WHERE (SELECT count(*) FROM members WHERE account = ?3 AND role = 'owner') < ?4
             RETURNING name";
        // Only where the namespace was made just now: it has no members yet.
        let own = "INSERT INTO members (namespace, account, role, added_at_ms)
             SELECT ?1, ?2, 'owner', ?3 WHERE changes() > 0";
        self.change()?
            .with(make, &[text(name), number(now_ms), text(owner), number(most)])?
            .with(own, &[text(name), text(owner), number(now_ms)])?
            .noted(owner, "namespace.created", name, &json!({}))?
            .make_and_see()
            .await
    }

    /// Whether anything is published below `namespace`, or as it.
    pub async fn has_repositories(&self, namespace: &str) -> Result<bool, Error> {
        let below = format!("{}{namespace}/", key::REPOSITORIES);
        let own = format!("{}{namespace}", key::REPOSITORIES);
        Ok(!self.keys(below, None, 1).await?.is_empty() || self.bucket.head(own).await?.is_some())
    }

    /// Marks a namespace as verified or not, and gives it a quota or that of the settings; what is
    /// `None` stays. `false`: there is no such namespace.
    pub async fn judge_namespace(
        &self,
        name: &str,
        verified: Option<bool>,
        quota_bytes: Option<Option<u64>>,
        actor: &str,
        now_ms: u64,
    ) -> Result<bool, Error> {
        let sql = "UPDATE namespaces SET
               verified_at_ms = CASE ?2 WHEN 1 THEN coalesce(verified_at_ms, ?3)
                 WHEN 0 THEN NULL ELSE verified_at_ms END,
               quota_bytes = CASE ?4 WHEN 1 THEN ?5 ELSE quota_bytes END
             WHERE name = ?1 RETURNING name";
        let values = [
            text(name),
            optional_number(verified.map(u64::from)),
            number(now_ms),
            number(u64::from(quota_bytes.is_some())),
            optional_number(quota_bytes.flatten()),
        ];
        let mut detail = serde_json::Map::new();
        detail.extend(verified.map(|verified| ("verified".to_owned(), json!(verified))));
        detail.extend(quota_bytes.map(|quota| ("quota_bytes".to_owned(), json!(quota))));
        self.change()?
            .with(sql, &values)?
            .noted(actor, "namespace.judged", name, &Value::Object(detail))?
            .make_and_see()
            .await
    }
}
