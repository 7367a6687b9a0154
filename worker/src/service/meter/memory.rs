//! What this isolate knows of the meters, and what it has to tell them: where each subject stood
//! when its meter was heard last, and what was sent since.

use super::reporting::PATIENCE;
use roadstead_shared::oci::{Algorithm, Digest};
use roadstead_shared::tier::period::day_of;
use roadstead_shared::tier::{Limits, Mark, Month, Pull, Report, Spent, Standing, Subject};
use roadstead_shared::usage::UsageDay;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

/// How long what a meter said is good for, in ms.
const FRESH_MS: u64 = 10_000;

/// How long a meter is left alone that did not answer, in ms.
const SILENT_MS: u64 = 5_000;

/// How long a page shows the same days, in ms.
const SHOWN_MS: u64 = 5_000;

/// How many subjects are known at once; those with nothing to report are forgotten first, then
/// those with the fewest bytes to report.
const MAX_SUBJECTS: usize = 10_000;

/// How many are forgotten at once that have something to report.
const FORGOTTEN: usize = MAX_SUBJECTS / 20;

/// How many reports of one subject wait for an answer; the rest waits in the next one.
const MAX_SEALED: usize = 4;

/// How many different manifests one report names.
const MAX_PULLS: usize = 1_000;

/// How many children of indexes one report names: as many as a meter remembers. What is beyond them
/// counts as an image of its own.
const MAX_CHILDREN: usize = 2_000;

/// How long after it was promised a report counts as lost, in ms: its request may have died.
const LOST_MS: u64 = 5_000;

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// Looks at, or changes, what this isolate knows.
pub(super) fn with<R>(look: impl FnOnce(&mut Memory) -> R) -> R {
    MEMORY.with_borrow_mut(look)
}

/// What an isolate knows.
#[derive(Default)]
pub(super) struct Memory {
    reporter: String,
    last_number: u64,
    subjects: HashMap<Subject, Entry>,
    /// When somebody promised to report, ms UTC; 0 where nobody has.
    promised_ms: u64,
}

#[derive(Default)]
struct Entry {
    /// What its meter said last, and when, ms UTC.
    heard: Option<(Standing, u64)>,
    /// Until when it is not asked, ms UTC.
    silent_until_ms: u64,
    /// When it was last told something in a round, ms UTC.
    told_ms: u64,
    /// The days as they were shown last, and when, ms UTC.
    days: Option<(Vec<UsageDay>, u64)>,
    /// Bytes by day that no report names yet.
    bytes: Vec<(u64, u64)>,
    /// Images that no report names yet.
    pulls: Vec<Pull>,
    /// Reports that were made, and perhaps sent, but not answered.
    sealed: Vec<Report>,
}

impl Entry {
    fn has_news(&self) -> bool {
        !(self.bytes.is_empty() && self.pulls.is_empty() && self.sealed.is_empty())
    }

    /// Bytes of the days which `is_meant` that the meter does not know of.
    fn untold(&self, is_meant: impl Fn(u64) -> bool) -> u64 {
        let sealed = self.sealed.iter().flat_map(|report| &report.bytes);
        let all = self.bytes.iter().chain(sealed);
        let days = all.filter(|(day, _)| is_meant(*day));
        days.fold(0, |sum, (_, bytes)| sum.saturating_add(*bytes))
    }
}

impl Memory {
    /// Who reports: an isolate needs a name that no other has. The first one given counts.
    pub(super) fn name(&mut self, name: &str) {
        if self.reporter.is_empty() {
            name.clone_into(&mut self.reporter);
        }
    }

    /// The name.
    pub(super) fn reporter(&self) -> &str {
        &self.reporter
    }

    /// What no other question of any isolate has.
    pub(super) fn ticket(&mut self) -> Mark {
        self.last_number += 1;
        let said = format!("{} {}", self.reporter, self.last_number);
        Mark::of(&Digest::of(Algorithm::Sha256, said.as_bytes()))
    }

    fn entry(&mut self, subject: &Subject) -> &mut Entry {
        if !self.subjects.contains_key(subject) && self.subjects.len() >= MAX_SUBJECTS {
            self.make_room();
        }
        self.subjects.entry(subject.clone()).or_default()
    }

    /// Forgets who has nothing to report; where all have, some of those with the fewest bytes:
    /// nothing must grow for ever, and nobody must make others be forgotten by being many.
    fn make_room(&mut self) {
        self.subjects.retain(|_, entry| entry.has_news());
        if self.subjects.len() < MAX_SUBJECTS {
            return;
        }
        let mut bytes: Vec<(u64, Subject)> = self
            .subjects
            .iter()
            .map(|(subject, entry)| (entry.untold(|_| true), subject.clone()))
            .collect();
        bytes.sort_unstable_by_key(|(bytes, _)| *bytes);
        for (_, subject) in bytes.iter().take(FORGOTTEN) {
            self.subjects.remove(subject);
        }
    }

    /// Counts bytes that were delivered.
    pub(super) fn add_bytes(&mut self, subject: &Subject, bytes: u64, now_ms: u64) {
        let today = day_of(now_ms);
        let entry = self.entry(subject);
        match entry.bytes.iter_mut().find(|(day, _)| *day == today) {
            Some((_, sum)) => *sum = sum.saturating_add(bytes),
            None => entry.bytes.push((today, bytes)),
        }
    }

