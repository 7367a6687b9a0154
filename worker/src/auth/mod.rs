//! Who asks, and whether they may. Registry tokens are signed and verified here without any look-up;
//! passwords, personal access tokens and sessions are looked at by the `door`.

mod basic;
mod caller;
pub mod door;
pub mod error;
mod issue;
mod limits;
mod remembered;
pub mod rights;
mod token;

pub use basic::{Credentials, basic};
pub use caller::Caller;
pub use door::Door;
pub use error::Error;
pub use issue::issue;
pub use limits::Purpose;
pub use rights::Rights;
pub use token::Tokens;

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

/// What a request shows of who makes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shows<'a> {
    /// Its `Authorization`.
    pub authorization: Option<&'a str>,
    /// The cookie of a session.
    pub session: Option<&'a str>,
}

/// The same for a call of our own API, which takes names with passwords or personal access tokens
/// as well, and the cookie of a session where there is no `Authorization`. Whom it does not know may
/// do what anybody may.
pub async fn identify(
    shows: Shows<'_>,
    door: &Door<'_>,
    tokens: &Tokens<'_>,
    operation: &Operation,
) -> Result<Caller, Error> {
    let caller = match (shows.authorization, shows.session) {
        (Some(header), _) if bearer(header).is_some() => {
            authorise(shows.authorization, tokens, operation)?
        }
        (Some(header), _) => {
            let credentials = basic(header).ok_or(Error::BadCredentials)?;
            Caller::with_rights(door.by_credentials(&credentials, Purpose::Any).await?)
        }
        (None, Some(cookie)) => match door.by_session(cookie).await {
            Ok(rights) => rights.map_or_else(Caller::nobody, Caller::with_rights),
            // Whoever is suspended may still look, and sign out.
            Err(Error::Suspended(_)) if operation.needs() == Right::Public => Caller::nobody(),
            Err(error) => return Err(error),
        },
        (None, None) => Caller::nobody(),
    };
    permit(caller, shows.authorization.is_some(), operation)
}

/// The caller, if it may make the call.
fn permit(caller: Caller, is_token: bool, operation: &Operation) -> Result<Caller, Error> {
    let may = match operation.needs() {
        Right::Token | Right::Public => true,
        Right::Repository(needs) => caller.may(&needs),
        Right::Operator => caller.is_operator,
        Right::Account if is_token && !caller.is_account() => return Err(Error::TokenNotEnough),
        Right::Account => caller.is_account(),
        Right::Anyone => is_token || caller.account.is_some(),
    };
    match may {
        true => Ok(caller),
        false if !is_token && caller.account.is_none() => Err(Error::NoCredentials),
        false => Err(Error::Denied),
    }
}

fn access(operation: &Operation) -> Option<Access> {
    match operation.needs() {
        Right::Repository(access) => Some(access),
        Right::Token | Right::Operator | Right::Anyone | Right::Public | Right::Account => None,
    }
}

/// The token of `Bearer <token>`.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

#[cfg(test)]
mod tests;
