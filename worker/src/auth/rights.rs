//! What an account may do, as it was when somebody last asked.

use crate::store::account::Membership;
use roadstead_shared::account::{Grant, Role};
use roadstead_shared::auth::{Access, Action};
use roadstead_shared::oci::Name;
use roadstead_shared::tier::Allowance;
use roadstead_shared::usage::Tier;

/// How somebody showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// With the account's own password.
    Password,
    /// With the cookie of a session.
    Session,
    /// With a personal access token.
    Token,
}

/// An account that somebody showed to be theirs, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Its name.
    pub account: String,
    /// Whether it is the operator's own.
    pub is_operator: bool,
    /// How it was shown.
    pub shown: Shown,
    /// The epoch of its sessions and links.
    pub epoch: u64,
    /// `network`: pulls without limit.
    pub tier: Option<String>,
    /// Its own monthly limit in bytes.
    pub bytes_per_month: Option<u64>,
    /// Where it is a member.
    pub memberships: Vec<(String, Role)>,
    /// What a token limits it to; `None` where nothing does.
    pub grants: Option<Vec<Grant>>,
}

impl Rights {
    /// The rights of a member in these namespaces.
    pub fn memberships(rows: Vec<Membership>) -> Vec<(String, Role)> {
        rows.into_iter().map(|row| (row.namespace, row.role)).collect()
    }

    /// Whether `action` may be done with `name`. What is published is everybody's to pull.
    pub fn allow(&self, name: &Name, action: Action) -> bool {
        if action == Action::Pull {
            return true;
        }
        let is_member = self.memberships.iter().any(|(namespace, _)| namespace == name.namespace());
        let is_granted = |grants: &Vec<Grant>| grants.iter().any(|it| it.covers(name, action));
        (self.is_operator || is_member) && self.grants.as_ref().is_none_or(is_granted)
    }

    /// So much of `access` as may be done.
    pub fn part_of(&self, access: &Access) -> Access {
        let allowed = access.actions.iter().filter(|action| self.allow(&access.name, **action));
        Access::new(access.name.clone(), allowed.copied())
    }

    /// What the account has instead of what its tier gives.
    pub fn allowance(&self) -> Option<Allowance> {
        let tier =
            if self.tier.as_deref() == Some("network") { Tier::Network } else { Tier::Account };
        let is_own = tier == Tier::Network || self.bytes_per_month.is_some();
        is_own.then_some(Allowance { tier, bytes_per_month: self.bytes_per_month })
    }

    /// Whether the account itself may be changed: whoever took a token away must not be able to
    /// make himself another with it, or to lock its owner out.
    pub fn is_whole(&self) -> bool {
        matches!(self.shown, Shown::Password | Shown::Session)
    }
}
