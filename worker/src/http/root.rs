//! Names of the root, where a rule answers for it: what is published here is answered from here, and
//! the rest of what nobody has published in is the rule's.

use super::asked::Asked;
use super::dispatch::dispatch;
use super::error::Error;
use crate::auth::{Caller, Door};
use crate::service::{self, Answer, Meter, published};
use roadstead_shared::operation::{Cached, Operation};
use worker::Env;

/// Does what `operation` says; and what `rest` says, where it finds nothing that is published here.
pub async fn dispatch_or(
    env: &Env,
    door: &Door<'_>,
    caller: &Caller,
    meter: &Meter<'_>,
    (operation, rest): (Operation, Option<Cached>),
    asked: &Asked,
) -> Result<Answer, Error> {
    let answer = dispatch(env, door, caller, meter, operation, asked).await;
    let Some(rest) = rest.filter(|_| is_nothing(&answer)) else { return answer };
    // Asked only then: what was published just now is found above, whatever is remembered here.
    if published::is_ours(door.store, &rest.asked).await? {
        return answer;
    }
    dispatch(env, door, caller, meter, Operation::Cached(rest), asked).await
}

/// Whether an answer says that there is no such thing. A list of referrers is never missing.
fn is_nothing(answer: &Result<Answer, Error>) -> bool {
    match answer {
        Ok(Answer::Referrers { manifests, .. }) => manifests.is_empty(),
        Err(Error::Service(error)) => matches!(
            error,
            service::Error::NameUnknown(_)
                | service::Error::ManifestUnknown(_)
                | service::Error::BlobUnknown(_)
        ),
        _ => false,
    }
}
