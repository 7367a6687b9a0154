//! A JSON object of which most belongs to others: fields in their order, and what is not touched
//! in its very text.

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;

/// An object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document(Vec<(String, Box<RawValue>)>);

impl Document {
    /// Reads an object; nothing at all counts as an empty one.
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        if text.trim().is_empty() { Ok(Self::default()) } else { serde_json::from_str(text) }
    }

    /// A field as whatever it should be; `None` where it is missing or something else.
    pub(crate) fn get<'a, T: Deserialize<'a>>(&'a self, key: &str) -> Option<T> {
        let (_, value) = self.0.iter().rev().find(|(name, _)| name == key)?;
        serde_json::from_str(value.get()).ok()
    }

    /// The fields' names.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Puts a field where it was, or at the end.
    pub(crate) fn set(
        &mut self,
        key: &str,
        value: &impl Serialize,
    ) -> Result<(), serde_json::Error> {
        // One level deeper than where it was written. A JSON text has no line breaks in strings.
        let text = pretty(value)?.replace('\n', "\n\t");
        let value = RawValue::from_string(text)?;
        match self.0.iter_mut().rev().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
        Ok(())
    }

    /// Takes a field away; whether it was there.
    pub(crate) fn remove(&mut self, key: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|(name, _)| name != key);
        before != self.0.len()
    }

    /// The object as text, indented with tabs as docker does it.
    pub(crate) fn text(&self) -> Result<String, serde_json::Error> {
        pretty(self)
    }
}

fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, formatter))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Document;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Document(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_touched_keeps_its_order_and_its_text() {
        let text = r#"{ "z": 1.50, "a": {"b" : [1,  2]}, "big": 12345678901234567890123 }"#;
        let mut document = Document::parse(text).unwrap();
        document.set("new", &["x"]).unwrap();
        document.set("z", &2).unwrap();
        let written = document.text().unwrap();
        assert_eq!(
            written,
            "{\n\t\"z\": 2,\n\t\"a\": {\"b\" : [1,  2]},\n\t\"big\": 12345678901234567890123,\n\
             \t\"new\": [\n\t\t\"x\"\n\t]\n}"
        );
        assert!(document.remove("a"));
        assert!(!document.remove("a"));
        assert_eq!(document.keys().collect::<Vec<_>>(), ["z", "big", "new"]);
    }

    #[test]
    fn only_an_object_is_taken() {
        assert!(Document::parse(" \n").is_ok());
        for text in ["[]", "null", "{", "{}{}"] {
            assert!(Document::parse(text).is_err(), "{text}");
        }
    }
}
