//! The index for people, in D1. Only the repository's own object writes here, and always what the
//! bucket says: writing twice is harmless, and every row can be computed again.

use super::rows::{number, optional};
use super::{Error, Store};
use roadstead_shared::index::Entry;
use roadstead_shared::oci::{Descriptor, Digest, Manifest, Name, Tag};
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement};

/// How many children and layers of one manifest are shown: no image that runs anywhere has as many.
const MAX_ROWS: usize = 400;
/// The longest text of a row that is shown, in bytes.
const MAX_TEXT_BYTES: usize = 8 * 1024;
/// The longest annotations of a manifest that are shown, in bytes of JSON, and those of a child.
const MAX_ANNOTATIONS_BYTES: usize = 512 * 1024;
const MAX_CHILD_BYTES: usize = 4 * 1024;
/// The largest number that a document may hold to be read back exactly.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// The binding of the database.
pub(super) const DB: &str = "DB";

/// Everything that the index knows of one manifest.
pub struct Row<'a> {
    /// Its repository.
    pub name: &'a Name,
    /// What its bytes are.
    pub digest: &'a Digest,
    /// As it is stored.
    pub media_type: &'a str,
    /// The length of its document in bytes.
    pub document_bytes: u64,
    /// When it was pushed, ms UTC.
    pub pushed_at_ms: u64,
    /// What it names.
    pub manifest: &'a Manifest,
    /// What was computed of it.
    pub entry: &'a Entry,
}

impl Store {
    /// Writes a manifest's rows: itself, its children, its layers, and its repository.
    pub async fn index_manifest(&self, row: &Row<'_>) -> Result<(), Error> {
        let db = self.env.d1(DB)?;
        let key = [text(row.name.as_str()), text(row.digest.as_str())];
        let mut batch = vec![
            repository(&db, row)?,
            manifest(&db, row)?,
            db.prepare("DELETE FROM children WHERE repository = ?1 AND parent = ?2").bind(&key)?,
            db.prepare("DELETE FROM layers WHERE repository = ?1 AND manifest = ?2").bind(&key)?,
        ];
        if !row.manifest.manifests.is_empty() {
            batch.push(children(&db, row)?);
        }
        if !row.manifest.layers.is_empty() {
            batch.push(layers(&db, row)?);
        }
        run(&db, batch).await
    }

    /// Writes a tag's row.
    pub async fn index_tag(
        &self,
        name: &Name,
        tag: &Tag,
        digest: &Digest,
        pushed_at_ms: u64,
    ) -> Result<(), Error> {
        let db = self.env.d1(DB)?;
        let sql = "INSERT INTO tags (repository, tag, digest, pushed_at_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET digest = excluded.digest, pushed_at_ms = excluded.pushed_at_ms";
        let values =
            [text(name.as_str()), text(tag.as_str()), text(digest.as_str()), number(pushed_at_ms)];
        run(&db, vec![db.prepare(sql).bind(&values)?]).await
    }
}

fn repository(db: &D1Database, row: &Row<'_>) -> Result<D1PreparedStatement, Error> {
    // An older push that is indexed late must not say what the repository is today.
    let sql = "INSERT INTO repositories (name, description, created_at_ms, updated_at_ms)
         VALUES (?1, ?2, ?3, ?3)
         ON CONFLICT (name) DO UPDATE SET
           description = CASE WHEN excluded.updated_at_ms >= updated_at_ms
             THEN coalesce(excluded.description, description) ELSE description END,
           updated_at_ms = max(updated_at_ms, excluded.updated_at_ms)";
    let values = [
        text(row.name.as_str()),
        optional(row.entry.description.as_deref().map(short)),
        number(row.pushed_at_ms),
    ];
    Ok(db.prepare(sql).bind(&values)?)
}

