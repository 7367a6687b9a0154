//! The record of changes: who decided what. A line is never changed or removed.

use super::catalog::text;
use super::rows::{number, optional};
use super::{Error, Store};
use crate::clock;
use serde::Deserialize;
use serde_json::Value;

/// One line of the record.
#[derive(Debug, Deserialize)]
pub struct Line {
    /// Grows with every line.
    pub id: u64,
    /// When, ms UTC.
    pub at_ms: u64,
    /// The account that decided it; empty for who has none.
    pub actor: String,
    /// What was done: `account.created`.
    pub action: String,
    /// To whom or what.
    pub target: String,
    /// More about it: a JSON object.
    pub detail: String,
}

impl Store {
    /// Writes a line: `actor` did `action` to `target`. `detail` is an object without any secret.
    pub async fn audit(
        &self,
        actor: &str,
        action: &str,
        target: &str,
        detail: Value,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO audit (at_ms, actor, action, target, detail)
             VALUES (?1, ?2, ?3, ?4, ?5)";
        let detail = text(&detail.to_string());
        let values = [number(clock::now_ms()), text(actor), text(action), text(target), detail];
        self.change()?.with(sql, &values)?.make().await
    }

    /// At most `limit` lines, newest first: those before the line `before`, and those about `target`.
    pub async fn audit_lines(
        &self,
        before: Option<u32>,
        target: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Line>, Error> {
        let sql = "SELECT id, at_ms, actor, action, target, detail FROM audit
             WHERE id < ?1 AND (?2 IS NULL OR target = ?2) ORDER BY id DESC LIMIT ?3";
        let before = before.map_or(u64::MAX, u64::from);
        self.rows(sql, &[number(before), optional(target), number(limit.into())]).await
    }
}
