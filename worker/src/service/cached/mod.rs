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
