//! How the rule stands, for people.

use super::Upstream;
use super::asking::counted;
use roadstead_shared::upstream::{Report, health::Trouble};
use worker::Result;

impl Upstream {
    /// How the rule stands. It waits for nothing.
    pub(super) fn report(&self) -> Result<Report> {
        let (ledger, now_ms) = (self.ledger()?, Self::now_ms());
        let rule = self.rule()?;
        let asking = self.asking.borrow();
        Ok(Report {
            prefix: self.prefix()?,
            host: rule.as_ref().map(|rule| rule.host.clone()).unwrap_or_default(),
            stored_bytes: ledger.bytes()?,
            budget_bytes: rule.as_ref().and_then(|rule| rule.budget_bytes),
            images: ledger.images()?,
            hits: ledger.count(counted::HITS)?,
            misses: ledger.count(counted::MISSES)?,
            saved_bytes: ledger.count(counted::SAVED)?,
            fetched_bytes: ledger.count(counted::FETCHED)?,
            requests: ledger.count(counted::REQUESTS)?,
            evicted: ledger.count(counted::EVICTED)?,
            evicted_bytes: ledger.count(counted::EVICTED_BYTES)?,
            resting_until_ms: asking.health.resting_until_ms(now_ms),
            remaining: asking.health.remaining,
            problem: self.problem(now_ms)?,
        })
    }

    /// What is wrong, in a sentence.
    fn problem(&self, now_ms: u64) -> Result<Option<String>> {
        let Some(rule) = self.rule()? else {
            return Ok(Some("There is no such rule any more; what rests goes after a day.".into()));
        };
        let asking = self.asking.borrow();
        let host = &rule.host;
        let asked_s = asking.health.asked_for_s(now_ms);
        Ok(match asking.health.trouble() {
            _ if asked_s > 0 => Some(format!("{host} asks to be left alone for {asked_s} s more.")),
            None => None,
            Some(Trouble::Failing(Some(status))) => Some(format!("{host} answers with {status}.")),
            Some(Trouble::Failing(None)) => Some(format!("{host} does not answer.")),
            Some(Trouble::Lied) => Some(format!("{host} sent something else than it said.")),
            // Without an account a refusal only says that there is no such public repository.
            Some(Trouble::Refused) => match (&rule.username, &asking.refused) {
                (Some(username), Some(name)) => {
                    Some(format!("{host} refuses the account {username} for {name}."))
                }
                _ => None,
            },
        })
    }
}
