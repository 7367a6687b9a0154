//! Promises that may not be wanted any more: a request that died between the promise and its bytes
//! told nobody.

use super::Namespace;
use crate::clock;
use crate::durable::alarm;
use crate::store::Store;
use worker::Result;

/// How old a promise is when the upload is asked whether it still wants it, in ms.
pub(super) const LOOK_AGAIN_MS: u64 = 5 * 60 * 1000;
/// How many uploads are asked in a row.
const AT_ONCE: u64 = 100;

impl Namespace {
    /// Asks the uploads that were promised something at `before_ms` or earlier; what is over is no
    /// longer promised anything. One that cannot answer keeps none of the others waiting.
    pub(super) async fn look_after_promises(&self, store: &Store, before_ms: u64) -> Result<()> {
        for promise in self.ledger()?.promises(before_ms, AT_ONCE)? {
            let upload = promise.upload.as_str();
            match store.upload_room(&promise.repository, upload).await {
                Ok(Some((bytes, asked))) => {
                    self.ledger()?.keep(upload, clock::now_ms())?;
                    self.ledger()?.shrink(upload, bytes, asked)?;
                }
                Ok(None) => self.ledger()?.end(upload)?,
                Err(error) => {
                    // It keeps its room, and is asked again after all the others.
                    alarm::report(upload, Some(&error.into()));
                    self.ledger()?.keep(upload, clock::now_ms())?;
                }
            }
        }
        Ok(())
    }
}
