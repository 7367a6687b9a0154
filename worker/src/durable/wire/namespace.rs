//! Namespaces: what their repositories keep, counted against a quota.

use roadstead_shared::oci::{Digest, Name, Tag};
use roadstead_shared::storage::{Spent, Standing};
use serde::{Deserialize, Serialize};

/// What a namespace is told, and which it is: an object does not know its own name.
#[derive(Debug, Serialize, Deserialize)]
pub struct NamespaceCall {
    /// The first part of its repositories' names.
    pub namespace: String,
    /// What it is told.
    pub command: NamespaceCommand,
}

/// What a namespace is told. The reply is `Result<NamespaceReply, NamespaceRefused>`.
#[derive(Debug, Serialize, Deserialize)]
pub enum NamespaceCommand {
    /// Is there room for an upload of unknown length?
    Open,
    /// Promise room to an upload.
    Reserve(Wish),
    /// An upload needs less than it was promised.
    Shrink {
        /// The upload.
        upload: String,
        /// How many bytes it needs in all.
        bytes: u64,
        /// How often it has asked: who asked for more since gets that.
        asked: u32,
    },
    /// An upload is over.
    End(String),
    /// Something is about to rest in a repository.
    Count(Counted),
    /// It rests there no more, unless it was counted again after `before_ms`.
    Uncount {
        /// What it is.
        thing: Thing,
        /// ms UTC.
        before_ms: u64,
    },
    /// How much is there?
    Standing,
    /// The quota in bytes from now on; `None`: what the settings say.
    SetQuota(Option<u64>),
    /// Look whether what was promised to uploads is still wanted.
    Sweep,
}

/// Room that an upload asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wish {
    /// Its repository.
    pub repository: Name,
    /// The upload.
    pub upload: String,
    /// How many bytes it must have in all.
    pub needed: u64,
    /// How many it would like to have.
    pub wanted: u64,
    /// How often it has asked, this time included.
    pub asked: u32,
}

/// Something that rests in a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// The repository.
    pub repository: Name,
    /// What it is called in its namespace: a digest, or `NAME:TAG`.
    pub what: String,
    /// What it is there as: bytes that are several are counted as each, for they rest as often.
    pub kind: Kind,
}

impl Thing {
    /// A blob or a manifest.
    pub fn of(repository: &Name, digest: &Digest, kind: Kind) -> Self {
        Self { repository: repository.clone(), what: digest.to_string(), kind }
    }

    /// A tag, which is a copy of its manifest.
    pub fn tag(repository: &Name, tag: &Tag) -> Self {
        Self {
            repository: repository.clone(),
            what: format!("{repository}:{tag}"),
            kind: Kind::Tag,
        }
    }
}

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A blob that is linked.
    Blob,
    /// A manifest, also one that was deleted and can be restored.
    Manifest,
    /// A tag, also one that was deleted and can be restored.
    Tag,
}

/// Something that is about to rest in a repository.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Counted {
    /// What it is.
    pub thing: Thing,
    /// Its length.
    pub bytes: u64,
    /// The tags that a manifest is about to have, each of them as long.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// The upload that brought it, whose promise is used for it.
    pub upload: Option<String>,
    /// Now, ms UTC.
    pub at_ms: u64,
}

/// What a namespace replies.
#[derive(Debug, Serialize, Deserialize)]
pub enum NamespaceReply {
    /// Done.
    Done,
    /// The upload may have so many bytes in all.
    Granted(u64),
    /// What it keeps.
    Standing(Standing),
}

/// Why a namespace refuses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum NamespaceRefused {
    /// It does not fit.
    Spent(Spent),
    /// What is there has still to be counted: in a moment.
    Busy,
}
