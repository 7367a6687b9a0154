//! The end of an account: its name stays taken, nothing else is left of it.

use super::super::catalog::text;
use super::super::rows::number;
use super::super::{Error, Store};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Row {
    namespace: String,
}

impl Store {
    /// The namespaces that would be left without any member if `account` ended.
    pub async fn owned_alone(&self, account: &str) -> Result<Vec<String>, Error> {
        let sql = "SELECT namespace FROM members AS own WHERE account = ?1 AND NOT EXISTS
             (SELECT 1 FROM members WHERE namespace = own.namespace AND account <> ?1)
             ORDER BY namespace";
        let rows: Vec<Row> = self.rows(sql, &[text(account)]).await?;
        Ok(rows.into_iter().map(|row| row.namespace).collect())
    }

    /// The namespaces with other members in which `account` is the only owner.
    pub async fn owned_for_others(&self, account: &str) -> Result<Vec<String>, Error> {
        let sql = format!("{OWNED_FOR_OTHERS} ORDER BY namespace");
        let rows: Vec<Row> = self.rows(&sql, &[text(account)]).await?;
        Ok(rows.into_iter().map(|row| row.namespace).collect())
    }

    /// Ends an account with its sessions, tokens, memberships, identities and rules about jobs. The
    /// namespaces that it owned alone belong to nobody then, and their names stay taken as well;
    /// whoever is given such a namespace later has let no jobs in. `false`: there is no such account
    /// any more, or others would be left in a namespace without an owner.
    pub async fn end_account(&self, name: &str, actor: &str, now_ms: u64) -> Result<bool, Error> {
        let own = [text(name)];
        let end = format!(
            "UPDATE accounts SET password = NULL, mail = NULL, epoch = epoch + 1,
             deleted_at_ms = ?2 WHERE name = ?1 AND deleted_at_ms IS NULL
               AND NOT EXISTS ({OWNED_FOR_OTHERS}) RETURNING name"
        );
        let with_tail = |sql: &str| format!("{sql} AND {ENDED}");
        let rules_ended = format!(
            "INSERT INTO audit (at_ms, actor, action, target, detail)
             SELECT ?2, ?3, 'publisher.removed', namespace, json_object('id', id)
             FROM publishers WHERE {RULES} AND {ENDED}"
        );
        let unmarked = format!(
            "INSERT INTO audit (at_ms, actor, action, target, detail)
             SELECT ?2, ?3, 'namespace.judged', name, json_object('verified', json('false'))
             FROM namespaces WHERE {MARKED} AND {ENDED}"
        );
        let unmark = format!("UPDATE namespaces SET verified_at_ms = NULL WHERE {MARKED}");
        let line = [text(name), number(now_ms), text(actor)];
        self.change()?
            .with(&end, &[text(name), number(now_ms)])?
            .noted(actor, "account.deleted", name, &json!({}))?
            .with(&with_tail("DELETE FROM tokens WHERE account = ?1"), &own)?
            .with(&with_tail("DELETE FROM identities WHERE account = ?1"), &own)?
            .with(&unmarked, &line)?
            .with(&with_tail(&unmark), &own)?
            .with(&rules_ended, &line)?
            .with(&with_tail(&format!("DELETE FROM publishers WHERE {RULES}")), &own)?
            .with(&with_tail("DELETE FROM members WHERE account = ?1"), &own)?
            .make_and_see()
            .await
    }
}

/// The namespaces with other members in which account `?1` is the only owner.
const OWNED_FOR_OTHERS: &str = "SELECT namespace FROM members AS own
     WHERE account = ?1 AND role = 'owner'
       AND EXISTS (SELECT 1 FROM members WHERE namespace = own.namespace AND account <> ?1)
       AND NOT EXISTS (SELECT 1 FROM members
         WHERE namespace = own.namespace AND account <> ?1 AND role = 'owner')";

/// The rules about jobs that end with account `?1`: its own, and all of a namespace that nobody else
/// is a member of.
const RULES: &str = "namespace IN (SELECT namespace FROM members WHERE account = ?1)
     AND (created_by = ?1 OR NOT EXISTS (SELECT 1 FROM members
       WHERE namespace = publishers.namespace AND account <> ?1))";

/// The verified namespaces whose owners become others with the end of account `?1`.
const MARKED: &str = "verified_at_ms IS NOT NULL AND name IN (SELECT namespace FROM members AS own
     WHERE account = ?1 AND (role = 'owner' OR NOT EXISTS (SELECT 1 FROM members
       WHERE namespace = own.namespace AND account <> ?1)))";

/// Whether account `?1` was ended, in the statement before or earlier.
const ENDED: &str = "EXISTS (SELECT 1 FROM accounts
     WHERE name = ?1 AND deleted_at_ms IS NOT NULL)";
