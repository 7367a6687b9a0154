//! A rule as a table of `wrangler.toml`.

use super::entry::Entry;
use roadstead_shared::upstream::{Origin, image, preset};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    /// What its names begin with.
    pub(super) prefix: String,
    /// Its fields in the order in which they are printed.
    fields: Vec<(&'static str, Value)>,
}

impl Table {
    /// The rule that is meant by `entry`.
    pub(super) fn of(prefix: &str, entry: &Entry<'_>) -> Self {
        let mut fields = Vec::new();
        let url = entry.registry.split_once("://").map_or(entry.registry.as_str(), |(_, it)| it);
        let host = Origin::parse(true, url.trim_end_matches('/'));
        let host = host.map(|origin| image::known_as(origin.authority())).unwrap_or_default();
        let known = preset::of_host(&host);
        fields.extend(known.map(|known| ("preset", json!(known.name))));
        // Where everybody has a host of their own the preset does not say which.
        if known.is_none_or(|known| known.host.is_empty()) {
            let is_whole = entry.registry.contains("://");
            let whole = if is_whole { String::new() } else { "https://".to_owned() };
            fields.push(("url", json!(whole + &entry.registry)));
        }
        if let Some(username) = &entry.username {
            fields.push(("username", json!(username)));
            fields.push((SECRET, json!(secret(prefix))));
        }
        Self { prefix: prefix.to_owned(), fields }
    }

    /// The name of the secret that it needs.
    pub(super) fn secret(&self) -> Option<String> {
        let found = self.fields.iter().find(|(field, _)| *field == SECRET);
        found.and_then(|(_, value)| value.as_str().map(str::to_owned))
    }

    /// As the edge reads it.
    pub(super) fn json(&self) -> Value {
        let fields = self.fields.iter().map(|(field, value)| ((*field).to_owned(), value.clone()));
        Value::Object(fields.collect::<Map<_, _>>())
    }
}

/// The field that names a secret.
const SECRET: &str = "password_secret";

/// `public-ecr` has `PUBLIC_ECR_PASSWORD`.
fn secret(prefix: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let name: String = prefix.chars().map(letter).collect();
    // A name begins with a letter.
    let name = if name.starts_with(|c: char| c.is_ascii_uppercase()) {
        name
    } else {
        "R_".to_owned() + &name
    };
    format!("{name}_PASSWORD")
}

/// The tables, as they stand in `wrangler.toml`.
pub(super) fn print(tables: &[Table]) -> String {
    let mut text = String::new();
    for table in tables {
        let is_bare =
            table.prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let key = if is_bare { table.prefix.clone() } else { quoted(&json!(table.prefix)) };
        let _ = writeln!(text, "[vars.UPSTREAMS.{key}]");
        for (field, value) in &table.fields {
            let _ = writeln!(text, "{field} = {}", quoted(value));
        }
        text.push('\n');
    }
    text
}

/// JSON's texts are TOML's, but for one character that TOML wants to be escaped.
fn quoted(value: &Value) -> String {
    value.to_string().replace('\u{7f}', "\\u007f")
}
