//! A Durable Object's own SQLite, as its ledgers use it.

use serde::de::DeserializeOwned;
use worker::{Result, SqlStorage, SqlStorageValue};

/// Runs a statement that gives nothing back.
pub(super) fn run<const N: usize>(
    sql: &SqlStorage,
    statement: &str,
    values: [SqlStorageValue; N],
) -> Result<()> {
    // Only a cursor that was read to its end has run to its end.
    sql.exec(statement, Vec::from(values))?.to_array::<serde_json::Value>().map(drop)
}

/// The rows of a query.
pub(super) fn rows<T: DeserializeOwned, const N: usize>(
    sql: &SqlStorage,
    query: &str,
    values: [SqlStorageValue; N],
) -> Result<Vec<T>> {
    sql.exec(query, Vec::from(values))?.to_array()
}

/// The largest number that JavaScript and SQLite agree on.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// A time in ms, or a count. What is larger than any time counts as the end of all of them.
pub(super) fn number(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value.min(MAX_NUMBER)).unwrap_or_default())
}

/// A text.
pub(super) fn text(value: &(impl ToString + ?Sized)) -> SqlStorageValue {
    SqlStorageValue::String(value.to_string())
}
