//! Who has reported what: the last number of each isolate.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// For how long a reporter is known that says nothing, in ms. Isolates keep what they could not
/// report for less.
const KNOWN_MS: u64 = 2 * 60 * 60 * 1000;

/// How many are known at once.
const MAX: usize = 200;

/// The last number of each, and when it came, ms UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporters(BTreeMap<String, (u64, u64)>);

impl Reporters {
    /// Whether a report has not been heard before; from now on it has.
    pub fn is_new(&mut self, reporter: &str, number: u64, now_ms: u64) -> bool {
        if self.0.get(reporter).is_some_and(|(last, _)| number <= *last) {
            return false;
        }
        self.0.insert(reporter.to_owned(), (number, now_ms));
        if self.0.len() > MAX {
            self.0.retain(|_, (_, heard_ms)| heard_ms.saturating_add(KNOWN_MS) > now_ms);
        }
        while self.0.len() > MAX {
            let oldest = self.0.iter().min_by_key(|(_, (_, heard_ms))| *heard_ms);
            let Some(oldest) = oldest.map(|(reporter, _)| reporter.clone()) else { break };
            self.0.remove(&oldest);
        }
        true
    }
}
