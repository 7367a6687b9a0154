//! What is said about an import to who asked for it.

use crate::oci::Digest;
use serde::{Deserialize, Serialize};

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Are done.
    pub done: u64,
    /// Are known to be there.
    pub total: u64,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Progress {
    /// It goes on.
    Running,
    /// Everything is here, and the tag points at it.
    Done,
    /// It was given up; `error` says why.
    Failed,
}

/// The state of an import, as the API answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it is called in the API.
    pub id: String,
    /// Where it stands.
    pub state: Progress,
    /// The image elsewhere.
    pub source: String,
    /// What it is to be called here.
    pub target: String,
    /// What it is, once that is known.
    pub digest: Option<Digest>,
    /// Blobs, those that were here before among them.
    pub blobs: Count,
    /// Manifests and indexes.
    pub manifests: Count,
    /// Bytes of blobs. The totals grow until all manifests were read.
    pub bytes: Count,
    /// What went wrong and what to do about it.
    pub error: Option<String>,
}
