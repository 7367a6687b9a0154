//! Attempts to sign in.

use roadstead_shared::account::attempts::{Limit, Wait};
use serde::{Deserialize, Serialize};

/// What an object of attempts is told.
#[derive(Debug, Serialize, Deserialize)]
pub enum AttemptsCommand {
    /// `who` is about to try.
    Attempt {
        /// Who: an address, or nobody in particular.
        who: Option<String>,
        /// How often it may be tried.
        limit: Limit,
    },
    /// What `who` tried last was right.
    Succeeded {
        /// Who.
        who: Option<String>,
    },
}

/// What it replies.
pub type AttemptsReply = Result<(), Wait>;
