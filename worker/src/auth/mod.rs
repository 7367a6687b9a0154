//! Who asks, and whether they may. Tokens are signed and verified here without any look-up.

mod basic;
mod caller;
pub mod error;
mod issue;
mod token;

pub use basic::{Credentials, basic};
pub use caller::Caller;
pub use error::Error;
pub use issue::issue;
pub use token::Tokens;

use crate::config::Config;
use roadstead_shared::auth::Access;
use roadstead_shared::operation::{Operation, Right};

/// Verifies the `Authorization` header of a request for `operation` of the registry's API, and
/// that the token which it holds lets that be done. `tokens` are those of the host that was asked.
pub fn authorise(
    authorization: Option<&str>,
    tokens: &Tokens<'_>,
    operation: &Operation,
) -> Result<Caller, Error> {
    let needs = access(operation);
    let Some(header) = authorization else { return Err(Error::NoToken { needs }) };
    let token = bearer(header).ok_or(Error::InvalidToken { needs: needs.clone() })?;
    let Some(claims) = tokens.verify(token) else { return Err(Error::InvalidToken { needs }) };
    let caller = Caller::with_token(claims);
    match needs {
        Some(needs) if !caller.may(&needs) => Err(Error::InsufficientScope { needs }),
        _ => Ok(caller),
    }
}

/// The same for a call of our own API, which takes name and password as well, and answers whom it
/// does not know where anybody may ask.
pub fn identify(
    authorization: Option<&str>,
    config: &Config,
    tokens: &Tokens<'_>,
    operation: &Operation,
) -> Result<Caller, Error> {
    let caller = match authorization {
        Some(header) if bearer(header).is_some() => authorise(authorization, tokens, operation)?,
        Some(header) => {
            let credentials = basic(header).ok_or(Error::BadCredentials)?;
            let asked = access(operation).into_iter().collect();
            Caller::with_password(config, tokens.host(), &credentials, asked)?
        }
        None => {
            let asked = access(operation).into_iter().collect();
            Caller::with_token(issue(config, tokens.host(), None, asked)?)
        }
    };
    let may = match operation.needs() {
        Right::Token => true,
        Right::Repository(needs) => caller.may(&needs),
        Right::Operator => caller.is_operator,
        Right::Anyone => authorization.is_some(),
    };
    match may {
        true => Ok(caller),
        false if authorization.is_none() => Err(Error::NoCredentials),
        false => Err(Error::Denied),
    }
}

fn access(operation: &Operation) -> Option<Access> {
    match operation.needs() {
        Right::Repository(access) => Some(access),
        Right::Token | Right::Operator | Right::Anyone => None,
    }
}

/// The token of `Bearer <token>`.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

#[cfg(test)]
mod tests;
