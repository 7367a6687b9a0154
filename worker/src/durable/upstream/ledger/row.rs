//! A row: one object of the bucket, or the slices of one fill.

use roadstead_shared::oci::Digest;
use serde::{Deserialize, Deserializer};
use worker::SqlStorageValue;

/// What rests. In the order in which it goes: what names before what is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A tag: `what` is the tag.
    Tag,
    /// A manifest: `what` is its digest.
    Manifest,
    /// A link of a blob: `what` is its digest. It has no bytes.
    Link,
    /// The slices of a blob: `what` is the fill, the repository is empty.
    Body,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is being written, or will be.
    Writing,
    /// It rests.
    Stored,
    /// It is to go, or going.
    Going,
}

/// A row of the ledger.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Row {
    #[serde(deserialize_with = "kind")]
    pub(crate) kind: Kind,
    /// The repository.
    pub(crate) name: String,
    pub(crate) what: String,
    /// What the bytes are, or what a tag points at.
    pub(crate) digest: Digest,
    #[serde(deserialize_with = "number")]
    pub(crate) bytes: u64,
    #[serde(deserialize_with = "state")]
    pub(crate) state: State,
    /// When it was written, or a tag looked at, ms UTC.
    #[serde(deserialize_with = "number")]
    pub(crate) since_ms: u64,
    /// When it was last pulled, ms UTC.
    #[serde(deserialize_with = "number")]
    pub(crate) used_ms: u64,
    /// Whether a manifest keeps it.
    #[serde(deserialize_with = "flag")]
    pub(crate) kept: bool,
    /// A body's record; what a tag pointed at before.
    pub(crate) more: Option<String>,
}

impl Row {
    /// Something that is about to be written, which nothing keeps.
    pub(crate) fn new(kind: Kind, name: &str, what: &str, digest: &Digest, now_ms: u64) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            what: what.to_owned(),
            digest: digest.clone(),
            bytes: 0,
            state: State::Writing,
            since_ms: now_ms,
            used_ms: now_ms,
            kept: false,
            more: None,
        }
    }
}

impl Kind {
    pub(crate) fn value(self) -> SqlStorageValue {
        SqlStorageValue::Integer(match self {
            Self::Tag => 0,
            Self::Manifest => 1,
            Self::Link => 2,
            Self::Body => 3,
        })
    }
}

impl State {
    pub(crate) fn value(self) -> SqlStorageValue {
        SqlStorageValue::Integer(match self {
            Self::Writing => 0,
            Self::Stored => 1,
            Self::Going => 2,
        })
    }
}

/// A number as the database gives it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count or a time in ms, which was written as one"
)]
pub(super) fn whole(value: f64) -> u64 {
    value as u64
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    f64::deserialize(deserializer).map(whole)
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(number(deserializer)? > 0)
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
    Ok(match number(deserializer)? {
        0 => Kind::Tag,
        1 => Kind::Manifest,
        2 => Kind::Link,
        _ => Kind::Body,
    })
}

fn state<'de, D: Deserializer<'de>>(deserializer: D) -> Result<State, D::Error> {
    Ok(match number(deserializer)? {
        0 => State::Writing,
        1 => State::Stored,
        _ => State::Going,
    })
}
