//! What the alarm looks at: fills that nobody hears of any more, what was left in the middle, and
//! whether the rule is still there.

use super::Upstream;
use super::alarm;
use super::ledger::Kind;
use super::room::FILL_MS;
use crate::config;
use worker::Result;

/// How often the alarm looks whether the rule is still there, in ms.
const LOOK_MS: u64 = 24 * 60 * 60 * 1000;

/// How many fills it ends in one step.
const AT_ONCE: u64 = 100;

/// Since when the rule is no more, among what is known about it.
const GONE: &str = "rule-gone";

/// When the alarm looked last.
const LOOKED: &str = "looked";

impl Upstream {
    /// Looks at everything once.
    pub(super) async fn look(&self) -> Result<()> {
        self.change(self.end_fills()).await?;
        self.change(self.mourn()).await?;
        self.refresh_some().await?;
        if !self.prefix()?.is_empty() {
            self.ledger()?.note(LOOKED, &Self::now_ms().to_string())?;
        }
        Ok(())
    }

    /// Ends the fills that nobody has heard of for an hour.
    async fn end_fills(&self) -> Result<()> {
        let before_ms = Self::now_ms().saturating_sub(FILL_MS);
        let ledger = self.ledger()?;
        loop {
            let silent = ledger.writing(Kind::Body, before_ms, AT_ONCE)?;
            if silent.is_empty() {
                return Ok(());
            }
            silent.iter().try_for_each(|row| ledger.doom_body(row))?;
            self.finish().await?;
        }
    }

    /// Removes what rests of a rule that is no more, a day after that was seen.
    async fn mourn(&self) -> Result<()> {
        let ledger = self.ledger()?;
        let prefix = self.prefix()?;
        if prefix.is_empty() || !config::rules(&self.env).was_removed(&prefix) {
            return ledger.unnote(GONE);
        }
        let now_ms = Self::now_ms();
        let since_ms = ledger.about(GONE)?.and_then(|since| since.parse::<u64>().ok());
        match since_ms {
            None => ledger.note(GONE, &now_ms.to_string()),
            Some(since_ms) if now_ms < since_ms.saturating_add(LOOK_MS) => Ok(()),
            Some(_) => self.purge(None, None).await.map(drop),
        }
    }

    /// Sees to it that the alarm rings when there is something to look at.
    pub(super) async fn schedule(&self, failed: bool) -> Result<()> {
        let ledger = self.ledger()?;
        let fills = ledger.oldest_fill_ms()?.map(|since_ms| since_ms.saturating_add(FILL_MS));
        let looked_ms = ledger.about(LOOKED)?.and_then(|looked| looked.parse::<u64>().ok());
        let look_ms = looked_ms.unwrap_or_else(Self::now_ms).saturating_add(LOOK_MS);
        let is_open = (failed && ledger.is_unfinished()?) || !ledger.aged(1)?.is_empty();
        let now = is_open.then(Self::now_ms);
        let due_ms = [fills, Some(look_ms), now].into_iter().flatten().min();
        alarm::schedule(&self.state.storage(), due_ms, failed).await
    }
}
