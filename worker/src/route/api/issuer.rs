//! The calls about identity providers.

use super::super::Error;
use roadstead_shared::api::path::IssuerPath;
use roadstead_shared::oci::query::Query;
use roadstead_shared::operation::{Back, IssuerOperation as Call};

/// The call that `method` on `path` makes.
pub(super) fn parse(method: &str, path: IssuerPath, query: &Query) -> Result<Call, Error> {
    use IssuerPath as P;
    let word = |name: &str| query.get(name).filter(|word| !word.is_empty()).map(str::to_owned);
    let one = |allow: &'static str, call: Call| {
        if method == allow { Ok(call) } else { Err(Error::Method { allow }) }
    };
    match path {
        P::Providers => one("GET", Call::ListProviders),
        P::SignIn(provider) => one("GET", Call::BeginSignIn { provider, next: word("next") }),
        P::Callback(provider) => {
            let back = Back {
                state: word("state"),
                code: word("code"),
                error: word("error"),
                issuer: word("iss"),
            };
            one("GET", Call::FinishSignIn { provider, back })
        }
        P::Identities => match method {
            "GET" => Ok(Call::ListIdentities),
            "POST" => Ok(Call::LinkIdentity),
            _ => Err(Error::Method { allow: "GET, POST" }),
        },
        P::Identity(id) => one("DELETE", Call::UnlinkIdentity { id }),
        P::Publishers(name) => {
            let namespace = name.parse()?;
            match method {
                "GET" => Ok(Call::ListPublishers { namespace }),
                "POST" => Ok(Call::AddPublisher { namespace }),
                _ => Err(Error::Method { allow: "GET, POST" }),
            }
        }
        P::Publisher(name, id) => {
            one("DELETE", Call::RemovePublisher { namespace: name.parse()?, id })
        }
        P::Trust => one("POST", Call::Trust),
    }
}