fn manifest(db: &D1Database, row: &Row<'_>) -> Result<D1PreparedStatement, Error> {
    let sql =
        "INSERT OR REPLACE INTO manifests (repository, digest, media_type, kind, artifact_type,
           subject, size_bytes, content_bytes, os, architecture, variant, built_at, annotations,
           pushed_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let platform = row.entry.platform.as_ref();
    let values = [
        text(row.name.as_str()),
        text(row.digest.as_str()),
        text(row.media_type),
        text(row.entry.kind.as_str()),
        optional(row.manifest.referrer_type().map(short)),
        optional(row.manifest.subject_digest().map(Digest::as_str)),
        number(row.document_bytes),
        number(row.manifest.content_bytes()),
        optional(platform.map(|platform| short(&platform.os))),
        optional(platform.map(|platform| short(&platform.architecture))),
        optional(platform.and_then(|platform| platform.variant.as_deref()).map(short)),
        optional(row.entry.built_at.as_deref().map(short)),
        annotations(row.entry)?,
        number(row.pushed_at_ms),
    ];
    Ok(db.prepare(sql).bind(&values)?)
}

/// All children in one statement, out of a list of their values.
fn children(db: &D1Database, row: &Row<'_>) -> Result<D1PreparedStatement, Error> {
    let sql = "INSERT INTO children (repository, parent, position, digest, os, architecture,
           variant, annotations)
         SELECT ?1, ?2, key, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
         FROM json_each(?3)";
    let values = |child: &Descriptor| {
        let platform = child.platform.as_ref();
        let annotations = serde_json::to_string(&child.annotations).unwrap_or_default();
        serde_json::json!([
            child.digest,
            platform.map(|platform| short(&platform.os)),
            platform.map(|platform| short(&platform.architecture)),
            platform.and_then(|platform| platform.variant.as_deref()).map(short),
            within(annotations, MAX_CHILD_BYTES),
        ])
    };
    let list: Vec<_> = row.manifest.manifests.iter().take(MAX_ROWS).map(values).collect();
    listed(db, sql, row, &list)
}

/// All layers in one statement.
fn layers(db: &D1Database, row: &Row<'_>) -> Result<D1PreparedStatement, Error> {
    let sql = "INSERT INTO layers (repository, manifest, position, digest, media_type, size_bytes)
         SELECT ?1, ?2, key, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?3)";
    let values = |layer: &Descriptor| {
        let size = layer.size.min(MAX_NUMBER);
        serde_json::json!([layer.digest, short(&layer.media_type), size])
    };
    let list: Vec<_> = row.manifest.layers.iter().take(MAX_ROWS).map(values).collect();
    listed(db, sql, row, &list)
}

fn listed(
    db: &D1Database,
    sql: &str,
    row: &Row<'_>,
    list: &[serde_json::Value],
) -> Result<D1PreparedStatement, Error> {
    let list = serde_json::to_string(list).map_err(|error| Error::Backend(error.to_string()))?;
    let values = [text(row.name.as_str()), text(row.digest.as_str()), text(&list)];
    Ok(db.prepare(sql).bind(&values)?)
}

/// The beginning of a text that somebody else wrote: the index shows people what they can read, and
/// takes two million bytes a row.
fn short(text: &str) -> &str {
    let end = text.char_indices().map(|(at, _)| at).find(|at| *at >= MAX_TEXT_BYTES);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// A JSON object, or an empty one where it is longer than anybody reads.
fn within(json: String, limit: usize) -> String {
    if json.len() <= limit { json } else { "{}".to_owned() }
}

/// All or nothing: D1 runs a batch as one transaction.
pub(super) async fn run(db: &D1Database, batch: Vec<D1PreparedStatement>) -> Result<(), Error> {
    for result in db.batch(batch).await? {
        if let Some(error) = result.error() {
            return Err(Error::Backend(error));
        }
    }
    Ok(())
}

pub(super) fn text(value: &str) -> JsValue {
    JsValue::from_str(value)
}

fn annotations(entry: &Entry) -> Result<JsValue, Error> {
    let json = serde_json::to_string(&entry.annotations);
    let json = json.map_err(|error| Error::Backend(error.to_string()))?;
    Ok(text(&within(json, MAX_ANNOTATIONS_BYTES)))
}
