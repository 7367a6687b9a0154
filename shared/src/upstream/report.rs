//! What `/api/v1/upstreams` says of a rule.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How a rule stands. Counts are since the rule's first use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// The first component of the names that it answers for.
    pub prefix: String,
    /// What the registry is called.
    pub host: String,
    /// How many bytes of it rest here, or are about to.
    pub stored_bytes: u64,
    /// How many may; `None`: no limit.
    pub budget_bytes: Option<u64>,
    /// Images that rest here.
    pub images: u64,
    /// Requests that were answered with what rested here.
    pub hits: u64,
    /// Requests for which the registry was asked.
    pub misses: u64,
    /// Bytes that did not have to be fetched again.
    pub saved_bytes: u64,
    /// Bytes that were fetched.
    pub fetched_bytes: u64,
    /// Requests to the registry.
    pub requests: u64,
    /// Images that went to make room.
    pub evicted: u64,
    /// Their bytes.
    pub evicted_bytes: u64,
    /// Until when the registry is not asked, ms UTC; `None`: it is.
    pub resting_until_ms: Option<u64>,
    /// What it said last of how often it may still be asked.
    pub remaining: Option<u64>,
    /// What is wrong, for the operator: a credential that is refused, a registry that fails.
    pub problem: Option<String>,
}

impl Report {
    /// The part of all requests that was answered with what rested here; `None` before the first.
    pub fn hit_rate(&self) -> Option<f64> {
        let all = self.hits.saturating_add(self.misses);
        #[expect(clippy::cast_precision_loss, reason = "a rate is read by people")]
        let rate = (all > 0).then(|| self.hits as f64 / all as f64);
        rate
    }

    /// As the API says it: with the hit rate, to four places.
    pub fn document(&self) -> Value {
        let mut document = json!(self);
        if let Value::Object(fields) = &mut document {
            let rate = self.hit_rate().map(|rate| (rate * 10_000.0).round() / 10_000.0);
            fields.insert("hit_rate".to_owned(), json!(rate));
        }
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_the_rate_and_is_read_as_a_report() {
        let report = Report { prefix: "hub".into(), hits: 2, misses: 1, ..Report::default() };
        let document = report.document();
        assert_eq!(document["hit_rate"], json!(0.6667));
        assert_eq!(document["stored_bytes"], json!(0));
        assert_eq!(serde_json::from_value::<Report>(document).unwrap(), report);
        assert_eq!(Report::default().document()["hit_rate"], Value::Null);
    }
}
