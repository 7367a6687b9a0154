//! One registry of the Terraform module's map.

use serde_json::{Map, Value};

/// The fields that the module has.
const FIELDS: [&str; 6] = [
    "accessToken",
    "image_tag_mutability",
    "lifecycle_policy",
    "registry",
    "repository_read_access_arns",
    "username",
];

/// A registry, where it answers and for whom.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    fields: &'a Map<String, Value>,
    /// Its host.
    pub(super) registry: String,
    /// The account there, where it has one; there is a password with it.
    pub(super) username: Option<String>,
}

impl<'a> Entry<'a> {
    /// Reads what stands below a prefix; or says why it is no registry.
    pub(super) fn read(value: &'a Value) -> Result<Self, String> {
        let fields = value.as_object().ok_or("is no map with `registry` in it")?;
        let registry = text(fields.get("registry")).ok_or("has no `registry`")?;
        let username = text(fields.get("username"));
        let has_password = text(fields.get("accessToken")).is_some();
        if username.is_some() != has_password {
            return Err("has one of `username` and `accessToken`; both or none are needed".into());
        }
        Ok(Self { fields, registry, username })
    }

    /// What of it cannot be taken over, and why.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.fields.contains_key("repository_read_access_arns") {
            let who = if self.username.is_some() {
                "because of the credentials only who signed in may pull (`pull`)"
            } else {
                "everybody may pull (`pull` can say who may)"
            };
            remarks.push(format!(
                "repository_read_access_arns is left out: principals of AWS mean nothing here, and \
                 {who}"
            ));
        }
        let mutability = text(self.fields.get("image_tag_mutability")).unwrap_or_default();
        if mutability.starts_with("IMMUTABLE") {
            remarks.push(format!(
                "image_tag_mutability {mutability} is left out: in a cache it keeps a tag from \
                 following the registry, security fixes among it. `immutable_tags` is for tags that \
                 never move there"
            ));
        }
        if let Some(policy) = self.fields.get("lifecycle_policy") {
            remarks.extend(lifecycle(policy));
        }
        let unknown = self.fields.keys().filter(|field| !FIELDS.contains(&field.as_str()));
        remarks.extend(unknown.map(|field| format!("{field} is left out: it is not known here")));
        remarks
    }
}

/// A text, also where it was written like a number; nothing where it is empty.
fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// What becomes of the rules that say which images go.
fn lifecycle(policy: &Value) -> Vec<String> {
    let rules = policy.get("rules").and_then(Value::as_array).map(Vec::as_slice);
    let Some(rules) = rules.filter(|rules| !rules.is_empty()) else {
        return vec!["lifecycle_policy is left out: it has no rules".to_owned()];
    };
    rules.iter().map(one).collect()
}

fn one(rule: &Value) -> String {
    let name = text(rule.get("description")).map(|it| format!(" ({it})")).unwrap_or_default();
    let priority = text(rule.get("rulePriority")).unwrap_or_else(|| "without a priority".into());
    let get = |field| rule.get("selection").and_then(|it| text(it.get(field)));
    let of = match get("countUnit") {
        Some(unit) => format!(" {unit}"),
        None => String::new(),
    };
    let what = match (get("countType"), get("countNumber")) {
        (Some(kind), Some(number)) => format!(", {kind} {number}{of},"),
        _ => String::new(),
    };
    let tags = ["tagPrefixList", "tagPatternList"].into_iter().filter(|field| {
        rule.get("selection").is_some_and(|selection| selection.get(field).is_some())
    });
    let tags: Vec<&str> = tags.collect();
    let tags = if tags.is_empty() {
        String::new()
    } else {
        format!(" Its {} has no counterpart.", tags.join(" and "))
    };
    format!(
        "lifecycle_policy rule {priority}{name}{what} is left out: `budget_bytes` bounds what is \
         kept of a registry, and what was not pulled for the longest time goes first, an index \
         with its images.{tags}"
    )
}
