//! The words that the edge, the site and the tools share.
//!
//! Everything here is pure: no I/O, no async, no clock, no randomness, nothing of the Workers
//! runtime and nothing of Leptos, so that every rule can be tested natively and read alone.
//! Names are those of the OCI specifications (distribution-spec 1.1, image-spec 1.1) and RFC 9110.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod account;
pub mod api;
pub mod auth;
pub mod blob;
pub mod catalog;
pub mod import;
pub mod index;
pub mod issuer;
pub mod moving;
pub mod oci;
pub mod operation;
pub mod secret;
pub mod storage;
pub mod tier;
pub mod upload;
pub mod upstream;
pub mod usage;
pub mod visitor;
