//! Personal access tokens: a hash of each, never the token.

use super::super::catalog::text;
use super::super::rows::number;
use super::super::{Error, Store};
use serde::Deserialize;
use serde_json::json;

/// How seldom the last use is written, in ms.
const USE_MS: u64 = 60 * 60 * 1000;

/// A token as it rests.
#[derive(Clone, Debug, Deserialize)]
pub struct Token {
    /// What it is revoked by.
    pub id: String,
    /// Whose it is.
    pub account: String,
    /// What it is called.
    pub name: String,
    /// What it may be used for: a JSON array of scopes.
    pub scopes: String,
    /// When it was made, ms UTC.
    pub created_at_ms: u64,
    /// When it ends, ms UTC.
    pub expires_at_ms: u64,
    /// When it was used last, to the hour, ms UTC.
    pub used_at_ms: Option<u64>,
}

/// One that is made.
#[derive(Debug)]
pub struct NewToken<'a> {
    /// What it will be revoked by.
    pub id: &'a str,
    /// Whose it is.
    pub account: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// SHA-256 of the token, hexadecimal.
    pub hash: &'a str,
    /// A JSON array of scopes.
    pub scopes: &'a str,
    /// When it is made, ms UTC.
    pub created_at_ms: u64,
    /// When it ends, ms UTC.
    pub expires_at_ms: u64,
}

const COLUMNS: &str = "id, account, name, scopes, created_at_ms, expires_at_ms, used_at_ms";

impl Store {
    /// The token with this hash, also one that has ended.
    pub async fn token(&self, hash: &str) -> Result<Option<Token>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM tokens WHERE hash = ?1");
        self.row(&sql, &[text(hash)]).await
    }

    /// The tokens of an account, newest first.
    pub async fn tokens(&self, account: &str) -> Result<Vec<Token>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM tokens WHERE account = ?1 ORDER BY created_at_ms DESC, id"
        );
        self.rows(&sql, &[text(account)]).await
    }

    /// Makes a token, unless its account has `most` already.
    pub async fn create_token(&self, token: &NewToken<'_>, most: u64) -> Result<bool, Error> {
        let sql =
            "INSERT INTO tokens (id, account, name, hash, scopes, created_at_ms, expires_at_ms)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
             WHERE (SELECT count(*) FROM tokens WHERE account = ?2) < ?8 RETURNING id";
        let values = [
            text(token.id),
            text(token.account),
            text(token.name),
            text(token.hash),
            text(token.scopes),
            number(token.created_at_ms),
            number(token.expires_at_ms),
            number(most),
        ];
        let detail = json!({ "id": token.id, "name": token.name });
        self.change()?
            .with(sql, &values)?
            .noted(token.account, "token.created", token.account, &detail)?
            .make_and_see()
            .await
    }

    /// Revokes a token of `account`. `false`: it has none of that id.
    pub async fn delete_token(&self, account: &str, id: &str) -> Result<bool, Error> {
        let sql = "DELETE FROM tokens WHERE account = ?1 AND id = ?2 RETURNING id";
        self.change()?
            .with(sql, &[text(account), text(id)])?
            .noted(account, "token.revoked", account, &json!({ "id": id }))?
            .make_and_see()
            .await
    }

    /// Notes behind the response that a token was used, at most once an hour.
    pub fn note_use(&self, token: &Token, now_ms: u64) {
        if token.used_at_ms.is_some_and(|used_ms| now_ms.saturating_sub(used_ms) < USE_MS) {
            return;
        }
        let (store, id) = (self.clone(), token.id.clone());
        self.run_behind(async move {
            let sql = "UPDATE tokens SET used_at_ms = ?2 WHERE id = ?1";
            let Ok(change) = store.change() else { return };
            let Ok(change) = change.with(sql, &[text(&id), number(now_ms)]) else { return };
            if let Err(error) = change.make().await {
                worker::console_error!("the use of a token is not noted: {error}");
            }
        });
    }
}
