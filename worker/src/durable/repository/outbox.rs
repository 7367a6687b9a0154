//! The outbox: names whose rows in the index for people may differ from the bucket. An intent is
//! noted before the bucket is written, confirmed after, and cleared only after the bucket was read
//! again and the index, and the graph's tags, were made equal to it. One that was never confirmed
//! (the write failed, or the object died in it) is left for a while: the write may still come.

use super::Repository;
use crate::clock;
use crate::service::index;
use crate::store::Store;
use roadstead_shared::oci::{Name, Reference};
use serde::{Deserialize, Serialize};
use worker::{ListOptions, Result, console_error};

/// The prefix of an intent in the object's storage; the rest is the reference.
const INTENT: &str = "intent/";
/// How many intents are worked off in a row. Each takes up to eight statements of the database,
/// which runs at most 1,000 for one event.
const BATCH: usize = 100;
/// How long a write may take that has not reported back, in ms.
const UNCONFIRMED_MS: f64 = 30_000.0;

/// What is noted of a name.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Intent {
    /// When it was noted last, ms UTC.
    at_ms: f64,
    /// Whether the write has come to its end.
    is_written: bool,
}

impl Repository {
    /// Notes that `reference` is about to change.
    pub(super) async fn intend(&self, reference: &Reference) -> Result<()> {
        self.note(reference, false).await
    }

    /// Notes that `reference` has changed, or that nobody tries to any more.
    pub(super) async fn confirm(&self, reference: &Reference) -> Result<()> {
        self.note(reference, true).await
    }

    async fn note(&self, reference: &Reference, is_written: bool) -> Result<()> {
        let intent = Intent { at_ms: now_ms(), is_written };
        self.state.storage().put(&format!("{INTENT}{reference}"), intent).await
    }

    /// When the next intent can be worked off, ms UTC.
    pub(super) async fn outbox_due_ms(&self) -> Result<Option<u64>> {
        let mut due: Option<f64> = None;
        for key in self.intents().await? {
            if let Some(intent) = self.state.storage().get::<Intent>(&key).await? {
                let wait = if intent.is_written { 0.0 } else { UNCONFIRMED_MS };
                due = Some(due.unwrap_or(f64::MAX).min(intent.at_ms + wait));
            }
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a time in ms, which was written as one"
        )]
        let due = due.map(|due| due as u64);
        Ok(due)
    }

    /// Works off one batch of intents. How many could not be.
    pub(super) async fn work_off(&self, store: &Store, name: &Name) -> Result<usize> {
        let mut failures = 0;
        for key in self.intents().await? {
            // One that cannot be worked off must not keep the others waiting.
            if let Err(error) = self.work_off_one(store, name, &key).await {
                failures += 1;
                let line = serde_json::json!({ "repository": name, "failure": error.to_string() });
                console_error!("{line}");
            }
        }
        Ok(failures)
    }

    async fn work_off_one(&self, store: &Store, name: &Name, key: &str) -> Result<()> {
        let storage = self.state.storage();
        // In a turn of its own: no writer is between its intent and its write.
        let before = {
            let _turn = self.writing.lock().await;
            storage.get::<Intent>(key).await?
        };
        let Some(before) = before else { return Ok(()) };
        if !before.is_written && now_ms() - before.at_ms < UNCONFIRMED_MS {
            return Ok(());
        }
        let reference: Option<Reference> =
            key.strip_prefix(INTENT).and_then(|reference| reference.parse().ok());
        let found = match &reference {
            Some(reference) => index::refresh(store, name, reference).await?,
            None => None,
        };
        let _turn = self.writing.lock().await;
        // Whoever wrote since has noted it.
        if storage.get::<Intent>(key).await? != Some(before) {
            return Ok(());
        }
        if let Some(Reference::Tag(tag)) = &reference {
            match found {
                Some(digest) => self.graph()?.point(tag, &digest, clock::now_ms())?,
                None => {
                    self.graph()?.unpoint(tag, clock::now_ms())?;
                    self.uncount_tag(store, name, tag).await?;
                }
            }
        }
        storage.delete(key).await?;
        Ok(())
    }

    async fn intents(&self) -> Result<Vec<String>> {
        let options = ListOptions::new().prefix(INTENT).limit(BATCH);
        let found = self.state.storage().list_with_options(options).await?;
        Ok(found.keys().into_iter().flatten().filter_map(|key| key.as_string()).collect())
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds stay below 2^53 for 285,000 years")]
fn now_ms() -> f64 {
    clock::now_ms() as f64
}
