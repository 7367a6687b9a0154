//! Metering: who asks, whether an image may be begun, and what was sent.
//!
//! While much is left nobody is asked: an isolate counts, and tells the meter behind the responses.
//! Where little is left, or nothing is known, the meter is asked. One that does not answer lets
//! everything pass, unless it said just before that all is spent: no pull fails since it could not
//! be counted.

mod memory;
mod reporting;

use super::Error;
use crate::clock;
use crate::durable::wire::{MeterAsk, MeterReply};
use crate::store::Store;
use crate::store::meter::NETWORKS;
use core::net::IpAddr;
use roadstead_shared::tier::{
    Allowance, Ledger, Limits, Mark, Pull, Standing, State, Subject, Tiers,
};
use roadstead_shared::usage::{Tier, Usage};
use std::rc::Rc;
use std::time::Duration;

/// How long a page waits for the meter.
const GLANCE: Duration = Duration::from_millis(300);

/// Who asks, as far as it is counted.
#[derive(Clone, Debug)]
pub struct Customer {
    /// The account; empty for who has none.
    pub account: String,
    /// What that account has of its own.
    pub allowance: Option<Allowance>,
    /// Where the request comes from, as the platform says.
    pub address: IpAddr,
    /// Through which autonomous system.
    pub asn: Option<u32>,
}

/// The meter of one request.
pub struct Meter<'a> {
    store: &'a Store,
    tiers: Rc<Tiers>,
    customer: Customer,
    subject: Subject,
}

/// By which rule a request is judged.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    tier: Tier,
    limits: Limits,
}

impl Rule {
    fn is_limited(self) -> bool {
        self.limits != Limits::NONE
    }
}

/// Whose bytes are counted while they are sent.
#[derive(Clone, Debug)]
pub struct Tally(Subject);

impl Tally {
    /// Counts bytes that were delivered.
    pub fn add(&self, store: &Store, bytes: u64) {
        memory::with(|memory| memory.add_bytes(&self.0, bytes, clock::now_ms()));
        reporting::promise(store);
    }
}

impl<'a> Meter<'a> {
    /// The meter of `customer`. `name` is anything that no other isolate would give: the first one
    /// that is given is that of this isolate.
    pub fn new(store: &'a Store, tiers: Rc<Tiers>, customer: Customer, name: &str) -> Self {
        memory::with(|memory| memory.name(name));
        let subject = Subject::of(&customer.account, customer.address);
        Self { store, tiers, customer, subject }
    }

    /// Whose bytes are counted; `None` where nothing is.
    pub fn tally(&self) -> Option<Tally> {
        self.tiers.is_on.then(|| Tally(self.subject.clone()))
    }

    /// The tier of who asks.
    pub async fn tier(&self) -> Tier {
        self.rule().await.tier
    }

    /// What the meter of who asks is called.
    pub fn subject(&self) -> String {
        self.subject.to_string()
    }

    /// The rule. Where the operator's list cannot be read, that of the settings counts.
    async fn rule(&self) -> Rule {
        let Customer { address, asn, ref account, ref allowance } = self.customer;
        if !self.tiers.is_on {
            let (tier, _) = self.tiers.of(!account.is_empty(), None, false);
            return Rule { tier, limits: Limits::NONE };
        }
        let mut in_network = self.tiers.network.has(address, asn);
        if !in_network && let Ok(networks) = self.store.listed(NETWORKS).await {
            in_network = networks.has(address, asn);
        }
        let (tier, limits) = self.tiers.of(!account.is_empty(), allowance.as_ref(), in_network);
        Rule { tier, limits }
    }

    /// The rule; and sees to it that something is known, where that matters. Done beside a read.
    pub async fn look(&self) -> Rule {
        let rule = self.rule().await;
        if rule.is_limited() && self.known(rule).is_none() && !self.is_silent() {
            // What comes of it is known then; nothing else is asked for here.
            let _ = self.ask(MeterAsk::Standing, rule, reporting::PATIENCE).await;
        }
        rule
    }

