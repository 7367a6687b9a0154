//! Where things rest: objects in R2, and the callers of the Durable Objects that order writes.
//! The runtime's types end here; what the rooms to the left see is bytes, streams and words.
//!
//! There is no second backend: the real one runs on every machine under the local runtime, and a
//! fake would have to be kept as true as the real one is.

pub mod blob;
pub mod catalog;
pub mod error;
pub mod intake;
pub mod key;
pub mod manifest;
pub mod object;
pub mod referrer;
pub mod repository;
pub mod tag;
pub mod upload;

pub use error::Error;
pub use object::Object;

use worker::{Bucket, Env};

/// Every store of the edge, as one request or object sees them.
pub struct Store {
    bucket: Bucket,
    env: Env,
}

impl Store {
    /// The stores that `env` binds. Fails where a binding is missing: a fault of the deployment.
    pub fn new(env: &Env) -> Result<Self, Error> {
        Ok(Self { bucket: env.bucket("BUCKET")?, env: env.clone() })
    }
}
