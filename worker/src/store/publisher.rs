//! Whose jobs may publish: the rules of namespaces, and the tokens that were traded already.

use super::catalog::text;
use super::rows::number;
use super::{Error, Store};
use roadstead_shared::issuer::Rule;
use serde::Deserialize;
use serde_json::json;

/// How many rules are looked at for one job. A namespace has fewer.
const MAX_ROWS: u64 = 100;
/// How many tokens that are over are forgotten for each that is noted: more than come.
const FORGOTTEN: u64 = 20;

/// A rule as it rests.
#[derive(Clone, Debug, Deserialize)]
pub struct Publisher {
    /// What it is removed by.
    pub id: String,
    /// Where its jobs publish.
    pub namespace: String,
    /// Who signs their tokens.
    pub issuer: String,
    /// What these must say: a JSON object.
    pub claims: String,
    /// The account that made it.
    pub created_by: String,
    /// When, ms UTC.
    pub created_at_ms: u64,
}

impl Publisher {
    /// What its jobs' tokens must say; `None` where this version cannot read it.
    pub fn rule(&self) -> Option<Rule> {
        serde_json::from_str(&self.claims).ok()
    }
}

/// In whose name the jobs of a rule publish.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Principal {
    /// The rule.
    pub id: String,
    /// Where they publish.
    pub namespace: String,
    /// The owner of the namespace that made the rule, and answers for them.
    pub account: String,
    /// `network`: it pulls without limit.
    pub tier: Option<String>,
    /// Its own monthly limit in bytes.
    pub bytes_per_month: Option<u64>,
}

const COLUMNS: &str = "id, namespace, issuer, claims, created_by, created_at_ms";

impl Store {
    /// The rules of a namespace, oldest first.
    pub async fn publishers(&self, namespace: &str) -> Result<Vec<Publisher>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM publishers WHERE namespace = ?1 ORDER BY created_at_ms, id
             LIMIT ?2"
        );
        self.rows(&sql, &[text(namespace), number(MAX_ROWS)]).await
    }

    /// Makes a rule, unless its namespace has `most` already.
    pub async fn create_publisher(&self, new: &Publisher, most: u64) -> Result<bool, Error> {
        let sql =
            "INSERT INTO publishers (id, namespace, issuer, claims, created_by, created_at_ms)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6
             WHERE (SELECT count(*) FROM publishers WHERE namespace = ?2) < ?7 RETURNING id";
        let values = [
            text(&new.id),
            text(&new.namespace),
            text(&new.issuer),
            text(&new.claims),
            text(&new.created_by),
            number(new.created_at_ms),
            number(most),
        ];
        let detail = json!({ "id": new.id, "issuer": new.issuer, "claims": new.rule() });
        self.change()?
            .with(sql, &values)?
            .noted(&new.created_by, "publisher.created", &new.namespace, &detail)?
            .make_and_see()
            .await
    }

    /// Removes a rule of `namespace`. `false`: it has none of that id.
    pub async fn delete_publisher(
        &self,
        actor: &str,
        namespace: &str,
        id: &str,
    ) -> Result<bool, Error> {
        let sql = "DELETE FROM publishers WHERE namespace = ?1 AND id = ?2 RETURNING id";
        self.change()?
            .with(sql, &[text(namespace), text(id)])?
            .noted(actor, "publisher.removed", namespace, &json!({ "id": id }))?
            .make_and_see()
            .await
    }

    /// The oldest of the rules `ids` that counts, and in whose name its jobs publish: that of the
    /// account which made it, while this owns the namespace and may publish there. Nobody else has
    /// let them in. `operator` is the account that has no row: it decides about every namespace.
    pub async fn principal(
        &self,
        ids: &[&str],
        operator: &str,
    ) -> Result<Option<Principal>, Error> {
        let sql = "SELECT p.id, p.namespace, p.created_by AS account, a.tier, a.bytes_per_month
             FROM publishers p LEFT JOIN accounts a ON a.name = p.created_by
             WHERE p.id IN (SELECT value FROM json_each(?1)) AND CASE
               WHEN a.name IS NULL THEN p.created_by = ?2
               ELSE a.suspended IS NULL AND a.deleted_at_ms IS NULL AND EXISTS
                 (SELECT 1 FROM members WHERE namespace = p.namespace
                   AND account = p.created_by AND role = 'owner')
             END
             ORDER BY p.created_at_ms, p.id LIMIT 1";
        self.row(sql, &[text(&json!(ids).to_string()), text(operator)]).await
    }

    /// Notes that the token with this hash is traded, until it is over anyway. `false`: it was
    /// traded before.
    pub async fn use_job_token(
        &self,
        hash: &str,
        expires_at_ms: u64,
        now_ms: u64,
    ) -> Result<bool, Error> {
        let insert = "INSERT INTO job_tokens (hash, expires_at_ms) VALUES (?1, ?2)
             ON CONFLICT DO NOTHING RETURNING hash";
        let forget = "DELETE FROM job_tokens WHERE hash IN
             (SELECT hash FROM job_tokens WHERE expires_at_ms < ?1 ORDER BY expires_at_ms LIMIT ?2)";
        self.change()?
            .with(insert, &[text(hash), number(expires_at_ms)])?
            .with(forget, &[number(now_ms), number(FORGOTTEN)])?
            .make_and_see()
            .await
    }
}
