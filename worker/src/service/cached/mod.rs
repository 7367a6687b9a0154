//! What happens with a call about another registry: what rests here is answered from here, what
//! does not is asked of a fill.

pub mod alone;
pub mod asking;
pub mod blob;
pub mod error;
pub mod list;
pub mod manifest;
mod place;
pub mod used;

pub use asking::Registry;
pub use error::Unanswered;
pub use place::Place;

/// How many bytes at the end of what a client asked for go to nobody before the digest is right.
pub const HELD_BYTES: u64 = 64 * 1024;
