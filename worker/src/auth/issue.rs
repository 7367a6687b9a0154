//! Who gets which token. Docker's token specification; a subset of what was asked is granted,
//! never refused as a whole.

use super::{Credentials, Error};
use crate::config::Config;
use roadstead_shared::auth::{Access, Action, Claims};

/// The claims for who asks with `credentials` for `asked`, for `host`.
///
/// Wrong credentials are refused, with one exception: a request for nothing but pulls counts as
/// anonymous. dockerd sends the credentials of Docker Hub to its mirrors and silently skips a
/// mirror that refuses them.
pub fn issue(
    config: &Config,
    host: &str,
    credentials: Option<&Credentials>,
    asked: Vec<Access>,
) -> Result<Claims, Error> {
    let account = match credentials {
        None => None,
        Some(credentials) if is_operator(config, credentials) => Some(credentials.name.clone()),
        Some(_) if is_pull_only(&asked) => None,
        Some(_) => return Err(Error::BadCredentials),
    };
    let access = match &account {
        Some(_) => asked,
        None => {
            asked.into_iter().map(pull_of).filter(|access| !access.actions.is_empty()).collect()
        }
    };
    Ok(Claims { audience: host.to_owned(), subject: account.unwrap_or_default(), access })
}

pub(super) fn is_operator(config: &Config, credentials: &Credentials) -> bool {
    let password = config.operator_password.as_ref();
    password.is_some_and(|password| password.matches(credentials.password.reveal()))
        && credentials.name == config.operator_name
}

fn is_pull_only(asked: &[Access]) -> bool {
    let only_pull = |access: &Access| access.actions.iter().all(|action| *action == Action::Pull);
    !asked.is_empty() && asked.iter().all(only_pull)
}

/// What anybody may do: everything that is published here is public.
fn pull_of(access: Access) -> Access {
    let actions = access.actions.iter().copied().filter(|action| *action == Action::Pull);
    let actions: Vec<Action> = actions.collect();
    Access::new(access.name, actions)
}
