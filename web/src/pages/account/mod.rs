//! The pages of an account, and the ways into one.

pub mod namespaces;
pub mod recovery;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod tokens;
pub mod usage;
