//! Bytes and images by day.

use crate::tier::Month;
use crate::tier::period::{date, day_of};
use crate::usage::UsageDay;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many days are kept: a month, and the thirty that are shown.
const KEPT: u64 = 40;

/// How many days are shown.
const SHOWN: u64 = 30;

/// The days, by their number since 1970: bytes and images.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days(BTreeMap<u64, (u64, u64)>);

impl Days {
    /// Adds bytes to a day.
    pub fn add_bytes(&mut self, day: u64, bytes: u64) {
        let entry = self.0.entry(day).or_default();
        entry.0 = entry.0.saturating_add(bytes);
    }

    /// Adds images to a day.
    pub fn add_pulls(&mut self, day: u64, pulls: u64) {
        let entry = self.0.entry(day).or_default();
        entry.1 = entry.1.saturating_add(pulls);
    }

    /// Bytes of a month.
    pub fn bytes_of(&self, month: Month) -> u64 {
        let days = self.0.iter().filter(|(day, _)| month.has_day(**day));
        days.fold(0, |sum, (_, (bytes, _))| sum.saturating_add(*bytes))
    }

    /// The last days, oldest first, today last.
    pub fn last(&self, now_ms: u64) -> Vec<UsageDay> {
        let today = day_of(now_ms);
        let days = (0..SHOWN).rev().map(|ago| today.saturating_sub(ago));
        days.map(|day| {
            let (bytes, pulls) = self.0.get(&day).copied().unwrap_or_default();
            UsageDay { date: date(day), bytes, pulls }
        })
        .collect()
    }

    /// Forgets what nobody asks for any more, and what no clock can have said.
    pub fn forget_before(&mut self, now_ms: u64) {
        let today = day_of(now_ms);
        self.0.retain(|day, _| *day + KEPT > today && *day <= today + 1);
    }
}
