//! The paths about identity providers.

/// A path about identity providers, split but not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerPath {
    /// `/api/v1/sign-in`
    Providers,
    /// `/api/v1/sign-in/<provider>`
    SignIn(String),
    /// `/api/v1/sign-in/<provider>/callback`
    Callback(String),
    /// `/api/v1/account/identities`
    Identities,
    /// `/api/v1/account/identities/<id>`
    Identity(String),
    /// `/api/v1/namespaces/<namespace>/publishers`
    Publishers(String),
    /// `/api/v1/namespaces/<namespace>/publishers/<id>`
    Publisher(String, String),
    /// `/api/v1/trust`
    Trust,
}

/// Splits what follows `/api/v1/`; `None` for what is not about identity providers.
pub(super) fn split(segments: &[&str]) -> Option<IssuerPath> {
    let own = |text: &&str| (*text).to_owned();
    Some(match segments {
        ["sign-in"] => IssuerPath::Providers,
        ["sign-in", provider] => IssuerPath::SignIn(own(provider)),
        ["sign-in", provider, "callback"] => IssuerPath::Callback(own(provider)),
        ["account", "identities"] => IssuerPath::Identities,
        ["account", "identities", id] => IssuerPath::Identity(own(id)),
        ["namespaces", name, "publishers"] => IssuerPath::Publishers(own(name)),
        ["namespaces", name, "publishers", id] => IssuerPath::Publisher(own(name), own(id)),
        ["trust"] => IssuerPath::Trust,
        _ => return None,
    })
}

/// Where every path begins that a browser takes to a provider and back.
pub const SIGN_IN: &str = "/api/v1/sign-in/";

/// Where a provider sends browsers back to.
pub fn callback(provider: &str) -> String {
    format!("{SIGN_IN}{provider}/callback")
}
