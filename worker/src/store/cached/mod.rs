//! What of other registries rests here, under a root of its own: nothing that is cached can look
//! published, and what a rule cached goes with it. Only the rule's object writes tags, manifests
//! and links; only a fill writes slices.

mod fill;
pub mod key;
mod link;
mod manifest;
mod object;
mod removal;
pub mod slice;

pub use manifest::{Fresh, NewCached};
