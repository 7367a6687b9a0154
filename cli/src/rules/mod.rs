//! Rules about other registries that somebody has written for another cache, as rules for this one.

mod entry;
mod table;

use entry::Entry;
use roadstead_shared::upstream::Rules;
use serde_json::{Map, Value};
use table::Table;

/// What is had from a file.
#[derive(Debug)]
pub(crate) struct Imported {
    /// Tables for `wrangler.toml`. No password is in them.
    pub(crate) tables: String,
    /// The names of the secrets that they need.
    pub(crate) secrets: Vec<String>,
    /// What could not be taken over, and why.
    pub(crate) remarks: Vec<String>,
}

/// Why nothing is had from a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It is no YAML.
    #[error("this is no YAML: {0}")]
    Yaml(String),
    /// It is something else.
    #[error(
        "this is no map of registries: each has a prefix as its key, and below it `registry`, and \
         perhaps `username` and `accessToken`"
    )]
    Shape,
    /// It is encrypted.
    #[error(
        "this is encrypted by sops; decrypt it first: sops decrypt FILE | roadstead rules import -"
    )]
    Encrypted,
    /// An entry cannot be a rule.
    #[error("{}", .0.join("\n"))]
    Wrong(Vec<String>),
}

/// Reads the YAML of the Terraform module `terraform-aws-ecr-pull-through-cache`: a map of registries
/// by the prefix that each has in ECR.
pub(crate) fn import(text: &str) -> Result<Imported, Error> {
    // Without the lines around a mistake: a password may stand there.
    let options = serde_saphyr::options! { with_snippet: false };
    let document: Value = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| Error::Yaml(error.to_string()))?;
    let Value::Object(mut map) = document else { return Err(Error::Shape) };
    if map.contains_key("sops") {
        return Err(Error::Encrypted);
    }
    // As the module's own variable has it.
    if map.len() == 1
        && let Some(Value::Object(inner)) = map.get_mut("registries")
        && inner.values().all(Value::is_object)
    {
        map = std::mem::take(inner);
    }
    if map.is_empty() {
        return Err(Error::Shape);
    }
    let (mut tables, mut remarks, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for (prefix, value) in &map {
        match Entry::read(value) {
            Ok(entry) => {
                remarks.extend(entry.remarks().iter().map(|it| format!("{prefix}: {it}")));
                tables.push(Table::of(prefix, &entry));
            }
            Err(why) => wrong.push(format!("{prefix}: {why}")),
        }
    }
    wrong.extend(faults(&tables));
    if !wrong.is_empty() {
        return Err(Error::Wrong(wrong));
    }
    Ok(Imported {
        secrets: tables.iter().filter_map(Table::secret).collect(),
        tables: table::print(&tables),
        remarks,
    })
}

/// What the edge itself would say to these tables.
fn faults(tables: &[Table]) -> Vec<String> {
    let tables = tables.iter().map(|table| (table.prefix.clone(), table.json()));
    let (_, wrong) = Rules::read(Some(&Value::Object(tables.collect::<Map<_, _>>())));
    wrong.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests;
