//! Taking the steps, for a few minutes at most: the platform ends an alarm after fifteen.

use super::ledger::Record;
use super::{Import, KEPT_MS};
use crate::clock;
use crate::service::import::Failure;
use crate::service::import::step::manifest;
use crate::store::Store;
use crate::upstream::Upstream;
use roadstead_shared::import::Progress;
use roadstead_shared::import::plan::{Step, blobs};
use roadstead_shared::oci::{Descriptor, Digest, Manifest};
use roadstead_shared::upstream::pause;
use std::time::Duration;
use worker::{Result, console_error};

/// How long one alarm takes steps, in ms.
const TURN_MS: u64 = 2 * 60 * 1000;
/// How many steps one alarm takes: the platform counts the requests of each.
const TURN_STEPS: usize = 300;
/// How long a whole import may take, in ms.
const MAX_MS: u64 = 24 * 60 * 60 * 1000;

/// A manifest that is being worked on.
struct Open {
    node: usize,
    document: String,
    blobs: Vec<Descriptor>,
}

/// How a step went, where the object itself is well.
pub(super) type Outcome = std::result::Result<(), Failure>;

impl Import {
    /// Takes steps until it is over, has to wait, or its turn is over.
    pub(super) async fn work(&self, mut record: Record) -> Result<()> {
        let began_ms = clock::now_ms();
        let upstream = Upstream::new(
            record.order.origin.clone(),
            record.order.source.name.clone(),
            self.credentials().await?,
        );
        let wait_ms = record.not_before_ms.saturating_sub(began_ms);
        if wait_ms > 0 {
            return self.ring(wait_ms).await;
        }
        let mut open = None;
        for _ in 0..TURN_STEPS {
            let now_ms = clock::now_ms();
            if self.is_cancelled.get() {
                return Ok(());
            }
            if now_ms.saturating_sub(began_ms) > TURN_MS {
                break;
            }
            if now_ms.saturating_sub(record.began_ms) > MAX_MS {
                let why = "it took more than a day; ask for it again, what is here stays here";
                return self.end(record, Some(why.to_owned())).await;
            }
            let step = record.plan.next();
            if step == Step::Done {
                return self.end(record, None).await;
            }
            match self.step(&upstream, &mut record, &mut open, step).await? {
                Ok(()) => {
                    record.failed = 0;
                    self.save(&record).await?;
                }
                Err(failure) => return self.fail(record, failure).await,
            }
        }
        self.ring(0).await
    }

    async fn step(
        &self,
        upstream: &Upstream,
        record: &mut Record,
        open: &mut Option<Open>,
        step: Step,
    ) -> Result<Outcome> {
        let store = Store::new(&self.env)?;
        match step {
            Step::Done => Ok(Ok(())),
            Step::Fetch(node) => self.read(upstream, record, node).await,
            Step::Copy { node, blob } => {
                let opened = self.open(record, open, node).await?;
                let Some(blob) = opened.and_then(|open| open.blobs.get(blob)) else {
                    return Ok(Err(lost()));
                };
                let copied = self.copy(&store, upstream, record, blob).await;
                self.flowing.set(0);
                copied
            }
            Step::Publish { node, is_root } => {
                let Some(opened) = self.open(record, open, node).await? else {
                    return Ok(Err(lost()));
                };
                let (Some(found), Some(digest)) =
                    (record.plan.node(node), record.plan.digest(node))
                else {
                    return Ok(Err(lost()));
                };
                let (name, tag) = (&record.order.target, record.order.tag.clone());
                let (tag, text) = (tag.filter(|_| is_root), &opened.document);
                let put = manifest::publish(&store, name, digest, tag, &found.media_type, text);
                Ok(match put.await {
                    Ok(()) => {
                        record.plan.published();
                        Ok(())
                    }
                    Err(failure) => Err(failure),
                })
            }
        }
    }

    async fn read(&self, upstream: &Upstream, record: &mut Record, node: usize) -> Result<Outcome> {
        let Some(asked) = record.plan.node(node) else { return Ok(Err(lost())) };
        let fetched = match manifest::fetch(upstream, asked).await {
            Ok(fetched) => fetched,
            Err(failure) => return Ok(Err(failure)),
        };
        self.save_document(node, &fetched.document).await?;
        let digest = fetched.digest.clone();
        let taken =
            record.plan.fetched(node, fetched.digest, &fetched.media_type, &fetched.manifest);
        if node == 0 {
            record.digest = Some(digest);
        }
        Ok(taken.map_err(|refused| Failure::never(refused.to_string())))
    }

    /// The manifest of a step, from memory or as it was written down.
    async fn open<'a>(
        &self,
        record: &Record,
        open: &'a mut Option<Open>,
        node: usize,
    ) -> Result<Option<&'a Open>> {
        if open.as_ref().is_none_or(|open| open.node != node) {
            *open = None;
            let document = self.document(node).await?;
            let (Some(found), Some(digest)) = (record.plan.node(node), record.plan.digest(node))
            else {
                return Ok(None);
            };
            if Digest::of(digest.algorithm(), document.as_bytes()) != *digest {
                return Ok(None);
            }
            let parsed = Manifest::parse(document.as_bytes(), &found.media_type);
            let Ok(manifest) = parsed else { return Ok(None) };
            let blobs = blobs(&manifest).into_iter().cloned().collect();
            *open = Some(Open { node, document, blobs });
        }
        Ok(open.as_ref())
    }

    /// Waits for another try, or gives up.
    async fn fail(&self, mut record: Record, failure: Failure) -> Result<()> {
        if self.is_cancelled.get() {
            return Ok(());
        }
        if let Some(cause) = &failure.cause {
            let line = serde_json::json!({ "object": "import", "failure": cause });
            console_error!("{line}");
        }
        record.failed = record.failed.saturating_add(1);
        let pause = failure.retry.and_then(|after_s| pause::after(record.failed, after_s));
        let Some(pause_ms) = pause else {
            let tries = if failure.retry.is_some() {
                format!(" ({} tries); ask for it again later", record.failed)
            } else {
                String::new()
            };
            return self.end(record, Some(format!("{}{tries}", failure.why))).await;
        };
        record.not_before_ms = clock::now_ms().saturating_add(pause_ms);
        self.save(&record).await?;
        self.ring(pause_ms).await
    }

    async fn end(&self, mut record: Record, error: Option<String>) -> Result<()> {
        record.progress = if error.is_some() { Progress::Failed } else { Progress::Done };
        record.error = error;
        record.ended_ms = clock::now_ms();
        record.plan.close();
        self.save(&record).await?;
        self.tidy().await?;
        self.ring(KEPT_MS).await
    }

    async fn ring(&self, wait_ms: u64) -> Result<()> {
        if self.is_cancelled.get() {
            return Ok(());
        }
        self.state.storage().set_alarm(Duration::from_millis(wait_ms)).await
    }
}

/// What was written down is not there: begun anew, it will be.
fn lost() -> Failure {
    Failure::never("what was noted of this import is lost; ask for it again")
}
