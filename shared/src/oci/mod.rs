//! The nouns of the OCI specifications, one a file: each is parsed once, at the edge, by its one
//! validating constructor. Nothing here knows HTTP beyond the grammar of paths and headers.

pub mod config;
pub mod descriptor;
pub mod digest;
pub mod error_code;
pub mod links;
pub mod manifest;
pub mod media_type;
pub mod name;
pub mod path;
pub mod query;
pub mod range;
pub mod reference;
pub mod tag;

pub use descriptor::{Descriptor, Platform};
pub use digest::{Algorithm, Digest, Hasher};
pub use error_code::ErrorCode;
pub use links::Links;
pub use manifest::Manifest;
pub use name::Name;
pub use reference::Reference;
pub use tag::Tag;
