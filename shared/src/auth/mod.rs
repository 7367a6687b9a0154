//! Who may do what, as words: scopes, the claims of a registry token, the challenge.
//! Signing and checking live in the edge; the format is Docker's token specification
//! (distribution, "Token Authentication Specification" and "Token Scope Documentation").

pub mod challenge;
pub mod claims;
pub mod scope;

pub use challenge::Challenge;
pub use claims::Claims;
pub use scope::{Access, Action};
