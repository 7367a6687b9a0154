//! The calls about identity providers: signing in elsewhere, and the jobs that publish.

use super::Right;
use crate::account::AccountName;

/// A call about identity providers. docs/api.md.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the words of the paths and queries")]
pub enum IssuerOperation {
    /// With whom people may sign in.
    ListProviders,
    /// Sends a browser to sign in elsewhere.
    BeginSignIn { provider: String, next: Option<String> },
    /// With whom the account may sign in.
    ListIdentities,
    /// Sends a browser to sign in elsewhere, so that the account can be signed in to that way.
    LinkIdentity,
    /// The account cannot be signed in to that way any more.
    UnlinkIdentity { id: String },
    /// It comes back.
    FinishSignIn { provider: String, back: Back },
    /// Whose jobs may publish in a namespace.
    ListPublishers { namespace: AccountName },
    /// Lets some publish.
    AddPublisher { namespace: AccountName },
    /// Lets them no more.
    RemovePublisher { namespace: AccountName, id: String },
    /// Gives a job a credential for the token that its issuer gave it.
    Trust,
}

/// What a provider sends along with a browser. RFC 6749, section 4.1.2; RFC 9207.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Back {
    /// What it was sent there with.
    pub state: Option<String>,
    /// What can be turned into tokens.
    pub code: Option<String>,
    /// Why not.
    pub error: Option<String>,
    /// Who says so.
    pub issuer: Option<String>,
}

impl IssuerOperation {
    /// What the caller must have. Whether somebody owns a namespace is known to the service.
    pub fn needs(&self) -> Right {
        match self {
            Self::ListProviders
            | Self::BeginSignIn { .. }
            | Self::FinishSignIn { .. }
            | Self::Trust => Right::Public,
            Self::ListIdentities
            | Self::LinkIdentity
            | Self::UnlinkIdentity { .. }
            | Self::ListPublishers { .. }
            | Self::AddPublisher { .. }
            | Self::RemovePublisher { .. } => Right::Account,
        }
    }
}
