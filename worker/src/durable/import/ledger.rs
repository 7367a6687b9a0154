//! What an import has written down.

use super::Import;
use roadstead_shared::import::report::{Count, Report};
use roadstead_shared::import::{Credentials, Order, Plan, Progress};
use roadstead_shared::oci::Digest;
use roadstead_shared::upstream::image;
use serde::{Deserialize, Serialize};
use worker::{ListOptions, Result};

/// Where the record rests in the object's storage.
const RECORD: &str = "import";
/// Where the password rests, while the import runs.
const CREDENTIALS: &str = "credentials";
/// The prefix of the documents; the rest is the manifest's number and the part's.
const DOCUMENT: &str = "document/";

/// How many bytes of a document are written as one value: the runtime takes 2 MB, and may write two
/// bytes for one.
const PART_BYTES: usize = 512 * 1024;
/// How many parts a document can have; manifests have at most 4 MiB.
const MAX_PARTS: usize = 16;
/// The runtime deletes at most so many keys at once.
const BATCH: usize = 128;

/// An import, as it is written down after every step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) order: Order,
    pub(super) plan: Plan,
    pub(super) progress: Progress,
    pub(super) error: Option<String>,
    /// What the image is, once that is known.
    pub(super) digest: Option<Digest>,
    pub(super) began_ms: u64,
    pub(super) ended_ms: u64,
    /// How often the next step has failed.
    pub(super) failed: u32,
    /// When the next step is tried.
    pub(super) not_before_ms: u64,
    /// How the blob of the next step is copied.
    pub(super) way: Way,
}

/// How a blob is copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Way {
    /// At once, where nobody here has it.
    Whole,
    /// Piece by piece, in an upload that is still to be begun.
    Pieces,
    /// Piece by piece, in this upload.
    Upload(String),
    /// At once, however often it breaks off: the source knows no ranges.
    OnlyWhole,
}

impl Record {
    /// An import that has done nothing.
    pub(super) fn new(order: Order, now_ms: u64) -> std::result::Result<Self, image::Invalid> {
        let plan = Plan::new(order.source.reference()?, order.platforms.clone());
        Ok(Self {
            order,
            plan,
            progress: Progress::Running,
            error: None,
            digest: None,
            began_ms: now_ms,
            ended_ms: 0,
            failed: 0,
            not_before_ms: 0,
            way: Way::Whole,
        })
    }

    /// What who asks is told; `flowing` bytes have come of a blob that is not yet done.
    pub(super) fn report(&self, id: String, flowing: u64) -> Report {
        let bytes = self.plan.bytes;
        let done = bytes.done.saturating_add(flowing).min(bytes.total);
        Report {
            id,
            state: self.progress,
            source: self.order.source.to_string(),
            target: self.order.target(),
            digest: self.digest.clone(),
            blobs: self.plan.blobs,
            manifests: self.plan.manifests,
            bytes: Count { done, ..bytes },
            error: self.error.clone(),
        }
    }
}

impl Import {
    pub(super) async fn load(&self) -> Result<Option<Record>> {
        let text: Option<String> = self.state.storage().get(RECORD).await?;
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(Into::into)
    }

    /// Writes the record down, unless the import was ended meanwhile.
    pub(super) async fn save(&self, record: &Record) -> Result<()> {
        if self.is_cancelled.get() {
            return Ok(());
        }
        self.state.storage().put(RECORD, serde_json::to_string(record)?).await
    }

    pub(super) async fn save_credentials(&self, credentials: Option<Credentials>) -> Result<()> {
        match credentials {
            Some(credentials) => {
                let text = serde_json::to_string(&credentials)?;
                self.state.storage().put(CREDENTIALS, text).await
            }
            None => Ok(()),
        }
    }

    pub(super) async fn credentials(&self) -> Result<Option<Credentials>> {
        let text: Option<String> = self.state.storage().get(CREDENTIALS).await?;
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(Into::into)
    }

    /// Writes a manifest's document down: it is published when its blobs are here.
    pub(super) async fn save_document(&self, node: usize, document: &str) -> Result<()> {
        let mut rest = document;
        for part in 0..MAX_PARTS {
            if rest.is_empty() || self.is_cancelled.get() {
                break;
            }
            let (some, behind) = rest.split_at(rest.floor_char_boundary(PART_BYTES));
            self.state.storage().put(&document_key(node, part), some).await?;
            rest = behind;
        }
        Ok(())
    }

    /// A manifest's document; shorter than it was where it was lost.
    pub(super) async fn document(&self, node: usize) -> Result<String> {
        let mut document = String::new();
        for part in 0..MAX_PARTS {
            let some: Option<String> = self.state.storage().get(&document_key(node, part)).await?;
            match some {
                Some(some) => document.push_str(&some),
                None => break,
            }
        }
        Ok(document)
    }

    /// Forgets what only an import that runs needs: its password before anything else.
    pub(super) async fn tidy(&self) -> Result<()> {
        let storage = self.state.storage();
        storage.delete(CREDENTIALS).await?;
        loop {
            let options = ListOptions::new().prefix(DOCUMENT).limit(BATCH);
            let found = storage.list_with_options(options).await?;
            let keys = found.keys().into_iter().flatten().filter_map(|key| key.as_string());
            let keys: Vec<String> = keys.collect();
            if keys.is_empty() {
                return Ok(());
            }
            storage.delete_multiple(keys).await?;
        }
    }
}

fn document_key(node: usize, part: usize) -> String {
    format!("{DOCUMENT}{node}/{part}")
}
