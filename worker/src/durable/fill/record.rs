//! What rests of a fill that is under way, so that it goes on if the runtime ends.

use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Digest, Name};
use serde::{Deserialize, Serialize};
use worker::{Result, Storage};

/// Where it lies.
const KEY: &str = "fill";

/// A fill, and what it has stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The rule's prefix.
    pub(super) prefix: String,
    /// The repository that it was begun for.
    pub(super) name: Name,
    /// What is filled.
    pub(super) digest: Digest,
    /// What the fill is called; its slices lie under that name.
    pub(super) fill: String,
    /// How many bytes there will be, where that is known.
    pub(super) size: Option<u64>,
    /// How often it was begun anew: a slice that is written late has another name.
    pub(super) epoch: u32,
    /// What is stored.
    pub(super) body: Body,
}

impl Record {
    /// The fill that has not come to its end, if there is one.
    pub(super) async fn load(storage: &Storage) -> Result<Option<Self>> {
        let text: Option<String> = storage.get(KEY).await?;
        text.map(|text| Ok(serde_json::from_str(&text)?)).transpose()
    }

    /// Writes it down.
    pub(super) async fn save(&self, storage: &Storage) -> Result<()> {
        storage.put(KEY, serde_json::to_string(self)?).await
    }

    /// Forgets it, and the alarm that would go on with it.
    pub(super) async fn forget(storage: &Storage) -> Result<()> {
        storage.delete_alarm().await?;
        storage.delete_all().await
    }
}
