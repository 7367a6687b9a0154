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
    let (Some(rest), Some(is_known)) = (rest, is_nothing(&answer)) else { return answer };
    let name = &rest.asked;
    // Who may publish here is not told what others have: he would leave it out.
    if caller.may_push(name) {
        return answer;
    }
    // Looked at anew each time: what was published just now is found, whatever is remembered here.
    let is_here = !is_known && door.store.repository_exists(name).await?;
    if is_here || published::is_ours(door.store, name).await? {
        return answer;
    }
    dispatch(env, door, caller, meter, Operation::Cached(rest), asked).await
}

/// Where an answer says that there is no such thing, whether it also says that there is no such
/// repository; `None` for all other answers. A list of referrers is never missing.
fn is_nothing(answer: &Result<Answer, Error>) -> Option<bool> {
    match answer {
        Err(Error::Service(service::Error::NameUnknown(_))) => Some(true),
        Err(Error::Service(service::Error::BlobUnknown(_))) => Some(false),
        Ok(Answer::Referrers { manifests, .. }) if manifests.is_empty() => Some(false),
        _ => None,
    }
}
