//! The calls about repositories of other registries.

use crate::auth::{Caller, Door};
use crate::http::asked::Asked;
use crate::http::error::Error;
use crate::service::{self, Answer, Meter};
use roadstead_shared::operation::{Cached, Wanted};
use worker::Env;

/// Does what `call` says.
#[expect(clippy::unused_async, reason = "the service that it calls waits for others")]
pub(super) async fn dispatch(
    _env: &Env,
    _door: &Door<'_>,
    _caller: &Caller,
    _meter: &Meter<'_>,
    call: Cached,
    _asked: &Asked,
) -> Result<Answer, Error> {
    Err(match call.wanted {
        Wanted::Manifest { reference, .. } => {
            service::Error::ManifestUnknown(reference.to_string())
        }
        Wanted::Blob { digest, .. } => service::Error::BlobUnknown(digest),
        Wanted::Tags { .. } | Wanted::Referrers { .. } => service::Error::NameUnknown(call.asked),
    }
    .into())
}
