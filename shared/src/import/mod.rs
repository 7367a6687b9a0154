//! Copying an image from another registry: what is asked for, what is to be done next, and what is
//! said about it. No I/O: the edge's Durable Object `Import` takes the steps.

pub mod order;
pub mod plan;
pub mod platform;
pub mod report;

pub use order::{Credentials, Order};
pub use plan::{Plan, Step};
pub use report::{Count, Progress, Report};
