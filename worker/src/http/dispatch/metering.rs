//! The calls about what was pulled.

use crate::auth::Caller;
use crate::http::asked::Asked;
use crate::http::error::Error;
use crate::service::{Answer, Meter, networks};
use crate::store::Store;
use roadstead_shared::operation::MeteringOperation;
use serde_json::json;

/// The longest list of networks that is read, in bytes.
const MAX_LIST_BYTES: usize = 512 * 1024;

/// Does what `operation` says.
pub(super) async fn dispatch(
    store: &Store,
    caller: &Caller,
    meter: &Meter<'_>,
    operation: MeteringOperation,
    asked: &Asked,
) -> Result<Answer, Error> {
    Ok(match operation {
        MeteringOperation::Usage => Answer::Document(json!(meter.usage().await?)),
        MeteringOperation::ReadNetworks => networks::read(store).await?,
        MeteringOperation::ChangeNetworks => {
            let input = asked.input_within(MAX_LIST_BYTES).await?;
            let actor = caller.account.as_deref().unwrap_or_default();
            Answer::Outcome(networks::change(store, actor, &input).await?)
        }
    })
}
