//! What the claims about Roadstead are made with: the stack under test, real clients, a real
//! browser, and the few documents and bytes that they exchange.
//!
//! Nothing here stands in for a part of Roadstead. The edge is the built Worker in the real
//! runtime, the clients are the programs that people use, and what libraries refuse to send is
//! written to a socket byte by byte.
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a claim that does not hold panics: that is how the runner learns of it"
)]

pub mod browser;
pub mod bucket;
pub mod child;
pub mod claim;
pub mod client;
pub mod database;
pub mod deadline;
pub mod demo;
pub mod descendants;
pub mod fixture;
pub mod image;
pub mod issuer;
pub mod layout;
pub mod multipart;
pub mod neighbourhood;
pub mod objects;
pub mod own_stack;
pub mod proxy;
pub mod room;
pub mod scratch;
pub mod stack;
pub mod sweep;
pub mod tar;
pub mod token;
pub mod upstream;
