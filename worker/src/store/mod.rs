//! Where things rest: objects in R2, and the callers of the Durable Objects that order writes.
//! The runtime's types end here; what the rooms to the left see is bytes, streams and words.
//!
//! There is no second backend: the real one runs on every machine under the local runtime, and a
//! fake would have to be kept as true as the real one is.

pub mod account;
pub mod attempts;
pub mod audit;
pub mod blob;
pub mod body;
pub mod cached;
pub mod catalog;
pub mod deleted;
pub mod error;
pub mod identity;
pub mod import;
pub mod intake;
pub mod kept;
pub mod key;
pub mod listed;
mod mail;
pub mod manifest;
pub mod meter;
pub mod namespace;
pub mod object;
mod pool;
pub mod publisher;
pub mod referrer;
pub mod repository;
mod rows;
mod small;
pub mod tag;
pub mod takedown;
mod unindex;
pub mod upload;

pub use error::Error;
pub use object::Object;

use crate::behind::Behind;
use worker::{Bucket, Env};

/// Every store of the edge, as one request or object sees them.
#[derive(Clone)]
pub struct Store {
    bucket: Bucket,
    env: Env,
    behind: Option<Behind>,
}

impl Store {
    /// The stores that `env` binds. Fails where a binding is missing: a fault of the deployment.
    pub fn new(env: &Env) -> Result<Self, Error> {
        Ok(Self { bucket: env.bucket("BUCKET")?, env: env.clone(), behind: None })
    }

    /// The same for a request, which may do something behind its response.
    pub fn answering(env: &Env, behind: &Behind) -> Result<Self, Error> {
        Ok(Self { behind: Some(behind.clone()), ..Self::new(env)? })
    }

    /// Writes what failed and holds nothing up.
    pub fn log(&self, failure: &str) {
        worker::console_error!("{}", serde_json::json!({ "failure": failure }));
    }

    /// What may be done behind the response; nothing in a Durable Object, which has none.
    pub fn behind(&self) -> Option<&Behind> {
        self.behind.as_ref()
    }

    /// Does `work` behind the response. Where there is none it is left out: nothing that must be
    /// done is done so.
    fn run_behind(&self, work: impl Future<Output = ()> + 'static) {
        if let Some(behind) = &self.behind {
            behind.run(work);
        }
    }

    /// Does `work` beside everything else: behind the response where there is one; an object has
    /// time of its own.
    pub fn aside(&self, work: impl Future<Output = ()> + 'static) {
        match &self.behind {
            Some(behind) => behind.run(work),
            None => wasm_bindgen_futures::spawn_local(work),
        }
    }

    /// At most `limit` keys that begin with `prefix` and come after `after`, in the order of their
    /// bytes.
    async fn keys(
        &self,
        prefix: String,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, Error> {
        let list = self.bucket.list().prefix(prefix).limit(limit);
        let list = match after {
            Some(after) => list.start_after(after),
            None => list,
        };
        Ok(list.execute().await?.objects().iter().map(worker::Object::key).collect())
    }
}
