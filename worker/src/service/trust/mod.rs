//! Trusted publishing: rules of namespaces about whose jobs may publish, and the trade of a job's
//! token for a credential. No secret is stored anywhere for it.

mod publisher;
mod refusal;
mod trade;

pub use publisher::{create, delete, list};
pub use refusal::Refusal;
pub use trade::{Desk, trade};
