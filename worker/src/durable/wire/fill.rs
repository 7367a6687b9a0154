//! `Fill`: one thing of another registry while it is fetched.

use super::Waiting;
use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Digest, Name, Reference};
use serde::{Deserialize, Serialize};

/// The binding of the fills. Each is named by [`FillCall::object`].
pub const FILL: &str = "FILL";

/// What is asked of a fill. The reply is [`FillReply`]; bytes may come along.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FillCall {
    /// The rule's prefix.
    pub prefix: String,
    /// The repository, as the other registry calls it.
    pub name: Name,
    /// Whose miss it is, as its meter is called.
    pub subject: String,
    /// What is wanted.
    pub wanted: FillWanted,
}

/// What is wanted of a fill.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FillWanted {
    /// A manifest.
    Manifest {
        /// Which.
        reference: Reference,
        /// Whether its bytes are not wanted.
        head: bool,
        /// What rests here under the tag, and has to be looked at anew.
        has: Option<Digest>,
    },
    /// A blob.
    Blob {
        /// Which.
        digest: Digest,
        /// From this byte on.
        at: u64,
        /// Whether nothing is of use before it is complete and known to be right.
        whole: bool,
    },
}

/// What a fill replies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FillReply {
    /// What rests here under the tag is what the registry has.
    Same {
        /// What that is.
        digest: Digest,
    },
    /// The manifest; its bytes come along.
    Manifest {
        /// What they are.
        digest: Digest,
        /// The media type.
        media_type: String,
    },
    /// What the registry says of the manifest.
    Head {
        /// What it is.
        digest: Digest,
        /// The media type.
        media_type: String,
        /// How many bytes it has.
        size: u64,
    },
    /// The next bytes come along while the registry sends them.
    Live {
        /// How many come along.
        len: u64,
        /// How many the whole blob has.
        size: u64,
    },
    /// These rest here already; where `size` is more than they are, more will.
    Stored {
        /// Where they are.
        body: Body,
        /// How many the whole blob has.
        size: u64,
    },
    /// Nothing yet: ask again.
    Later,
    /// It cannot be kept: who wants it fetches it.
    Alone {
        /// How many bytes it has, where that is known.
        size: Option<u64>,
    },
    /// The registry has no such thing.
    Missing,
    /// The registry does not show it: there may be no such thing, or our account is not let in.
    Refused,
    /// The registry is not asked now.
    Waits {
        /// For how long, in ms.
        ms: u64,
        /// Why.
        why: Waiting,
    },
    /// The registry was asked and failed.
    Failed {
        /// What it answered; `None` where it did not.
        status: Option<u16>,
    },
    /// What the registry sent is not what it should be.
    Lied,
}

impl FillReply {
    /// Whether it is about who asked, or the repository that was asked for: others that wait for the
    /// same bytes may be told something else.
    pub fn is_personal(&self) -> bool {
        let too_many = matches!(self, Self::Waits { why: Waiting::TooManyMisses, .. });
        too_many || matches!(self, Self::Missing | Self::Refused)
    }
}

impl FillCall {
    /// The name of the object that is asked.
    pub fn object(&self) -> String {
        let Self { prefix, name, wanted, .. } = self;
        match wanted {
            FillWanted::Blob { digest, .. } => format!("{prefix} {digest}"),
            FillWanted::Manifest { reference: Reference::Tag(tag), .. } => {
                format!("{prefix} {name}:{tag}")
            }
            FillWanted::Manifest { reference: Reference::Digest(digest), .. } => {
                format!("{prefix} {name}@{digest}")
            }
        }
    }
}
