//! Fields of text as whatever a type asks for.

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};
use std::fmt;

/// Why a form is not what a call wants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl Unreadable {
    /// Says why.
    pub(super) fn new(why: String) -> Self {
        Self(why)
    }
}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// How deep `a.b.c` may go; what is behind stays one name.
const MAX_DEPTH: usize = 3;

/// Reads all fields as one object.
pub(super) fn read<T: DeserializeOwned>(fields: &[(String, String)]) -> Result<T, Unreadable> {
    let fields = fields.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    T::deserialize(Node { fields: fields.collect(), depth: 0 })
}

/// What was given under one name: values under the empty rest of it, and fields below it.
#[derive(Clone, Debug)]
struct Node<'de> {
    fields: Vec<(&'de str, &'de str)>,
    depth: usize,
}

impl<'de> Node<'de> {
    fn values(&self) -> impl Iterator<Item = &'de str> {
        self.fields.iter().filter(|(key, _)| key.is_empty()).map(|(_, value)| *value)
    }

    /// The value of what is no list.
    fn last(&self) -> &'de str {
        self.values().last().unwrap_or_default()
    }

    /// The fields below, each with what was given under it, in the order of their first values.
    fn children(&self) -> Vec<(&'de str, Self)> {
        let mut children: Vec<(&str, Self)> = Vec::new();
        for (key, value) in self.fields.iter().filter(|(key, _)| !key.is_empty()) {
            let (name, rest) = match key.split_once('.') {
                Some((name, rest)) if self.depth < MAX_DEPTH && !rest.is_empty() => (name, rest),
                _ => (*key, ""),
            };
            let field = (rest, *value);
            match children.iter_mut().find(|(known, _)| *known == name) {
                Some((_, child)) => child.fields.push(field),
                None => {
                    children.push((name, Self { fields: vec![field], depth: self.depth + 1 }));
                }
            }
        }
        children
    }

    /// Every entry of a list: of repeated fields, and of fields that hold several.
    fn entries(&self) -> Vec<&'de str> {
        let entries = self.values().flat_map(|value| value.split([',', '\n']));
        entries.map(str::trim).filter(|entry| !entry.is_empty()).collect()
    }

    /// An object of texts: what stands behind the first dot stays as it is. A field that was left
    /// empty is none.
    fn texts(&self) -> Vec<(&'de str, &'de str)> {
        let given = |(key, value): &&(&str, &str)| !key.is_empty() && !value.is_empty();
        self.fields.iter().filter(given).copied().collect()
    }

    fn number<T: std::str::FromStr>(&self) -> Result<T, Unreadable> {
        let text = self.last().trim();
        text.parse().map_err(|_| Unreadable(format!("\"{text}\" is not a number that fits here")))
    }
}

impl<'de> IntoDeserializer<'de, Unreadable> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($name:ident $visit:ident),*) => { $(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.$visit(self.number()?)
        }
    )* };
}

impl<'de> de::Deserializer<'de> for Node<'de> {
    type Error = Unreadable;

    numbers! {
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32,
        deserialize_i64 visit_i64, deserialize_u8 visit_u8, deserialize_u16 visit_u16,
        deserialize_u32 visit_u32, deserialize_u64 visit_u64, deserialize_f32 visit_f32,
        deserialize_f64 visit_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.texts().is_empty() {
            visitor.visit_borrowed_str(self.last())
        } else {
            self.deserialize_map(visitor)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.last() {
            "true" | "on" | "1" => visitor.visit_bool(true),
            "false" | "off" | "0" | "" => visitor.visit_bool(false),
            other => Err(Unreadable(format!("\"{other}\" is neither true nor false"))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let is_empty = self.fields.iter().all(|(_, value)| value.is_empty());
        if is_empty { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let entries = self.entries().into_iter();
        let entries = entries.map(|entry| Node { fields: vec![("", entry)], depth: MAX_DEPTH });
        visitor.visit_seq(SeqDeserializer::new(entries))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_map(MapDeserializer::new(self.texts().into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_map(MapDeserializer::new(self.children().into_iter()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let text: StrDeserializer<'de, Unreadable> = self.last().into_deserializer();
        de::Deserializer::deserialize_enum(text, name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
        i128 u128
    }
}
