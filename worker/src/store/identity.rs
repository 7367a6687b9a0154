//! Who signs in elsewhere, and which account that is here.

use super::catalog::text;
use super::{Error, Store};
use crate::store::account::Account;
use serde_json::json;

/// Somebody, as a provider knows them.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// Whose word it is.
    pub issuer: &'a str,
    /// Who they are there.
    pub subject: &'a str,
}

/// A way into an account, as it rests.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Way {
    /// Whose word it is.
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
}

/// What stands for somebody whose account was ended: it counts no more.
const FORGET: &str = "DELETE FROM identities WHERE issuer = ?1 AND subject = ?2
     AND account IN (SELECT name FROM accounts WHERE deleted_at_ms IS NOT NULL)";

const INSERT: &str = "INSERT INTO identities (issuer, subject, account) VALUES (?1, ?2, ?3)";

impl Store {
    /// The name of the account of somebody, if they have one that was not ended.
    pub async fn account_of(&self, identity: Identity<'_>) -> Result<Option<String>, Error> {
        #[derive(serde::Deserialize)]
        struct Row {
            account: String,
        }
        let sql = "SELECT i.account FROM identities i LEFT JOIN accounts a ON a.name = i.account
             WHERE i.issuer = ?1 AND i.subject = ?2 AND a.deleted_at_ms IS NULL";
        let row: Option<Row> =
            self.row(sql, &[text(identity.issuer), text(identity.subject)]).await?;
        Ok(row.map(|row| row.account))
    }

    /// The ways into an account, beside its password.
    pub async fn identities(&self, account: &str) -> Result<Vec<Way>, Error> {
        let sql = "SELECT issuer, subject FROM identities WHERE account = ?1
             ORDER BY issuer, subject LIMIT 100";
        self.rows(sql, &[text(account)]).await
    }

    /// Lets nobody sign in to `account` this way any more. `false`: there is no other way in.
    pub async fn unlink(&self, identity: Identity<'_>, account: &str) -> Result<bool, Error> {
        let sql = "DELETE FROM identities WHERE issuer = ?1 AND subject = ?2 AND account = ?3
             AND ((SELECT password FROM accounts WHERE name = ?3) IS NOT NULL
               OR (SELECT count(*) FROM identities WHERE account = ?3) > 1) RETURNING account";
        let detail = json!({ "issuer": identity.issuer, "subject": identity.subject });
        self.change()?
            .with(sql, &[text(identity.issuer), text(identity.subject), text(account)])?
            .noted(account, "account.unlinked", account, &detail)?
            .make_and_see()
            .await
    }

    /// Lets somebody sign in to `account` from now on. `false`: they have another one.
    pub async fn link(&self, identity: Identity<'_>, account: &str) -> Result<bool, Error> {
        let key = [text(identity.issuer), text(identity.subject)];
        let [issuer, subject] = key.clone();
        let detail = json!({ "issuer": identity.issuer, "subject": identity.subject });
        let made = self
            .change()?
            .with(FORGET, &key)?
            .with(INSERT, &[issuer, subject, text(account)])?
            .noted(account, "account.linked", account, &detail)?
            .make()
            .await;
        match made {
            Ok(()) => Ok(true),
            // Of two at once the second fails as a whole, by its key.
            Err(error) => match self.account_of(identity).await? {
                Some(found) => Ok(found == account),
                None => Err(error),
            },
        }
    }

    /// Makes an account without a password for somebody, with a namespace of its name where it gets
    /// one. `false`: the name is taken, or they have an account by now.
    pub async fn create_account_of(
        &self,
        identity: Identity<'_>,
        name: &str,
        gets_namespace: bool,
        now_ms: u64,
    ) -> Result<bool, Error> {
        if self.is_taken(name).await? {
            return Ok(false);
        }
        let key = [text(identity.issuer), text(identity.subject)];
        let [issuer, subject] = key.clone();
        let detail = json!({ "issuer": identity.issuer, "subject": identity.subject });
        let made = self
            .change()?
            .with(FORGET, &key)?
            .with(INSERT, &[issuer, subject, text(name)])?
            .with_account(name, None, None, gets_namespace, now_ms)?
            .noted(name, "account.created", name, &detail)?
            .make()
            .await;
        match made {
            Ok(()) => Ok(true),
            Err(error) => {
                let beaten =
                    self.is_taken(name).await? || self.account_of(identity).await?.is_some();
                if beaten { Ok(false) } else { Err(error) }
            }
        }
    }

    /// The account that somebody signs in to, as it rests.
    pub async fn signed_in(&self, name: &str) -> Result<Option<Account>, Error> {
        let account = self.account(name).await?;
        Ok(account.filter(|account| account.deleted_at_ms.is_none()))
    }
}
