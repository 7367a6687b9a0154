//! Where pages get what they show: D1, in a fixed number of queries a page, each with a limit.
//!
//! A page's file holds its queries and the pure function from their rows to what the page shows;
//! `rows` holds what rows look like; `d1` is the only one that knows the runtime.

pub mod account;
#[cfg(target_arch = "wasm32")]
pub(crate) mod d1;
pub mod home;
pub mod namespace;
pub mod operator;
pub mod repository;
pub mod rows;
pub mod takedown;

/// Why the catalog could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No answer in time.
    #[error("the index did not answer in time")]
    Late,
    /// The index said no, or answered with something else than rows.
    #[error("the index could not be read: {0}")]
    Refused(String),
}
