//! How accounts begin, change and end.

use super::super::catalog::text;
use super::super::rows::{Change, number, optional};
use super::super::{Error, Store};
use serde_json::json;

impl Change {
    /// A new account; and, where it gets one, the namespace of its name, and that it owns that. Fails
    /// as a whole, by its key, where there is one of the name.
    pub(in crate::store) fn with_account(
        self,
        name: &str,
        password: Option<&str>,
        mail: Option<&str>,
        gets_namespace: bool,
        now_ms: u64,
    ) -> Result<Self, Error> {
        let change = self.with(
            "INSERT INTO accounts (name, password, mail, created_at_ms) VALUES (?1, ?2, ?3, ?4)",
            &[text(name), optional(password), optional(mail), number(now_ms)],
        )?;
        if !gets_namespace {
            return Ok(change);
        }
        let change = change.with(
            "INSERT INTO namespaces (name, created_at_ms) VALUES (?1, ?2)",
            &[text(name), number(now_ms)],
        )?;
        change.with(
            "INSERT INTO members (namespace, account, role, added_at_ms)
             VALUES (?1, ?1, 'owner', ?2)",
            &[text(name), number(now_ms)],
        )
    }
}

impl Store {
    /// Makes an account, with a namespace of its name where it gets one. `password` is a hash; without one it signs in
    /// elsewhere. `false`: somebody has the name, or had it.
    pub async fn create_account(
        &self,
        name: &str,
        password: Option<&str>,
        mail: Option<&str>,
        gets_namespace: bool,
        now_ms: u64,
    ) -> Result<bool, Error> {
        if self.is_taken(name).await? {
            return Ok(false);
        }
        // Of two at once the second fails as a whole, by its key.
        let make = self
            .change()?
            .with_account(name, password, mail, gets_namespace, now_ms)?
            .noted(name, "account.created", name, &json!({}))?
            .make();
        match make.await {
            Ok(()) => Ok(true),
            Err(error) => {
                if self.is_taken(name).await? {
                    Ok(false)
                } else {
                    Err(error)
                }
            }
        }
    }

    /// Whether there is an account or a namespace of that name, or was one; or what only the account
    /// has that has no row: an operator that is called otherwise by now leaves memberships and
    /// tokens to nobody.
    pub async fn is_taken(&self, name: &str) -> Result<bool, Error> {
        let sql = "SELECT name FROM accounts WHERE name = ?1
             UNION ALL SELECT name FROM namespaces WHERE name = ?1
             UNION ALL SELECT account FROM members WHERE account = ?1
             UNION ALL SELECT account FROM tokens WHERE account = ?1 LIMIT 1";
        Ok(self.row::<serde_json::Value>(sql, &[text(name)]).await?.is_some())
    }

    /// Sets another password, and ends what was signed in or could be set by a link. `false`: the
    /// account is not in that epoch any more.
    pub async fn set_password(
        &self,
        name: &str,
        epoch: u64,
        password: &str,
        (actor, action): (&str, &str),
    ) -> Result<bool, Error> {
        let sql = "UPDATE accounts SET password = ?3, epoch = epoch + 1
             WHERE name = ?1 AND epoch = ?2 AND deleted_at_ms IS NULL RETURNING name";
        self.change()?
            .with(sql, &[text(name), number(epoch), text(password)])?
            .noted(actor, action, name, &json!({}))?
            .make_and_see()
            .await
    }

    /// Sets another password for who has lost the old one, and ends every other way in: what was
    /// signed in, personal access tokens, and sign-ins with providers, as somebody else may have made
    /// them. `false`: the account is not in that epoch any more.
    pub async fn recover(&self, name: &str, epoch: u64, password: &str) -> Result<bool, Error> {
        let sql = "UPDATE accounts SET password = ?3, epoch = epoch + 1
             WHERE name = ?1 AND epoch = ?2 AND deleted_at_ms IS NULL RETURNING name";
        // Hashes are salted: it rests only where the statement before has set it.
        let own = [text(name), text(password)];
        let is_set = "account = ?1 AND EXISTS
             (SELECT 1 FROM accounts WHERE name = ?1 AND password = ?2)";
        self.change()?
            .with(sql, &[text(name), number(epoch), text(password)])?
            .noted(name, "account.recovered", name, &json!({}))?
            .with(&format!("DELETE FROM tokens WHERE {is_set}"), &own)?
            .noted(name, "token.revoked", name, &json!({ "all": true }))?
            .with(&format!("DELETE FROM identities WHERE {is_set}"), &own)?
            .noted(name, "account.unlinked", name, &json!({ "all": true }))?
            .make_and_see()
            .await
    }

    /// Sets where letters go.
    pub async fn set_mail(&self, name: &str, mail: Option<&str>) -> Result<(), Error> {
        self.change()?
            .with("UPDATE accounts SET mail = ?2 WHERE name = ?1", &[text(name), optional(mail)])?
            .noted(name, "account.mail-changed", name, &json!({}))?
            .make()
            .await
    }
}
