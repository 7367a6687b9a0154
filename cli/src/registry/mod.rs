//! The other side of the wire: a registry as distribution-spec 1.1 has it, and what Roadstead's
//! edge knows beyond that.

pub(crate) mod answer;
pub(crate) mod blob;
pub(crate) mod call;
pub(crate) mod challenge;
pub(crate) mod client;
pub(crate) mod error;
pub(crate) mod import;
pub(crate) mod manifest;
pub(crate) mod patience;
pub(crate) mod repository;
pub(crate) mod resume;
#[cfg(test)]
pub(crate) mod stub;
pub(crate) mod token;
pub(crate) mod upload;

pub(crate) use client::Client;
pub(crate) use error::Error;
pub(crate) use patience::Patience;
pub(crate) use repository::Repository;
