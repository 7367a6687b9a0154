//! What identity providers say: their configuration and keys, the tokens that they sign, and who
//! somebody is that comes back from them with a code. What they must say to be believed is decided
//! in `roadstead_shared::issuer`.
//!
//! Beside `upstream`, not in it: an issuer is asked for a document of some kilobytes within
//! seconds, and no redirect of one is ever followed.

pub mod error;
mod fetch;
mod kept;
mod known;
pub mod person;
mod signature;
pub mod token;

pub use error::Error;
pub use person::Person;
