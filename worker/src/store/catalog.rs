//! The index for people, in D1. Only the repository's own object writes here, and always what the
//! bucket says: writing twice is harmless, and every row can be computed again.

use super::{Error, Store};
use roadstead_shared::index::Entry;
use roadstead_shared::oci::{Descriptor, Digest, Manifest, Name, Tag};
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement};

/// How many children and layers of one manifest are shown: D1 runs at most 1,000 statements for one
/// event, and no image that runs anywhere has a tenth of that.
const MAX_ROWS: usize = 400;

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
        for (position, child) in row.manifest.manifests.iter().take(MAX_ROWS).enumerate() {
            batch.push(one_child(&db, row, position, child)?);
        }
        for (position, layer) in row.manifest.layers.iter().take(MAX_ROWS).enumerate() {
            batch.push(one_layer(&db, row, position, layer)?);
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
        optional(row.entry.description.as_deref()),
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
        optional(row.manifest.referrer_type()),
        optional(row.manifest.subject_digest().map(Digest::as_str)),
        number(row.document_bytes),
        number(row.manifest.content_bytes()),
        optional(platform.map(|platform| platform.os.as_str())),
        optional(platform.map(|platform| platform.architecture.as_str())),
        optional(platform.and_then(|platform| platform.variant.as_deref())),
        optional(row.entry.built_at.as_deref()),
        json(&row.entry.annotations)?,
        number(row.pushed_at_ms),
    ];
    Ok(db.prepare(sql).bind(&values)?)
}

fn one_child(
    db: &D1Database,
    row: &Row<'_>,
    position: usize,
    child: &Descriptor,
) -> Result<D1PreparedStatement, Error> {
    let sql = "INSERT INTO children (repository, parent, position, digest, os, architecture,
           variant, annotations) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let platform = child.platform.as_ref();
    let values = [
        text(row.name.as_str()),
        text(row.digest.as_str()),
        number(position as u64),
        text(child.digest.as_str()),
        optional(platform.map(|platform| platform.os.as_str())),
        optional(platform.map(|platform| platform.architecture.as_str())),
        optional(platform.and_then(|platform| platform.variant.as_deref())),
        json(&child.annotations)?,
    ];
    Ok(db.prepare(sql).bind(&values)?)
}

fn one_layer(
    db: &D1Database,
    row: &Row<'_>,
    position: usize,
    layer: &Descriptor,
) -> Result<D1PreparedStatement, Error> {
    let sql = "INSERT INTO layers (repository, manifest, position, digest, media_type, size_bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = [
        text(row.name.as_str()),
        text(row.digest.as_str()),
        number(position as u64),
        text(layer.digest.as_str()),
        text(&layer.media_type),
        number(layer.size),
    ];
    Ok(db.prepare(sql).bind(&values)?)
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

fn optional(value: Option<&str>) -> JsValue {
    value.map_or(JsValue::NULL, JsValue::from_str)
}

/// D1 takes JavaScript's numbers, exact up to 2^53; a size that somebody made up beyond that is
/// shown as the largest.
#[expect(clippy::cast_precision_loss, reason = "bounded to what is exact")]
fn number(value: u64) -> JsValue {
    JsValue::from_f64(value.min((1 << 53) - 1) as f64)
}

fn json(value: &impl serde::Serialize) -> Result<JsValue, Error> {
    serde_json::to_string(value).map(|json| text(&json)).map_err(|e| Error::Backend(e.to_string()))
}
