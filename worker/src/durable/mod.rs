//! The Durable Objects: shells that decode a command, take one step, persist and reply.

mod alarm;
pub mod attempts;
pub mod bodies;
pub mod fill;
pub mod import;
pub mod meter;
pub mod namespace;
pub mod repository;
mod sql;
pub mod upload;
pub mod upstream;
pub mod wire;
