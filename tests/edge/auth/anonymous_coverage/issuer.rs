//! The calls about identity providers.

use super::{Due, parsed};
use roadstead_shared::operation::{Back, IssuerOperation as O};
use roadstead_tests::client::http::Request;

/// The call behind `call` in the list; the first one behind none.
pub(super) fn next(call: Option<&O>) -> Option<O> {
    let (namespace, provider) = (|| parsed("acme"), || "nobody".to_owned());
    Some(match call {
        None => O::ListProviders,
        Some(O::ListProviders) => O::BeginSignIn { provider: provider(), next: None },
        Some(O::BeginSignIn { .. }) => {
            O::FinishSignIn { provider: provider(), back: Back::default() }
        }
        Some(O::FinishSignIn { .. }) => O::ListIdentities,
        Some(O::ListIdentities) => O::LinkIdentity,
        Some(O::LinkIdentity) => O::UnlinkIdentity { id: "none".to_owned() },
        Some(O::UnlinkIdentity { .. }) => O::ListPublishers { namespace: namespace() },
        Some(O::ListPublishers { .. }) => O::AddPublisher { namespace: namespace() },
        Some(O::AddPublisher { .. }) => {
            O::RemovePublisher { namespace: namespace(), id: "none".to_owned() }
        }
        Some(O::RemovePublisher { .. }) => O::Trust,
        Some(O::Trust) => return None,
    })
}

/// The request that makes a call, and what is due to who shows nothing.
pub(super) fn request(call: &O) -> (Request, Due) {
    let at = |method: &str, path: &str| Request::new(method, format!("/api/v1/{path}"));
    match call {
        O::ListProviders => (at("GET", "sign-in"), Due::Nothing),
        O::BeginSignIn { provider, .. } => (at("GET", &format!("sign-in/{provider}")), Due::Sense),
        O::FinishSignIn { provider, .. } => {
            (at("GET", &format!("sign-in/{provider}/callback")), Due::Sense)
        }
        O::ListIdentities => (at("GET", "account/identities"), Due::Account),
        O::LinkIdentity => (at("POST", "account/identities").body(b"{}"), Due::Account),
        O::UnlinkIdentity { id } => {
            (at("DELETE", &format!("account/identities/{id}")), Due::Account)
        }
        O::ListPublishers { namespace } => {
            (at("GET", &format!("namespaces/{namespace}/publishers")), Due::Account)
        }
        O::AddPublisher { namespace } => {
            (at("POST", &format!("namespaces/{namespace}/publishers")).body(b"{}"), Due::Account)
        }
        O::RemovePublisher { namespace, id } => {
            (at("DELETE", &format!("namespaces/{namespace}/publishers/{id}")), Due::Account)
        }
        O::Trust => (at("POST", "trust").body(b"{}"), Due::Sense),
    }
}
