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
        let sql = "SELECT namespace FROM members AS own WHERE account = ?1 AND role = 'owner'
               AND EXISTS (SELECT 1 FROM members
                 WHERE namespace = own.namespace AND account <> ?1)
               AND NOT EXISTS (SELECT 1 FROM members
                 WHERE namespace = own.namespace AND account <> ?1 AND role = 'owner')
             ORDER BY namespace";
        let rows: Vec<Row> = self.rows(sql, &[text(account)]).await?;
        Ok(rows.into_iter().map(|row| row.namespace).collect())
    }

    /// Ends an account with its sessions, tokens, memberships and identities. The namespaces that it
    /// owned alone belong to nobody then, and their names stay taken as well. Rules about jobs end
    /// with them: whoever is given such a namespace later has not let these in.
    pub async fn end_account(&self, name: &str, actor: &str, now_ms: u64) -> Result<(), Error> {
        let own = [text(name)];
        let end = "UPDATE accounts SET password = NULL, mail = NULL, epoch = epoch + 1,
             deleted_at_ms = ?2 WHERE name = ?1 AND deleted_at_ms IS NULL RETURNING name";
        self.change()?
            .with(end, &[text(name), number(now_ms)])?
            .noted(actor, "account.deleted", name, &json!({}))?
            .with("DELETE FROM tokens WHERE account = ?1", &own)?
            .with("DELETE FROM identities WHERE account = ?1", &own)?
            .with(
                "DELETE FROM publishers WHERE namespace IN (SELECT namespace FROM members AS own
                   WHERE account = ?1 AND NOT EXISTS (SELECT 1 FROM members
                     WHERE namespace = own.namespace AND account <> ?1))",
                &own,
            )?
            .with("DELETE FROM members WHERE account = ?1", &own)?
            .make()
            .await
    }
}
