//! The calls about repositories of other registries.

use crate::http::asked::Asked;
use crate::http::error::Error;
use crate::http::request;
use crate::service::cached::{Place, blob, list, manifest};
use crate::service::{self, Answer, Meter};
use crate::store::Store;
use roadstead_shared::operation::{Cached, Wanted};

/// Does what `call` says.
pub(super) async fn dispatch(
    store: &Store,
    meter: &Meter<'_>,
    call: Cached,
    asked: &Asked,
) -> Result<Answer, Error> {
    let place = Place::enter(call.target, meter).await.map_err(service::Error::from)?;
    let request = &asked.request;
    Ok(match call.wanted {
        Wanted::Manifest { reference, head } => {
            let conditions = request::known(request);
            manifest::get(store, &place, &reference, head, &conditions, meter).await?
        }
        Wanted::Blob { digest, head: true } => {
            blob::head(store, &place, digest, &request::conditions(request)).await?
        }
        Wanted::Blob { digest, head: false } => {
            blob::get(store, place, digest, &request::conditions(request)).await?
        }
        Wanted::Tags { n, last } => {
            list::tags(store, &place, call.asked, n, last.as_deref()).await?
        }
        Wanted::Referrers { subject, artifact_type, page } => {
            list::referrers(store, &place, &subject, artifact_type.as_deref(), &page).await?
        }
    })
}
