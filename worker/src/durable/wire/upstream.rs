//! `Upstream`: what is known of one rule's registry, and what of it rests here.

use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Digest, Name, Reference, Tag};
pub use roadstead_shared::upstream::Answered;
use serde::{Deserialize, Serialize};

/// The binding of the rules' objects; each is named by its rule's prefix.
pub const UPSTREAM: &str = "UPSTREAM";

/// What is said to a rule's object, and which it is: an object does not know its own name. Names of
/// repositories are those of the other registry. The reply is [`UpstreamReply`].
#[derive(Debug, Serialize, Deserialize)]
pub struct UpstreamCall {
    /// The rule's prefix.
    pub prefix: String,
    /// What is said.
    pub command: UpstreamCommand,
}

/// What is said to a rule's object.
#[derive(Debug, Serialize, Deserialize)]
pub enum UpstreamCommand {
    /// May the registry be asked about `name`? Replied to by `Go` or `Wait`.
    Ask {
        /// The repository.
        name: Name,
        /// Whose miss it is, as its meter is called; empty where nobody waits for it.
        subject: String,
        /// Whether it is for what registries count: a manifest.
        is_counted: bool,
    },
    /// What came of having asked.
    Said {
        /// The repository.
        name: Name,
        /// What the registry was shown, where that is new.
        shown: Option<Shown>,
        /// What it answered.
        answer: Answered,
    },
    /// A fill will store this many bytes in all; they are counted from now on. `Room` or `NoRoom`.
    Reserve {
        /// The fill.
        fill: String,
        /// What it fills.
        digest: Digest,
        /// How many bytes in all, those that were reserved before among them.
        bytes: u64,
    },
    /// A fill came to nothing: what it stored is to go.
    Abandon {
        /// The fill.
        fill: String,
    },
    /// A fill is complete and right.
    KeepBlob {
        /// The fill.
        fill: String,
        /// For which repository.
        name: Name,
        /// What the bytes are.
        digest: Digest,
        /// Where they are.
        body: Body,
    },
    /// A manifest that was verified; its bytes go along. With a tag where it was asked for by one.
    /// `Kept` or `NoRoom`.
    KeepManifest {
        /// The repository.
        name: Name,
        /// The tag.
        tag: Option<Tag>,
        /// What the bytes are.
        digest: Digest,
        /// The media type.
        media_type: String,
    },
    /// The registry says that `tag` is still `digest`. `Kept`, or `Unknown` where that is not what
    /// rests here.
    Confirm {
        /// The repository.
        name: Name,
        /// The tag.
        tag: Tag,
        /// What it points at.
        digest: Digest,
    },
    /// The registry says that there is no such tag any more.
    Gone {
        /// The repository.
        name: Name,
        /// The tag.
        tag: Tag,
    },
    /// Where is this blob? `Found`; a repository whose stored manifest names it gets its link.
    Find {
        /// The repository.
        name: Name,
        /// The blob.
        digest: Digest,
    },
    /// What was given out since the last time, behind a response. `Told`.
    Used(Used),
    /// The state, for people. `Report`.
    Report,
    /// Look at tags anew when they are pulled next: one, those of a repository, or all. `Done`.
    Refresh {
        /// The repository; `None`: all.
        name: Option<Name>,
        /// Which of its tags; `None`: all.
        tag: Option<Tag>,
    },
    /// Forget a tag, a manifest, a repository, or everything. `Done`.
    Purge {
        /// The repository; `None`: all.
        name: Option<Name>,
        /// What of it; `None`: all.
        reference: Option<Reference>,
    },
}

/// What a registry was shown: a header that may be shown again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// The value of `Authorization`.
    pub header: String,
    /// Until when it is good, ms UTC; `None`: it does not end.
    pub until_ms: Option<u64>,
}

/// What was given out by one isolate since it last said so.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Used {
    /// Manifests that were pulled.
    pub manifests: Vec<(Name, Digest)>,
    /// Requests for manifests and blobs that were answered with what rested here.
    pub hits: u64,
    /// Those for which the registry was asked.
    pub misses: u64,
    /// How many bytes the hits had.
    pub bytes: u64,
}

/// What a rule's object replies.
#[derive(Debug, Serialize, Deserialize)]
pub enum UpstreamReply {
    /// Ask.
    Go {
        /// What to show.
        shown: Option<Shown>,
    },
    /// Do not ask now.
    Wait {
        /// For how long, in ms.
        ms: u64,
        /// Why.
        why: Waiting,
    },
    /// There is room, and it is counted.
    Room,
    /// There is not, and there will not be: more than the whole budget, or nothing may go.
    NoRoom,
    /// It rests here.
    Kept,
    /// It is not here.
    Unknown,
    /// What is known of a blob.
    Found {
        /// Where its bytes are, if they are here.
        body: Option<Body>,
        /// Whether a manifest of the repository that rests here names it.
        is_named: bool,
        /// How many bytes it has, where a manifest says so.
        size: Option<u64>,
    },
    /// It is done.
    Done,
    /// It is noted; that an image is pulled again is of interest after so many ms.
    Told {
        /// How many.
        again_ms: u64,
    },
    /// The state.
    Report(Box<roadstead_shared::upstream::Report>),
}

/// Why a registry is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// It failed, or asked to be left alone.
    Resting,
    /// Who asks has caused too many misses.
    TooManyMisses,
}
