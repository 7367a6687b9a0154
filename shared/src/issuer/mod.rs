//! Identity providers: what they are called, which of them may be asked and believed, and what
//! their tokens must say. Decisions only; the edge's room of the same name asks and verifies.
//! OpenID Connect Core 1.0 and Discovery 1.0; RFC 7517 to 7519.

pub mod address;
pub mod code_flow;
pub mod configuration;
pub mod identity;
pub mod job;
pub mod key;
pub mod provider;
pub mod publisher;
pub mod token;
pub mod trusted;
pub mod wish;

pub use address::Issuer;
pub use code_flow::Flow;
pub use configuration::Configuration;
pub use job::Kind;
pub use key::{Algorithm, Key, Keys};
pub use provider::{Provider, Providers};
pub use publisher::Rule;
pub use token::{Expected, Fault};
pub use trusted::Trusted;
