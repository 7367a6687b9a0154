//! Rows of D1: what is asked and what is changed, all or nothing.

use super::catalog::{DB, run, text};
use super::{Error, Store};
use crate::clock;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement};

/// A change of rows that belongs together, and the line about it in the record of changes.
pub(super) struct Change {
    db: D1Database,
    batch: Vec<D1PreparedStatement>,
}

impl Change {
    /// One more statement.
    pub(super) fn with(mut self, sql: &str, values: &[JsValue]) -> Result<Self, Error> {
        self.batch.push(self.db.prepare(sql).bind(values)?);
        Ok(self)
    }

    /// A line in the record of changes, written if the statement before it changed anything.
    pub(super) fn noted(
        self,
        actor: &str,
        action: &str,
        target: &str,
        detail: &serde_json::Value,
    ) -> Result<Self, Error> {
        let sql = "INSERT INTO audit (at_ms, actor, action, target, detail)
             SELECT ?1, ?2, ?3, ?4, ?5 WHERE changes() > 0";
        let values = [
            number(clock::now_ms()),
            text(actor),
            text(action),
            text(target),
            text(&detail.to_string()),
        ];
        self.with(sql, &values)
    }

    /// Makes the change, or none of it.
    pub(super) async fn make(self) -> Result<(), Error> {
        run(&self.db, self.batch).await
    }

    /// The same; whether a statement gave a row back, as one with `RETURNING` does where it changed
    /// something.
    pub(super) async fn make_and_see(self) -> Result<bool, Error> {
        let results = self.db.batch(self.batch).await?;
        if let Some(error) = results.iter().find_map(worker::D1Result::error) {
            return Err(Error::Backend(error));
        }
        for result in &results {
            if !result.results::<serde_json::Value>()?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Store {
    /// The rows of a query.
    pub(super) async fn rows<T: DeserializeOwned>(
        &self,
        sql: &str,
        values: &[JsValue],
    ) -> Result<Vec<T>, Error> {
        let result = self.env.d1(DB)?.prepare(sql).bind(values)?.all().await?;
        match result.error() {
            Some(error) => Err(Error::Backend(error)),
            None => Ok(result.results()?),
        }
    }

    /// The first row of a query.
    pub(super) async fn row<T: DeserializeOwned>(
        &self,
        sql: &str,
        values: &[JsValue],
    ) -> Result<Option<T>, Error> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// A change of rows, empty so far.
    pub(super) fn change(&self) -> Result<Change, Error> {
        Ok(Change { db: self.env.d1(DB)?, batch: Vec::new() })
    }
}

/// The largest number that D1 and JavaScript agree on.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// A number. What is larger than D1 takes counts as the largest that it does.
#[expect(clippy::cast_precision_loss, reason = "bounded to what is exact")]
pub(super) fn number(value: u64) -> JsValue {
    JsValue::from_f64(value.min(MAX_NUMBER) as f64)
}

/// A text or nothing.
pub(super) fn optional(value: Option<&str>) -> JsValue {
    value.map_or(JsValue::NULL, JsValue::from_str)
}

/// A number or nothing.
pub(super) fn optional_number(value: Option<u64>) -> JsValue {
    value.map_or(JsValue::NULL, number)
}
