//! Promises to uploads that may be over: a runtime that was killed between the promise and the
//! upload's own note of it told nobody.

use super::Namespace;
use crate::clock;
use crate::store::Store;
use worker::Result;

/// How old a promise is when the upload is asked whether it still wants it, in ms.
pub(super) const LOOK_AGAIN_MS: u64 = 60 * 60 * 1000;
/// How many uploads are asked in a row.
const AT_ONCE: u64 = 100;

impl Namespace {
    /// Asks the uploads that were promised something at `before_ms` or earlier; what is over is no
    /// longer promised anything.
    pub(super) async fn look_after_promises(&self, store: &Store, before_ms: u64) -> Result<()> {
        for promise in self.ledger()?.promises(before_ms, AT_ONCE)? {
            let upload = promise.upload.as_str();
            match store.upload_room(&promise.repository, upload).await? {
                Some(_) => self.ledger()?.keep(upload, clock::now_ms())?,
                None => self.ledger()?.end(upload)?,
            }
        }
        Ok(())
    }
}
