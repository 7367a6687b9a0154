//! May the registry be asked, and what came of it. What is known of its state is in memory: an object
//! that begins anew tries it once.

use super::Upstream;
use super::ledger::Kind;
use super::shown::Shelf;
use crate::durable::wire::{Answered, Shown, UpstreamReply, Used, Waiting};
use roadstead_shared::oci::Name;
use roadstead_shared::upstream::{Health, Misses};
use worker::Result;

/// How long somebody waits who asks by a rule that is no more, in ms.
const NO_RULE_MS: u64 = 30_000;

/// How soon an isolate may tell again that an image was pulled, and how late, in ms.
const AGAIN_MS: (u64, u64) = (1_000, 60 * 60 * 1_000);

/// What is known of the registry.
#[derive(Default)]
pub(super) struct Asking {
    pub(super) health: Health,
    pub(super) misses: Misses,
    pub(super) shelf: Shelf,
    /// Which repository the registry refused last, with the account that the rule has.
    pub(super) refused: Option<Name>,
}

/// The counts, as the database calls them.
pub(super) mod counted {
    pub(in super::super) const HITS: &str = "hits";
    pub(in super::super) const MISSES: &str = "misses";
    pub(in super::super) const SAVED: &str = "saved-bytes";
    pub(in super::super) const FETCHED: &str = "fetched-bytes";
    pub(in super::super) const REQUESTS: &str = "requests";
    pub(in super::super) const EVICTED: &str = "evicted";
    pub(in super::super) const EVICTED_BYTES: &str = "evicted-bytes";
}

impl Upstream {
    pub(super) fn ask(
        &self,
        name: &Name,
        subject: &str,
        is_counted: bool,
    ) -> Result<UpstreamReply> {
        let now_ms = Self::now_ms();
        let Some(rule) = self.rule()? else {
            return Ok(UpstreamReply::Wait { ms: NO_RULE_MS, why: Waiting::Resting });
        };
        let mut asking = self.asking.borrow_mut();
        let Asking { health, misses, shelf, .. } = &mut *asking;
        // A rest first: what does not reach the registry is no miss of anybody's.
        let empty_ms = health.empty_ms(now_ms).filter(|_| is_counted);
        let rest_ms = health.resting_until_ms(now_ms).map(|until_ms| until_ms - now_ms);
        if let Some(ms) = rest_ms.or(empty_ms) {
            return Ok(UpstreamReply::Wait { ms, why: Waiting::Resting });
        }
        if let Err(ms) = misses.count(subject, rule.misses_per_hour, now_ms) {
            return Ok(UpstreamReply::Wait { ms, why: Waiting::TooManyMisses });
        }
        Ok(match health.ask(now_ms) {
            Ok(()) => UpstreamReply::Go { shown: shelf.get(name, now_ms) },
            Err(ms) => UpstreamReply::Wait { ms, why: Waiting::Resting },
        })
    }

    /// Takes note of what the registry answered; whether it begins to fail by it.
    pub(super) fn said(&self, name: &Name, shown: Option<Shown>, answer: Answered) -> Result<bool> {
        let now_ms = Self::now_ms();
        let ledger = self.ledger()?;
        ledger.add(counted::REQUESTS, 1)?;
        if let Answered::Well { bytes, .. } = answer {
            ledger.add(counted::FETCHED, bytes)?;
        }
        let mut asking = self.asking.borrow_mut();
        let was_well = asking.health.is_well();
        asking.health.said(answer, now_ms);
        match answer {
            Answered::Refused => {
                asking.shelf.forget(name);
                asking.refused = Some(name.clone());
            }
            Answered::Well { .. } => asking.refused = None,
            Answered::Failing { .. } | Answered::Lied => {}
        }
        if let Some(shown) = shown {
            asking.shelf.put(name, shown);
        }
        Ok(was_well && matches!(answer, Answered::Failing { .. }))
    }

    pub(super) fn used(&self, used: &Used) -> Result<UpstreamReply> {
        let now_ms = Self::now_ms();
        let ledger = self.ledger()?;
        for (name, digest) in &used.manifests {
            // A blob is part of many images: that it was read says of none that it was pulled.
            if ledger.find(Kind::Manifest, name.as_str(), digest.as_str())?.is_some() {
                ledger.used(name, digest, now_ms)?;
            }
        }
        ledger.add(counted::HITS, used.hits)?;
        ledger.add(counted::MISSES, used.misses)?;
        ledger.add(counted::SAVED, used.bytes)?;
        Ok(UpstreamReply::Told { again_ms: self.again_ms(now_ms)? })
    }

    /// How soon it matters that an image is pulled again: the sooner, the sooner images go that
    /// nobody pulls. An hour where there is much room.
    fn again_ms(&self, now_ms: u64) -> Result<u64> {
        let ledger = self.ledger()?;
        let budget = self.rule()?.and_then(|rule| rule.budget_bytes);
        let bytes = ledger.bytes()?;
        if budget.is_none_or(|budget| bytes < budget / 2) {
            return Ok(AGAIN_MS.1);
        }
        let age_ms = now_ms.saturating_sub(ledger.oldest_use_ms()?.unwrap_or(now_ms));
        Ok((age_ms / 16).clamp(AGAIN_MS.0, AGAIN_MS.1))
    }
}
