//! The steps of an import. Each does one thing and can be taken again from its beginning.

pub mod blob;
pub mod manifest;
pub mod pieces;
