//! What each call answers, as data.

use super::Outcome;
use super::cached::blob::Coming;
use super::outcome;
use crate::store::Object;
use roadstead_shared::blob::Part;
use roadstead_shared::issuer::Flow;
use roadstead_shared::oci::range::ByteRange;
use roadstead_shared::oci::{Descriptor, Digest, Name, Tag};
use roadstead_shared::tier::State;
use roadstead_shared::visitor::Notice;

/// The answer to a call.
pub enum Answer {
    /// `end-1`: this is a registry, and the token is good.
    Ping,
    /// `end-3`.
    Manifest {
        /// What the bytes are.
        digest: Digest,
        /// As it was pushed.
        media_type: String,
        /// How many bytes.
        size: u64,
        /// Whether it was asked for by what it is, and so can never change.
        immutable: bool,
        /// The bytes; `None` for HEAD.
        source: Option<Source>,
        /// Where the caller stands, if that is known.
        state: Option<Box<State>>,
        /// Whether its registry could not be asked if it is still so.
        is_stale: bool,
    },
    /// `end-2`.
    Blob {
        /// What the bytes are.
        digest: Digest,
        /// How many bytes the whole blob has.
        size: u64,
        /// Which of them are sent.
        content: Content,
    },
    /// The client has it already. RFC 9110, section 15.4.5.
    NotModified {
        /// What it is.
        digest: Digest,
        /// Whether it can never change.
        immutable: bool,
    },
    /// `end-4`, `end-5`: go on here.
    UploadAccepted {
        /// The upload's URL.
        location: String,
        /// Its id.
        id: String,
        /// How many bytes are there.
        offset: u64,
    },
    /// `end-13`: so much is there.
    UploadStatus {
        /// The upload's URL.
        location: String,
        /// Its id.
        id: String,
        /// How many bytes are there.
        offset: u64,
    },
    /// `end-14`: it is gone.
    UploadCancelled,
    /// `end-4b`, `end-6`: the blob is there.
    BlobCreated {
        /// Its URL.
        location: String,
        /// What it is.
        digest: Digest,
    },
    /// `end-7`: the manifest is there.
    ManifestCreated {
        /// Its URL.
        location: String,
        /// What it is.
        digest: Digest,
        /// What it refers to.
        subject: Option<Digest>,
        /// The tags that it was put under beside its digest.
        tags: Vec<Tag>,
    },
    /// `end-9`, `end-10`: it is no longer there.
    Deleted,
    /// `end-8`.
    Tags {
        /// The repository.
        name: Name,
        /// Some of its tags, in order.
        tags: Vec<String>,
        /// Where the next page is.
        next: Option<String>,
    },
    /// `end-12`.
    Referrers {
        /// What refers to the manifest.
        manifests: Vec<Descriptor>,
        /// Whether they were filtered by their type.
        filtered: bool,
        /// Where the next page is.
        next: Option<String>,
    },
    /// The answer of a call of our own.
    Document(serde_json::Value),
    /// Figures for Prometheus.
    Metrics(String),
    /// It has begun, and goes on by itself.
    ImportStarted {
        /// Where its state is asked for.
        location: String,
        /// The state now.
        document: serde_json::Value,
    },
    /// It is ended, and forgotten.
    ImportCancelled,
    /// A browser goes elsewhere to sign in, and has to bring this back.
    Elsewhere {
        /// Where it goes.
        location: String,
        /// What is remembered.
        flow: Flow,
    },
    /// It is back, and goes on here.
    Returned {
        /// A path of this host.
        to: String,
        /// What a person is told there.
        notice: Notice,
        /// What becomes of the session.
        session: outcome::Session,
    },
    /// What became of a change.
    Outcome(Outcome),
}

/// Which bytes of a blob are sent.
pub enum Content {
    /// None: it is a HEAD.
    Head,
    /// All of them. 200.
    Whole(Source),
    /// One range. 206.
    Range(ByteRange, Source),
    /// Several ranges. 206, `multipart/byteranges`.
    Ranges(Vec<(ByteRange, Source)>),
}

/// Where bytes come from.
pub enum Source {
    /// A small blob's record, from its first byte to its last.
    Object(Object),
    /// Bytes of a small blob.
    Bytes(Vec<u8>),
    /// Slices of an upload, one after another.
    Slices {
        /// The upload.
        upload: String,
        /// Which parts of which slices.
        parts: Vec<Part>,
    },
    /// A blob of another registry, part of which may still be coming.
    Coming(Box<Coming>),
}
