//! The operator's calls about what is cached.

use crate::auth::{self, Caller};
use crate::http::asked::Asked;
use crate::http::error::Error;
use crate::service::{Answer, upstreams};
use crate::store::Store;
use roadstead_shared::operation::UpstreamsOperation;

/// Does what `operation` says.
pub(super) async fn dispatch(
    store: &Store,
    caller: &Caller,
    operation: UpstreamsOperation,
    asked: &Asked,
) -> Result<Answer, Error> {
    let actor = caller.account.as_deref().unwrap_or_default();
    Ok(match operation {
        UpstreamsOperation::ListUpstreams => upstreams::list(store).await,
        UpstreamsOperation::Purge => {
            Answer::Outcome(upstreams::purge(store, actor, &asked.input().await?).await?)
        }
        UpstreamsOperation::Refresh => {
            Answer::Outcome(upstreams::refresh(store, actor, &asked.input().await?).await?)
        }
        UpstreamsOperation::Metrics => {
            if !caller.rights().is_some_and(|rights| rights.is_operator) {
                return Err(auth::Error::Denied.into());
            }
            upstreams::metrics(store).await
        }
    })
}