    /// Counts an image that was sent without asking.
    pub(super) fn add_pull(&mut self, subject: &Subject, mut pull: Pull) {
        let pulls = &mut self.entry(subject).pulls;
        let is_full = pulls.len() >= MAX_PULLS;
        let is_same = |other: &Pull| {
            other.mark == pull.mark && other.ticket.is_none() && pull.ticket.is_none()
        };
        let same = pulls.iter_mut().find(|other| is_full || is_same(other));
        match same {
            Some(same) => {
                same.times = same.times.saturating_add(pull.times);
                same.at_ms = same.at_ms.max(pull.at_ms);
            }
            None => {
                let named: usize = pulls.iter().map(|pull| pull.children.len()).sum();
                pull.children.truncate(MAX_CHILDREN.saturating_sub(named));
                pulls.push(pull);
            }
        }
    }

    /// Where the subject stands, as far as can be known here; `None` where its meter was not heard
    /// lately.
    pub(super) fn standing(&self, subject: &Subject, now_ms: u64) -> Option<Standing> {
        let entry = self.subjects.get(subject)?;
        let (standing, heard_ms) = entry.heard?;
        let month = Month::of(now_ms);
        let is_fresh = heard_ms.saturating_add(FRESH_MS) > now_ms && heard_ms >= month.begins_ms;
        let used_bytes = standing.used_bytes.saturating_add(entry.untold(|day| month.has_day(day)));
        is_fresh.then_some(Standing { used_bytes, ..standing })
    }

    /// What is spent for certain, by what is known here.
    pub(super) fn spent(&self, subject: &Subject, limits: &Limits, now_ms: u64) -> Option<Spent> {
        match limits.spent(&self.standing(subject, now_ms)?)? {
            // There may be fewer images in the hour by now.
            Spent::Pulls { again_ms } if again_ms <= now_ms => None,
            spent => Some(spent),
        }
    }

    /// Whether the meter of the subject did not answer just now.
    pub(super) fn is_silent(&self, subject: &Subject, now_ms: u64) -> bool {
        self.subjects.get(subject).is_some_and(|entry| entry.silent_until_ms > now_ms)
    }

    /// What the meter of the subject has to be told. The same comes again until it was heard.
    pub(super) fn reports(&mut self, subject: &Subject) -> Vec<Report> {
        let Some(entry) = self.subjects.get_mut(subject) else { return Vec::new() };
        let is_open = !(entry.bytes.is_empty() && entry.pulls.is_empty());
        if is_open && entry.sealed.len() < MAX_SEALED {
            self.last_number += 1;
            entry.sealed.push(Report {
                number: self.last_number,
                bytes: std::mem::take(&mut entry.bytes),
                pulls: std::mem::take(&mut entry.pulls),
            });
        }
        entry.sealed.clone()
    }

    /// The meter of the subject has taken `reports` in, and said where it stands.
    pub(super) fn heard(
        &mut self,
        subject: &Subject,
        reports: &[Report],
        standing: Standing,
        now_ms: u64,
    ) {
        let entry = self.entry(subject);
        entry.sealed.retain(|sealed| reports.iter().all(|heard| heard.number != sealed.number));
        entry.silent_until_ms = 0;
        let month = Month::of(now_ms);
        // Answers may overtake each other: within a month what is used only grows.
        let before = entry.heard.filter(|(_, heard_ms)| *heard_ms >= month.begins_ms);
        let used_bytes = before.map_or(0, |(before, _)| before.used_bytes);
        let used_bytes = standing.used_bytes.max(used_bytes);
        entry.heard = Some((Standing { used_bytes, ..standing }, now_ms));
    }

    /// The meter of the subject did not answer within `patience`. It is silent then, unless it was
    /// given less time than it may take.
    pub(super) fn not_heard(&mut self, subject: &Subject, patience: Duration, now_ms: u64) {
        if patience < PATIENCE {
            return;
        }
        self.entry(subject).silent_until_ms = now_ms.saturating_add(SILENT_MS);
    }

    /// Keeps the days that were just shown.
    pub(super) fn show(&mut self, subject: &Subject, days: Vec<UsageDay>, now_ms: u64) {
        self.entry(subject).days = Some((days, now_ms));
    }

    /// The days, if they were shown just now.
    pub(super) fn shown(&self, subject: &Subject, now_ms: u64) -> Option<Vec<UsageDay>> {
        let (days, shown_ms) = self.subjects.get(subject)?.days.as_ref()?;
        (shown_ms.saturating_add(SHOWN_MS) > now_ms).then(|| days.clone())
    }

    /// At most `limit` subjects whose meters have to be told something, may be, and were not since
    /// `round_ms`: those first that have waited longest. They count as told now.
    pub(super) fn next_news(&mut self, limit: usize, round_ms: u64, now_ms: u64) -> Vec<Subject> {
        let is_next = |entry: &Entry| {
            entry.has_news() && entry.silent_until_ms <= now_ms && entry.told_ms < round_ms
        };
        let next = self.subjects.iter_mut().filter(|(_, entry)| is_next(entry));
        let mut next: Vec<_> = next.collect();
        next.sort_unstable_by_key(|(_, entry)| entry.told_ms);
        let next = next.into_iter().take(limit).map(|(subject, entry)| {
            entry.told_ms = now_ms;
            subject.clone()
        });
        next.collect()
    }

    /// Whether any meter has to be told something, also one that is silent.
    pub(super) fn has_news(&self) -> bool {
        self.subjects.values().any(Entry::has_news)
    }

    /// Whether somebody has promised to report.
    pub(super) fn is_promised(&self, now_ms: u64) -> bool {
        self.promised_ms.saturating_add(LOST_MS) > now_ms
    }

    /// Whether somebody has to promise a report, which is then who asks.
    pub(super) fn promise(&mut self, now_ms: u64) -> bool {
        let is_due = !self.is_promised(now_ms);
        if is_due {
            self.promised_ms = now_ms;
        }
        is_due
    }

    /// The promise is kept; the next news need another one.
    pub(super) fn keep_promise(&mut self) {
        self.promised_ms = 0;
    }
}

#[cfg(test)]
mod tests;
