//! Who asks, once that is known.

use super::issue::is_operator;
use super::{Credentials, Error};
use crate::config::Config;
use roadstead_shared::auth::{Access, Action, Claims};
use roadstead_shared::oci::Name;

/// A caller and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    claims: Claims,
    /// Whether it gave the operator's own credentials with this very request.
    pub is_operator: bool,
}

impl Caller {
    /// Who holds a token that says `claims`.
    pub fn with_token(claims: Claims) -> Self {
        Self { claims, is_operator: false }
    }

    /// Who gave a name and a password, and asks for `asked`. Wrong ones are refused.
    pub fn with_password(
        config: &Config,
        host: &str,
        credentials: &Credentials,
        asked: Vec<Access>,
    ) -> Result<Self, Error> {
        if !is_operator(config, credentials) {
            return Err(Error::BadCredentials);
        }
        let subject = credentials.name.clone();
        let claims = Claims { audience: host.to_owned(), subject, access: asked };
        Ok(Self { claims, is_operator: true })
    }

    /// Whether it may do all of `access`.
    pub fn may(&self, access: &Access) -> bool {
        access.actions.iter().all(|action| self.claims.cover(&access.name, *action))
    }

    /// Whether it may publish in `name`; the operator may in every repository.
    pub fn may_push(&self, name: &Name) -> bool {
        self.is_operator || self.claims.cover(name, Action::Push)
    }
}
