//! The Durable Objects: shells that decode a command, take one step, persist and reply.

pub mod repository;
pub mod upload;
pub mod wire;
