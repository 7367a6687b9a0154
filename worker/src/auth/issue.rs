//! Who gets which token. Docker's token specification; a subset of what was asked is granted,
//! never refused as a whole.

use super::{Credentials, Door, Error, Purpose, Rights};
use roadstead_shared::auth::{Access, Action, Claims};

/// The claims for who asks with `credentials` for `asked`.
///
/// Wrong credentials are refused, with one exception: a request for nothing but pulls counts as
/// anonymous. dockerd sends the credentials of Docker Hub to its mirrors and silently skips a
/// mirror that refuses them. For the same reason such a request is answered while nobody can look
/// up who asks, or while too many such were wrong, which are counted apart from all others.
pub async fn issue(
    door: &Door<'_>,
    credentials: Option<&Credentials>,
    asked: Vec<Access>,
) -> Result<Claims, Error> {
    let purpose = if is_pull_only(&asked) { Purpose::Pull } else { Purpose::Any };
    let rights = match credentials {
        None => None,
        Some(credentials) => match door.by_credentials(credentials, purpose).await {
            Ok(rights) => Some(rights),
            Err(error) if purpose == Purpose::Pull => {
                door.log_failure(&error);
                None
            }
            Err(error) => return Err(error),
        },
    };
    Ok(claims(door.host(), rights.as_ref(), asked))
}

/// What `rights`, or nobody, get of `asked`.
pub(super) fn claims(host: &str, rights: Option<&Rights>, asked: Vec<Access>) -> Claims {
    let part = |access: Access| match rights {
        Some(rights) => rights.part_of(&access),
        None => pull_of(access),
    };
    let access = asked.into_iter().map(part).filter(|access| !access.actions.is_empty()).collect();
    let subject = rights.map(|rights| rights.account.clone()).unwrap_or_default();
    let allowance = rights.and_then(Rights::allowance);
    Claims { audience: host.to_owned(), subject, access, allowance }
}

pub(super) fn is_pull_only(asked: &[Access]) -> bool {
    let only_pull = |access: &Access| access.actions.iter().all(|action| *action == Action::Pull);
    !asked.is_empty() && asked.iter().all(only_pull)
}

/// What anybody may do: everything that is published here is public.
fn pull_of(access: Access) -> Access {
    let actions = access.actions.iter().copied().filter(|action| *action == Action::Pull);
    let actions: Vec<Action> = actions.collect();
    Access::new(access.name, actions)
}
