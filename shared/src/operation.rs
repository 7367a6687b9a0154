//! Every call of the API as a variant that holds its checked target, and what it needs. Matched
//! without a wildcard everywhere: a new call does not compile until somebody has said who may make
//! it and who serves it.

mod account;
mod cached;
mod issuer;
mod metering;
mod storage;
mod upstreams;

pub use account::AccountOperation;
pub use cached::{Cached, Wanted};
pub use issuer::{Back, IssuerOperation};
pub use metering::MeteringOperation;
pub use storage::Storage;
pub use upstreams::UpstreamsOperation;

use crate::auth::{Access, Action};
use crate::oci::{Algorithm, Digest, Name, Reference, Tag};

/// A call of the API. distribution-spec 1.1, "Endpoints"; those without an `end` are our own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the specification's own words")]
pub enum Operation {
    /// `end-1`: is there a registry, and is this token good?
    Ping,
    /// `end-3`, GET and HEAD.
    PullManifest { name: Name, reference: Reference, head: bool },
    /// `end-7`; with further tags for what is put by its digest.
    PutManifest { name: Name, reference: Reference, tags: Vec<Tag> },
    /// `end-9`: a tag, or a manifest with every tag that points at it.
    DeleteManifest { name: Name, reference: Reference },
    /// `end-2`, GET and HEAD.
    PullBlob { name: Name, digest: Digest, head: bool },
    /// `end-10`.
    DeleteBlob { name: Name, digest: Digest },
    /// `end-4a`, and `end-4b` where the digest is given and the body is the blob.
    StartUpload { name: Name, algorithm: Algorithm, digest: Option<Digest> },
    /// `end-11`: of a blob that another repository has, named or not.
    MountBlob { name: Name, digest: Digest, from: Option<Name> },
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
    ListReferrers { name: Name, subject: Digest, artifact_type: Option<String>, page: Page },
    /// What the owner of a repository decided about it.
    ReadSettings { name: Name },
    /// Decides anew.
    ChangeSettings { name: Name },
    /// What was deleted and can be restored.
    ListDeleted { name: Name },
    /// Takes a deletion back.
    Restore { name: Name },
    /// Collects what nothing refers to, now.
    Sweep,
    /// Makes the index for people anew, from `after` on.
    Rebuild { after: Option<String> },
    /// How the isolate is that answers.
    Status,
    /// Copies an image from another registry; the body says which, and to where.
    StartImport,
    /// Where an import stands.
    ImportStatus { id: String },
    /// Ends an import.
    CancelImport { id: String },
    /// About people.
    Account(AccountOperation),
    /// About what was pulled.
    Metering(MeteringOperation),
    /// A call about what is kept.
    Storage(Storage),
    /// About identity providers.
    Issuer(IssuerOperation),
    /// About what is cached, for the operator.
    Upstreams(UpstreamsOperation),
    /// About a repository of another registry.
    Cached(Cached),
}

/// Which page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// At most so many.
    pub n: Option<u32>,
    /// Those after this one.
    pub last: Option<String>,
}

/// What a caller must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    /// A token of any kind.
    Token,
    /// Actions on a repository.
    Repository(Access),
    /// The operator's own credentials.
    Operator,
    /// Nothing. Who gives credentials is known by them all the same, and wrong ones are refused.
    Public,
    /// An account that is signed in: by its session, or with name and password. A token is not
    /// enough, not even a personal one: it must not be able to make itself another.
    Account,
    /// Credentials or a token of any kind. What they must allow is known only when the target is,
    /// which the service learns from the body or from what rests; it asks for itself.
    Anyone,
}

impl Operation {
    /// What the caller must have.
    pub fn needs(&self) -> Right {
        const PULL: &[Action] = &[Action::Pull];
        const PUSH: &[Action] = &[Action::Pull, Action::Push];
        let (name, actions): (&Name, &[Action]) = match self {
            Self::Ping => return Right::Token,
            Self::Account(operation) => return operation.needs(),
            Self::Metering(operation) => return operation.needs(),
            Self::Storage(call) => return call.needs(),
            Self::Issuer(operation) => return operation.needs(),
            Self::Upstreams(operation) => return operation.needs(),
            Self::Cached(call) => return call.needs(),
            Self::Sweep | Self::Rebuild { .. } | Self::Status => return Right::Operator,
            Self::StartImport | Self::ImportStatus { .. } | Self::CancelImport { .. } => {
                return Right::Anyone;
            }
            Self::PullManifest { name, .. }
            | Self::PullBlob { name, .. }
            | Self::ListTags { name, .. }
            | Self::ListReferrers { name, .. }
            | Self::ReadSettings { name } => (name, PULL),
            Self::PutManifest { name, .. }
            | Self::StartUpload { name, .. }
            | Self::MountBlob { name, .. }
            | Self::UploadStatus { name, .. }
            | Self::AppendUpload { name, .. }
            | Self::FinishUpload { name, .. }
            | Self::CancelUpload { name, .. }
            | Self::ListDeleted { name }
            | Self::Restore { name } => (name, PUSH),
            Self::DeleteManifest { name, .. } | Self::DeleteBlob { name, .. } => {
                (name, &[Action::Delete])
            }
            Self::ChangeSettings { name } => (name, &[Action::Pull, Action::Push, Action::Delete]),
        };
        Right::Repository(Access::new(name.clone(), actions.iter().copied()))
    }
}
