//! What the operator looks at and decides about accounts.

use super::super::catalog::text;
use super::super::rows::{number, optional, optional_number};
use super::super::{Error, Store};
use super::{Account, COLUMNS};
use serde_json::{Value, json};

/// What the operator changes of an account; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Why it may do nothing any more; `None` inside: it may again.
    pub suspended: Option<Option<String>>,
    /// Its tier; `None` inside: that of any account.
    pub tier: Option<Option<String>>,
    /// Its own monthly limit in bytes; `None` inside: that of its tier.
    pub bytes_per_month: Option<Option<u64>>,
}

impl Store {
    /// Accounts after `after` in the order of their names, those whose name or address holds
    /// `query`, at most `limit`. Those that were ended are among them.
    pub async fn accounts(
        &self,
        after: Option<&str>,
        query: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Account>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM accounts WHERE name > ?1
               AND (?2 IS NULL OR instr(name, ?2) > 0 OR instr(lower(mail), ?2) > 0)
             ORDER BY name LIMIT ?3"
        );
        let query = query.map(str::to_lowercase);
        let values =
            [text(after.unwrap_or_default()), optional(query.as_deref()), number(limit.into())];
        self.rows(&sql, &values).await
    }

    /// Decides about an account. `false`: there is none.
    pub async fn judge_account(
        &self,
        name: &str,
        judgement: &Judgement,
        actor: &str,
    ) -> Result<bool, Error> {
        let Judgement { suspended, tier, bytes_per_month } = judgement;
        let sql = "UPDATE accounts SET
               suspended = CASE ?2 WHEN 1 THEN ?3 ELSE suspended END,
               tier = CASE ?4 WHEN 1 THEN ?5 ELSE tier END,
               bytes_per_month = CASE ?6 WHEN 1 THEN ?7 ELSE bytes_per_month END
             WHERE name = ?1 AND deleted_at_ms IS NULL RETURNING name";
        let flag = |is_said: bool| number(u64::from(is_said));
        let values = [
            text(name),
            flag(suspended.is_some()),
            optional(suspended.as_ref().and_then(Option::as_deref)),
            flag(tier.is_some()),
            optional(tier.as_ref().and_then(Option::as_deref)),
            flag(bytes_per_month.is_some()),
            optional_number(bytes_per_month.flatten()),
        ];
        let mut detail = serde_json::Map::new();
        detail.extend(suspended.iter().map(|it| ("suspended".to_owned(), json!(it))));
        detail.extend(tier.iter().map(|it| ("tier".to_owned(), json!(it))));
        detail.extend(bytes_per_month.map(|it| ("bytes_per_month".to_owned(), json!(it))));
        self.change()?
            .with(sql, &values)?
            .noted(actor, "account.judged", name, &Value::Object(detail))?
            .make_and_see()
            .await
    }
}
