//! Why another registry's part of a call was not answered.

use crate::durable::wire::{FillReply, Waiting};
use roadstead_shared::oci::{Digest, Name};

/// The registry behind a rule did not give what was asked for, and nothing of it rests here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// It has no such thing.
    #[error("{host} has no {name}{what}")]
    Missing {
        /// What it is called.
        host: String,
        /// The repository.
        name: Name,
        /// `:TAG` or `@DIGEST`.
        what: String,
    },
    /// It does not show it.
    #[error("{host} has no {name}{what}, or does not show it")]
    Refused {
        /// What it is called.
        host: String,
        /// The repository.
        name: Name,
        /// `:TAG` or `@DIGEST`.
        what: String,
    },
    /// The same of a blob.
    #[error("{host} has no blob {digest}, or does not show it")]
    MissingBlob {
        /// What it is called.
        host: String,
        /// Which.
        digest: Digest,
    },
    /// It is not asked now.
    #[error("{host} {}; try again in {} s", because(*.why), ms.div_ceil(1000))]
    Waits {
        /// What it is called.
        host: String,
        /// For how long, in ms.
        ms: u64,
        /// Why.
        why: Waiting,
    },
    /// It was asked and failed.
    #[error("{host} {}; try again in a moment", failure(*.status))]
    Failed {
        /// What it is called.
        host: String,
        /// What it answered.
        status: Option<u16>,
    },
    /// What it sent is not what it should be.
    #[error("{host} sent something else than it said; none of it was kept")]
    Lied {
        /// What it is called.
        host: String,
    },
    /// The rule does not let who asks pull.
    #[error("images of {host} are for {} here", if *.needs_network { "known networks" } else { "people who signed in" })]
    Closed {
        /// What it is called.
        host: String,
        /// Whether an account is not enough.
        needs_network: bool,
    },
    /// The operator does not pass this repository on.
    #[error("{name} of {host} is not passed on here")]
    NotPassedOn {
        /// What it is called.
        host: String,
        /// The repository.
        name: Name,
    },
}

fn because(why: Waiting) -> &'static str {
    match why {
        Waiting::Resting => "fails or asked to be left alone",
        Waiting::TooManyMisses => "was asked too often by you",
    }
}

fn failure(status: Option<u16>) -> String {
    status.map_or_else(|| "does not answer".to_owned(), |status| format!("answers {status}"))
}

impl Unanswered {
    /// What a fill's reply means that is no answer; `None` for those that are.
    pub fn of(reply: &FillReply, host: &str, name: &Name, what: &str) -> Option<Self> {
        let host = host.to_owned();
        Some(match reply {
            FillReply::Missing => Self::Missing { host, name: name.clone(), what: what.to_owned() },
            FillReply::Refused => Self::Refused { host, name: name.clone(), what: what.to_owned() },
            FillReply::Waits { ms, why } => Self::Waits { host, ms: *ms, why: *why },
            FillReply::Failed { status } => Self::Failed { host, status: *status },
            FillReply::Lied => Self::Lied { host },
            FillReply::Same { .. }
            | FillReply::Manifest { .. }
            | FillReply::Head { .. }
            | FillReply::Live { .. }
            | FillReply::Stored { .. }
            | FillReply::Later
            | FillReply::Alone { .. } => return None,
        })
    }

    /// Whether what rests here is given out instead: the registry said nothing about it.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::Waits { .. } | Self::Failed { .. } | Self::Lied { .. })
    }
}
