//! Who asks, once that is known.

use super::Rights;
use roadstead_shared::auth::{Access, Action, Claims};
use roadstead_shared::oci::Name;
use roadstead_shared::tier::Allowance;

/// A caller and what it may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The account that asks; `None` for who has none.
    pub account: Option<String>,
    /// Whether it showed with this very request that it is the operator.
    pub is_operator: bool,
    claims: Option<Claims>,
    rights: Option<Rights>,
}

impl Caller {
    /// Somebody who shows nothing.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// Who holds a token that says `claims`.
    pub fn with_token(claims: Claims) -> Self {
        let account = (!claims.subject.is_empty()).then(|| claims.subject.clone());
        Self { account, claims: Some(claims), ..Self::default() }
    }

    /// Who showed to be an account with these rights.
    pub fn with_rights(rights: Rights) -> Self {
        let is_operator = rights.is_operator && rights.grants.is_none();
        let account = Some(rights.account.clone());
        Self { account, is_operator, claims: None, rights: Some(rights) }
    }

    /// The account whose pulls are counted, empty for nobody's, and what it has of its own.
    pub fn counted_as(&self) -> (&str, Option<Allowance>) {
        let own = self.claims.as_ref().and_then(|claims| claims.allowance.clone());
        let allowance = own.or_else(|| self.rights.as_ref().and_then(Rights::allowance));
        (self.account.as_deref().unwrap_or_default(), allowance)
    }

    /// Whether it may do all of `access`.
    pub fn may(&self, access: &Access) -> bool {
        access.actions.iter().all(|action| self.allows(&access.name, *action))
    }

    /// Whether it may publish in `name`; the operator may in every repository.
    pub fn may_push(&self, name: &Name) -> bool {
        self.allows(name, Action::Push)
    }

    /// Whether it may change the account itself.
    pub fn is_account(&self) -> bool {
        self.rights.as_ref().is_some_and(Rights::is_whole)
    }

    /// The rights of an account that was shown with this very request; a registry token has none.
    pub fn rights(&self) -> Option<&Rights> {
        self.rights.as_ref()
    }

    fn allows(&self, name: &Name, action: Action) -> bool {
        match (&self.claims, &self.rights) {
            (Some(claims), _) => claims.cover(name, action),
            (None, Some(rights)) => rights.allow(name, action),
            (None, None) => action == Action::Pull,
        }
    }
}
