//! Fields of one kind or another, and what is said where they are of neither.

use super::{MAX_LIST, Table};
use crate::upstream::Pattern;
use crate::upstream::rules::Wrong;
use serde_json::Value;

impl Table<'_> {
    pub(super) fn says(&mut self, why: &str) {
        self.wrong.push(Wrong { place: self.at.clone(), why: why.to_owned() });
    }

    pub(super) fn fault(&mut self, field: &str, why: &str) {
        self.wrong.push(Wrong { place: format!("{}.{field}", self.at), why: why.to_owned() });
    }

    pub(super) fn patterns(&mut self, field: &str) -> Vec<Pattern> {
        let texts = self.list(field);
        let found: Option<Vec<Pattern>> = texts.iter().map(|text| Pattern::parse(text)).collect();
        if found.is_none() {
            self.fault(field, "has a pattern that is empty or too long");
        }
        found.unwrap_or_default()
    }

    pub(super) fn text(&mut self, field: &str) -> Option<String> {
        match self.fields.get(field)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => {
                self.fault(field, "must be a text");
                None
            }
        }
    }

    pub(super) fn flag(&mut self, field: &str) -> Option<bool> {
        let value = self.fields.get(field)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.fault(field, "must be true or false");
        }
        flag
    }

    /// A number of which there may be no limit: `default` where nothing is said, or something wrong.
    pub(super) fn limit(&mut self, field: &str, of: &str, default: Option<u64>) -> Option<u64> {
        let Some(value) = self.fields.get(field) else { return default };
        if value.is_null() || value == "none" {
            return None;
        }
        let number = whole(value);
        if number.is_none() {
            self.fault(field, &format!("must be a whole number of {of}, or \"none\""));
        }
        number.or(default)
    }

    pub(super) fn list(&mut self, field: &str) -> Vec<String> {
        let texts: Option<Vec<String>> = match self.fields.get(field) {
            None => return Vec::new(),
            Some(Value::String(text)) => Some(vec![text.clone()]),
            Some(Value::Array(values)) => {
                values.iter().map(|value| value.as_str().map(str::to_owned)).collect()
            }
            Some(_) => None,
        };
        match texts {
            Some(texts) if texts.len() <= MAX_LIST => return texts,
            Some(_) => self.fault(field, &format!("has more than {MAX_LIST} entries")),
            None => self.fault(field, "must be a list of texts"),
        }
        Vec::new()
    }
}

/// A whole number, not negative.
pub(super) fn whole(value: &Value) -> Option<u64> {
    value.as_u64()
}
