//! Repositories.

use super::{Grace, Swept};
use roadstead_shared::api::Settings;
use roadstead_shared::api::settings::Change;
use roadstead_shared::oci::{Digest, Name, Reference, Tag};
use roadstead_shared::storage::Spent;
use serde::{Deserialize, Serialize};

/// What a repository is told. The reply is `Result<RepositoryReply, RepositoryRefused>`.
#[derive(Debug, Serialize, Deserialize)]
pub enum RepositoryCommand {
    /// Publish a manifest; its document is the body.
    Put(ManifestCommand),
    /// Delete a tag, or a manifest with every tag that points at it.
    Delete(Name, Reference),
    /// Delete every tag and manifest that is there now.
    DeleteAll(Name),
    /// Delete a blob's link.
    DeleteBlob(Name, Digest),
    /// Take a deletion back.
    Restore(Name, Reference),
    /// Change the settings.
    Change(Name, Change),
    /// Release those of these blobs that no manifest names, unless they were held anew after
    /// `before_ms`. The reply names the others.
    Consider {
        /// The repository.
        name: Name,
        /// The blobs.
        digests: Vec<Digest>,
        /// What was held until then may go, ms UTC.
        before_ms: u64,
    },
    /// Write the index for people anew.
    Reindex(Name),
    /// Collect now.
    Sweep(Name, Grace),
}

/// A manifest that is published.
#[derive(Debug, Serialize, Deserialize)]
pub struct ManifestCommand {
    /// The repository.
    pub name: Name,
    /// What it is pushed as.
    pub reference: Reference,
    /// What else it is pushed as.
    pub tags: Vec<Tag>,
    /// What its bytes are; checked by the caller.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
}

/// What a repository replies.
#[derive(Debug, Serialize, Deserialize)]
pub enum RepositoryReply {
    /// Done.
    Done,
    /// What was restored.
    Restored(Digest),
    /// The settings as they are now.
    Settings(Settings),
    /// The blobs that some manifest names.
    Named(Vec<Digest>),
    /// How many names the index is being made equal for.
    Noted(u64),
    /// What was removed.
    Swept(Swept),
}

/// Why a repository refuses.
#[derive(Debug, Serialize, Deserialize)]
pub enum RepositoryRefused {
    /// The manifest cannot be read; says why.
    Invalid(String),
    /// The manifest names blobs that are not here.
    Missing(Vec<Digest>),
    /// It does not fit into the namespace's quota.
    Spent(Spent),
    /// The tag may not move.
    Immutable(Tag),
    /// There is no such tag, manifest or blob; or nothing to restore.
    Unknown,
    /// The tag is there again, with another digest.
    Taken(Tag),
    /// What is there has still to be looked through: in a moment.
    Busy,
    /// The settings cannot be taken; says why.
    Settings(String),
}
