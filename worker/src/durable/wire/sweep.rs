//! Collecting what nothing refers to.

use serde::{Deserialize, Serialize};

/// How long what nothing refers to is left alone, in ms.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Grace {
    /// Uploads that nobody continues.
    pub uploads_ms: u64,
    /// Blobs that no manifest names.
    pub blobs_ms: u64,
    /// Manifests without a tag, an index or a subject.
    pub manifests_ms: u64,
    /// What was deleted and can be restored.
    pub deleted_ms: u64,
    /// Bodies that nobody holds any more: pulls that have begun may still read them.
    pub bodies_ms: u64,
}

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// Abandoned uploads.
    pub uploads: u64,
    /// Blobs of a repository.
    pub blobs: u64,
    /// Bodies that nobody held.
    pub bodies: u64,
    /// Manifests.
    pub manifests: u64,
    /// Deleted tags and manifests that can no longer be restored.
    pub deleted: u64,
    /// Objects that a rule cached which is none any more.
    #[serde(default)]
    pub cached: u64,
    /// What could not be looked at; the log says why. It is tried again by itself.
    pub failed: u64,
    /// Whether something was left for another sweep.
    pub more: bool,
}

impl Swept {
    /// Adds what another part removed.
    pub fn add(&mut self, other: Self) {
        self.uploads += other.uploads;
        self.blobs += other.blobs;
        self.bodies += other.bodies;
        self.manifests += other.manifests;
        self.deleted += other.deleted;
        self.cached += other.cached;
        self.failed += other.failed;
        self.more |= other.more;
    }
}
