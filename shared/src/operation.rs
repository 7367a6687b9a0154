//! Every call of the registry's API as a variant that holds its checked target, and what it
//! needs. Matched without a wildcard everywhere: a new call does not compile until somebody has
//! said who may make it and who serves it.

use crate::auth::{Access, Action};
use crate::oci::{Algorithm, Digest, Name, Reference};

/// A call of the registry's API. distribution-spec 1.1, "Endpoints".
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the specification's own words")]
pub enum Operation {
    /// `end-1`: is there a registry, and is this token good?
    Ping,
    /// `end-3`, GET and HEAD.
    PullManifest { name: Name, reference: Reference, head: bool },
    /// `end-7`.
    PutManifest { name: Name, reference: Reference },
    /// `end-2`, GET and HEAD.
    PullBlob { name: Name, digest: Digest, head: bool },
    /// `end-4a`, and `end-4b` where the digest is given and the body is the blob.
    StartUpload { name: Name, algorithm: Algorithm, digest: Option<Digest> },
    /// `end-13`.
    UploadStatus { name: Name, id: String },
    /// `end-5`.
    AppendUpload { name: Name, id: String },
    /// `end-6`.
    FinishUpload { name: Name, id: String, digest: Digest },
    /// `end-14`.
    CancelUpload { name: Name, id: String },
    /// `end-8a`, `end-8b`.
    ListTags { name: Name, n: Option<u32>, last: Option<String> },
    /// `end-12a`, `end-12b`.
    ListReferrers { name: Name, subject: Digest, artifact_type: Option<String> },
}

impl Operation {
    /// What a token must grant for this; `None` where any good token will do.
    pub fn needs(&self) -> Option<Access> {
        let (name, actions): (&Name, &[Action]) = match self {
            Self::Ping => return None,
            Self::PullManifest { name, .. }
            | Self::PullBlob { name, .. }
            | Self::ListTags { name, .. }
            | Self::ListReferrers { name, .. } => (name, &[Action::Pull]),
            Self::PutManifest { name, .. }
            | Self::StartUpload { name, .. }
            | Self::UploadStatus { name, .. }
            | Self::AppendUpload { name, .. }
            | Self::FinishUpload { name, .. }
            | Self::CancelUpload { name, .. } => (name, &[Action::Pull, Action::Push]),
        };
        Some(Access::new(name.clone(), actions.iter().copied()))
    }
}
