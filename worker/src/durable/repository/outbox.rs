//! The outbox: names whose rows in the index for people may differ from the bucket. An intent is
//! noted before the bucket is written, and cleared only after the bucket was read again and the
//! index, and the graph's tags, were made equal to it.

use super::Repository;
use crate::clock;
use crate::service::index;
use crate::store::Store;
use roadstead_shared::oci::{Name, Reference};
use worker::{ListOptions, Result, console_error};

/// The prefix of an intent in the object's storage; the rest is the reference.
const INTENT: &str = "intent/";
/// How many intents are read at once.
const BATCH: usize = 100;

impl Repository {
    /// Notes that `reference` is about to change.
    pub(super) async fn intend(&self, reference: &Reference) -> Result<()> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds stay below 2^53 for 285,000 years"
        )]
        let stamp = clock::now_ms() as f64;
        self.state.storage().put(&format!("{INTENT}{reference}"), stamp).await
    }

    /// Whether any intent is left.
    pub(super) async fn has_intents(&self) -> Result<bool> {
        Ok(!self.intents(1).await?.is_empty())
    }

    /// Works off one batch of intents. How many could not be.
    pub(super) async fn work_off(&self, store: &Store, name: &Name) -> Result<usize> {
        let mut failures = 0;
        for intent in self.intents(BATCH).await? {
            // One that cannot be worked off must not keep the others waiting.
            if let Err(error) = self.work_off_one(store, name, &intent).await {
                failures += 1;
                let line = serde_json::json!({ "repository": name, "failure": error.to_string() });
                console_error!("{line}");
            }
        }
        Ok(failures)
    }

    async fn work_off_one(&self, store: &Store, name: &Name, intent: &str) -> Result<()> {
        let storage = self.state.storage();
        // A write may come between the reading and the clearing: its stamp tells.
        let stamp: Option<f64> = storage.get(intent).await?;
        let reference: Option<Reference> =
            intent.strip_prefix(INTENT).and_then(|reference| reference.parse().ok());
        let found = match &reference {
            Some(reference) => index::refresh(store, name, reference).await?,
            None => None,
        };
        let _turn = self.writing.lock().await;
        if storage.get::<f64>(intent).await? != stamp {
            return Ok(());
        }
        if let Some(Reference::Tag(tag)) = &reference {
            match found {
                Some(digest) => self.graph()?.point(tag, &digest, clock::now_ms())?,
                None => self.graph()?.unpoint(tag, clock::now_ms())?,
            }
        }
        storage.delete(intent).await?;
        Ok(())
    }

    async fn intents(&self, limit: usize) -> Result<Vec<String>> {
        let options = ListOptions::new().prefix(INTENT).limit(limit);
        let found = self.state.storage().list_with_options(options).await?;
        Ok(found.keys().into_iter().flatten().filter_map(|key| key.as_string()).collect())
    }
}