    /// Lets an image be begun, and counts it; or says what is spent. `mark` is the manifest's,
    /// `children` are those of an index.
    pub async fn begin(
        &self,
        rule: Rule,
        mark: Mark,
        children: Vec<Mark>,
    ) -> Result<Option<State>, Error> {
        if !self.tiers.is_on {
            return Ok(None);
        }
        let mut pull = Pull { mark, children, at_ms: clock::now_ms(), times: 1, ticket: None };
        let is_far = || self.known(rule).is_some_and(|state| rule.limits.are_far(&state.standing));
        if rule.is_limited() && !is_far() && !self.is_silent() {
            // If the answer comes too late, the meter knows by it what the report means.
            pull.ticket = Some(memory::with(memory::Memory::ticket));
            let ask = MeterAsk::Begin(pull.clone());
            if let Ok(reply) = self.ask(ask, rule, reporting::PATIENCE).await {
                let state = self.state(rule, reply.standing);
                return match reply.refused {
                    Some(spent) => Err(Error::AllowanceSpent { state: Box::new(state), spent }),
                    None => Ok(Some(state)),
                };
            }
        }
        let known = self.known(rule);
        let spent = memory::with(|memory| memory.spent(&self.subject, &rule.limits, pull.at_ms));
        if let (Some(state), Some(spent)) = (&known, spent) {
            return Err(Error::AllowanceSpent { state: Box::new(state.clone()), spent });
        }
        memory::with(|memory| memory.add_pull(&self.subject, pull));
        reporting::promise(self.store);
        Ok(known)
    }

    /// Where the caller stands, if that can be said without asking.
    pub async fn known_state(&self) -> Option<State> {
        if !self.tiers.is_on {
            return None;
        }
        self.known(self.rule().await)
    }

    /// Where the caller stands, with what was sent here until now.
    pub async fn usage(&self) -> Result<Usage, Error> {
        self.usage_within(reporting::PATIENCE).await
    }

    /// The same for a page, which shows it as it was some seconds ago rather than wait; `None`
    /// where the meter is slow.
    pub async fn glance(&self) -> Option<Usage> {
        let now_ms = clock::now_ms();
        let rule = self.rule().await;
        let (standing, days) = memory::with(|memory| {
            (memory.standing(&self.subject, now_ms), memory.shown(&self.subject, now_ms))
        });
        if let (Some(standing), Some(days)) = (standing, days) {
            return Some(self.state(rule, standing).usage(days));
        }
        if self.is_silent() { None } else { self.usage_within(GLANCE).await.ok() }
    }

    async fn usage_within(&self, patience: Duration) -> Result<Usage, Error> {
        let rule = self.rule().await;
        if !self.tiers.is_on {
            let nothing = Ledger::default().last_days(clock::now_ms());
            return Ok(self.state(rule, Standing::default()).usage(nothing));
        }
        let reply = self.ask(MeterAsk::Days, rule, patience).await?;
        let days = reply.days.clone();
        memory::with(|memory| memory.show(&self.subject, days, clock::now_ms()));
        Ok(self.state(rule, reply.standing).usage(reply.days))
    }

    async fn ask(
        &self,
        ask: MeterAsk,
        rule: Rule,
        patience: Duration,
    ) -> Result<MeterReply, Error> {
        let reply = reporting::tell(self.store, &self.subject, ask, rule.limits, patience).await;
        reply.map_err(|_| Error::MeterSilent)
    }

    fn is_silent(&self) -> bool {
        memory::with(|memory| memory.is_silent(&self.subject, clock::now_ms()))
    }

    fn known(&self, rule: Rule) -> Option<State> {
        let standing = memory::with(|memory| memory.standing(&self.subject, clock::now_ms()))?;
        Some(self.state(rule, standing))
    }

    fn state(&self, rule: Rule, standing: Standing) -> State {
        State {
            subject: self.subject.clone(),
            tier: rule.tier,
            limits: rule.limits,
            standing,
            now_ms: clock::now_ms(),
        }
    }
}
