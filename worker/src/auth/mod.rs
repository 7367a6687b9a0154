//! Who asks, and whether they may. Tokens are signed and verified here without any look-up.

mod basic;
pub mod error;
mod issue;
mod token;

pub use basic::{Credentials, basic};
pub use error::Error;
pub use issue::issue;
pub use token::Tokens;

use roadstead_shared::auth::Claims;
use roadstead_shared::operation::Operation;

/// Verifies the `Authorization` header of a request for `operation`, and that what it holds lets
/// that be done. `tokens` are those of the host that was asked.
pub fn authorise(
    authorization: Option<&str>,
    tokens: &Tokens<'_>,
    operation: &Operation,
) -> Result<Claims, Error> {
    let needs = operation.needs();
    let Some(header) = authorization else { return Err(Error::NoToken { needs }) };
    let token = bearer(header).ok_or(Error::InvalidToken { needs: needs.clone() })?;
    let Some(claims) = tokens.verify(token) else { return Err(Error::InvalidToken { needs }) };
    match needs {
        Some(needs) if !needs.actions.iter().all(|action| claims.cover(&needs.name, *action)) => {
            Err(Error::InsufficientScope { needs })
        }
        _ => Ok(claims),
    }
}

/// The token of `Bearer <token>`.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

#[cfg(test)]
mod tests;
