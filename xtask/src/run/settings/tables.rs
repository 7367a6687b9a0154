//! Tables of TOML among the settings, as `wrangler.toml` has them. The edge gets them as JSON.

use anyhow::{Result, anyhow, bail};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// What `wrangler.toml` has variables under. Here that may be left out.
const VARS: &str = "vars";

/// The settings in the tables of `text` that begin at line `first`, counted from 1.
pub(super) fn parse(text: &str, first: usize) -> Result<BTreeMap<String, String>> {
    // What stands above was read already; without it lines would be counted from here.
    let above = "\n".repeat(first - 1);
    let below: Vec<&str> = text.lines().skip(first - 1).collect();
    let whole = above + &below.join("\n");
    let tables: Table = whole.parse().map_err(|error: toml::de::Error| at_line(&whole, &error))?;
    let mut settings = BTreeMap::new();
    for (name, value) in tables {
        let found = match value {
            Value::Table(vars) if name == VARS => vars.into_iter().collect(),
            value => vec![(name, value)],
        };
        for (name, value) in found {
            if settings.insert(name.clone(), written(value)).is_some() {
                bail!("there are tables of {name} with {VARS} in front and without");
            }
        }
    }
    Ok(settings)
}

/// A structured value in TOML as JSON; `None` where it is none, or is JSON already.
pub(super) fn inline(value: &str) -> Option<String> {
    let is_structured =
        value.starts_with(['{', '[']) && serde_json::from_str::<Json>(value).is_err();
    let table: Table = format!("value = {value}").parse().ok().filter(|_| is_structured)?;
    table.get("value").cloned().map(written)
}

fn at_line(text: &str, error: &toml::de::Error) -> anyhow::Error {
    let at = error.span().map_or(0, |span| span.start).min(text.len());
    let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    anyhow!("line {line}: {}", error.message())
}

/// A text as it is, everything else in JSON.
fn written(value: Value) -> String {
    match value {
        Value::String(text) => text,
        // wrangler can be given one kind of quotes only; JSON can do without the other one.
        value => json(value).to_string().replace('\'', "\\u0027"),
    }
}

fn json(value: Value) -> Json {
    match value {
        Value::String(text) => Json::String(text),
        Value::Integer(number) => number.into(),
        Value::Float(number) => number.into(),
        Value::Boolean(flag) => flag.into(),
        Value::Datetime(time) => time.to_string().into(),
        Value::Array(values) => values.into_iter().map(json).collect(),
        Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
    }
}
