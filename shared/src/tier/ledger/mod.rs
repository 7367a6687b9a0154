//! What one subject has pulled, as its meter knows it. Pure: the time is passed in.
//!
//! Five parts, each small and written by itself: the days with their bytes and images, the images
//! of the last hour by minute, the indexes that were just let through, who has reported what, and
//! what was begun.

mod begun;
mod days;
mod hour;
mod passes;
mod reporters;

pub use begun::Begun;
pub use days::Days;
pub use hour::Hour;
pub use passes::Passes;
pub use reporters::Reporters;

use super::{Limits, Mark, Month, Spent};
use crate::usage::UsageDay;
use serde::{Deserialize, Serialize};

/// An hour in ms: for so long the children of an index pass.
const HOUR_MS: u64 = 60 * 60 * 1000;

/// A manifest that counts as an image, and was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Which one.
    pub mark: Mark,
    /// What an index leads on to.
    pub children: Vec<Mark>,
    /// When it was sent last, ms UTC.
    pub at_ms: u64,
    /// How often it was sent.
    pub times: u32,
    /// Where the meter was asked about it: what no other has. The same comes again in a report
    /// where the answer was lost; it counts once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Mark>,
}

/// What an isolate has to report: what it sent and has not yet said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its number. The same number comes again where the answer to it was lost; it counts once.
    pub number: u64,
    /// Bytes by day.
    pub bytes: Vec<(u64, u64)>,
    /// Images.
    pub pulls: Vec<Pull>,
}

/// Where a subject stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Bytes of this month.
    pub used_bytes: u64,
    /// Images of the last hour.
    pub pulls: u32,
    /// When the number of images of the last hour is next smaller, ms UTC; 0 where there are none.
    pub again_ms: u64,
}

/// The ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Bytes and images by day.
    pub days: Days,
    /// Images of the last hour.
    pub hour: Hour,
    /// What was let through.
    pub passes: Passes,
    /// Who has reported what.
    pub reporters: Reporters,
    /// What was begun and may be reported as well.
    pub begun: Begun,
}

impl Ledger {
    /// Takes in what a reporter says; what it said before counts once.
    pub fn report(&mut self, reporter: &str, reports: &[Report], now_ms: u64) {
        for report in reports {
            if !self.reporters.is_new(reporter, report.number, now_ms) {
                continue;
            }
            for (day, bytes) in &report.bytes {
                self.days.add_bytes(*day, *bytes);
            }
            for pull in &report.pulls {
                self.count(pull, now_ms);
            }
        }
        self.days.forget_before(now_ms);
    }

    /// Counts what was sent, unless it was counted: children of an index count with it.
    fn count(&mut self, pull: &Pull, now_ms: u64) {
        if self.begun.has(pull.ticket) {
            return;
        }
        self.begun.add(pull.ticket);
        // No clock is so far ahead of another.
        let at_ms = pull.at_ms.min(now_ms);
        if let Some(until_ms) = self.passes.until(pull.mark, now_ms) {
            self.passes.add(pull.mark, &pull.children, until_ms, now_ms);
            return;
        }
        self.days.add_pulls(super::period::day_of(at_ms), u64::from(pull.times));
        self.hour.add(at_ms, pull.times, now_ms);
        self.passes.add(pull.mark, &pull.children, at_ms.saturating_add(HOUR_MS), now_ms);
    }

    /// Lets an image be begun and counts it, or says what is spent. A child of an index that was
    /// let through in the last hour passes, whatever is spent meanwhile.
    pub fn begin(&mut self, pull: &Pull, limits: &Limits, now_ms: u64) -> Result<(), Spent> {
        let is_begun =
            self.begun.has(pull.ticket) || self.passes.until(pull.mark, now_ms).is_some();
        match limits.spent(&self.standing_for(limits, now_ms)) {
            Some(spent) if !is_begun => Err(spent),
            _ => {
                self.count(pull, now_ms);
                Ok(())
            }
        }
    }

    /// Where the subject stands.
    pub fn standing(&self, now_ms: u64) -> Standing {
        self.standing_for(&Limits::NONE, now_ms)
    }

    /// The same, with the moment at which an image may be begun under `limits`.
    pub fn standing_for(&self, limits: &Limits, now_ms: u64) -> Standing {
        Standing {
            used_bytes: self.days.bytes_of(Month::of(now_ms)),
            pulls: self.hour.count(now_ms),
            again_ms: self.hour.again_ms(limits.pulls_per_hour, now_ms),
        }
    }

    /// The last thirty days, oldest first.
    pub fn last_days(&self, now_ms: u64) -> Vec<UsageDay> {
        self.days.last(now_ms)
    }
}

#[cfg(test)]
mod tests;
