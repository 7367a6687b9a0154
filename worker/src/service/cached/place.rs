//! A repository of another registry, and who asks for something of it.

use super::{Unanswered, used};
use crate::durable::wire::{FillCall, FillReply, FillWanted};
use crate::service::Meter;
use crate::store::Store;
use roadstead_shared::oci::{Digest, Name, Reference};
use roadstead_shared::upstream::{Pull, Rule, Target};
use roadstead_shared::usage::Tier;
use std::rc::Rc;

/// Where something is asked for, and by whom.
#[derive(Clone, Debug)]
pub struct Place {
    /// The rule that leads there.
    pub rule: Rc<Rule>,
    /// The repository, as the other registry calls it.
    pub name: Name,
    /// Who asks, as his meter is called.
    pub subject: String,
}

impl Place {
    /// The place of `target`, if the rule lets who asks pull there.
    pub async fn enter(target: Target, meter: &Meter<'_>) -> Result<Self, Unanswered> {
        let Target { rule, name } = target;
        let host = || rule.host.clone();
        if !rule.allows(&name) {
            return Err(Unanswered::NotPassedOn { host: host(), name });
        }
        let may = match rule.pull {
            Pull::Anonymous => true,
            Pull::Account => meter.tier().await != Tier::Anonymous,
            Pull::Network => meter.tier().await == Tier::Network,
        };
        if !may {
            let needs_network = rule.pull == Pull::Network;
            return Err(Unanswered::Closed { host: host(), needs_network });
        }
        Ok(Self { subject: meter.subject(), rule, name })
    }

    /// What a fill is asked.
    pub fn call(&self, wanted: FillWanted) -> FillCall {
        FillCall {
            prefix: self.rule.prefix.clone(),
            name: self.name.clone(),
            subject: self.subject.clone(),
            wanted,
        }
    }

    /// What a reply means that is no answer.
    pub fn unanswered(&self, reply: &FillReply, reference: &Reference) -> Unanswered {
        let what = match reference {
            Reference::Tag(tag) => format!(":{tag}"),
            Reference::Digest(digest) => format!("@{digest}"),
        };
        let of = Unanswered::of(reply, &self.rule.host, &self.name, &what);
        of.unwrap_or_else(|| self.failed())
    }

    /// The registry failed in a way that nobody foresaw.
    pub fn failed(&self) -> Unanswered {
        Unanswered::Failed { host: self.rule.host.clone(), status: None }
    }

    /// Counts something that was given out from here: this manifest, or a blob.
    pub fn hit(&self, store: &Store, manifest: Option<&Digest>, bytes: u64) {
        used::hit(store, &self.rule.prefix, &self.name, manifest, bytes);
    }

    /// Counts something for which the registry was asked.
    pub fn miss(&self, store: &Store) {
        used::miss(store, &self.rule.prefix);
    }
}
