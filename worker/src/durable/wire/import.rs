//! Imports.

use roadstead_shared::import::{Credentials, Order, Report};
use roadstead_shared::oci::Name;
use serde::{Deserialize, Serialize};

/// What an import is told. The reply is `ImportReply`.
#[derive(Debug, Serialize, Deserialize)]
pub enum ImportCommand {
    /// Begin.
    Begin(Box<Order>, Option<Credentials>),
    /// Say where it stands.
    Report,
    /// End, and forget everything.
    Cancel,
}

/// What an import replies.
#[derive(Debug, Serialize, Deserialize)]
pub enum ImportReply {
    /// Where it stands, and the repository that it writes.
    Report(Name, Box<Report>),
    /// There is no such import.
    Unknown,
    /// Done.
    Done,
}
