//! What a manifest or any other document names, so that nothing is collected that it needs.

use super::Digest;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a document names, whatever its type: what it is, is somebody's business; that it is needed,
/// is the registry's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Every digest in a field called `digest`, at any depth, the subject's aside.
    pub named: BTreeSet<Digest>,
    /// The subject's digest.
    pub subject: Option<Digest>,
}

impl Links {
    /// Reads `document`. What is no JSON names nothing.
    pub fn parse(document: &[u8]) -> Self {
        let (named, subject) = sized(document);
        Self { named: named.into_keys().collect(), subject }
    }
}

/// The same with how many bytes each has, where a field `size` beside its digest says so.
pub fn sized(document: &[u8]) -> (BTreeMap<Digest, Option<u64>>, Option<Digest>) {
    let mut named = BTreeMap::new();
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(document) else {
        return (named, None);
    };
    let subject = fields.remove("subject");
    let subject = subject.as_ref().and_then(|subject| digest_of(subject.get("digest")?));
    // The parser refuses what is nested deeper than a stack can bear.
    fields.values().for_each(|field| name_digests(field, &mut named));
    (named, subject)
}

fn name_digests(value: &Value, named: &mut BTreeMap<Digest, Option<u64>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| name_digests(item, named)),
        Value::Object(fields) => {
            if let Some(digest) = fields.get("digest").and_then(digest_of) {
                let size = fields.get("size").and_then(Value::as_u64);
                let known = named.entry(digest).or_insert(size);
                *known = known.or(size);
            }
            fields.values().for_each(|field| name_digests(field, named));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn digest_of(value: &Value) -> Option<Digest> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(digit: char) -> String {
        format!("sha256:{}", String::from(digit).repeat(64))
    }

    #[test]
    fn every_digest_at_any_depth_is_named_and_the_subject_is_not() {
        let (one, two, three) = (digest('1'), digest('2'), digest('3'));
        let text = format!(
            r#"{{"config":{{"digest":"{one}"}},"blobs":[{{"x":{{"digest":"{two}"}}}}],
            "layers":[{{"digest":"no"}},{{"digest":5}},6],"subject":{{"digest":"{three}"}}}}"#
        );
        let links = Links::parse(text.as_bytes());
        assert_eq!(links.subject, Some(three.parse().unwrap()));
        let named: Vec<&str> = links.named.iter().map(Digest::as_str).collect();
        assert_eq!(named, [one, two]);
    }

    #[test]
    fn what_is_no_object_names_nothing() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        for nothing in ["", "[]", "5", "{\"a\":", "{\"subject\":7}", &deep] {
            assert_eq!(Links::parse(nothing.as_bytes()), Links::default());
        }
    }
}
