//! What a stack's bucket holds, read from the local runtime's own files, not asked of the edge:
//! the edge would not show what it has lost track of.

use crate::client::program::run;
use crate::scratch;
use crate::stack::Stack;
use roadstead_shared::blob::Body;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The keys of a bucket, and what the records of bodies say.
#[derive(Debug)]
pub struct Bucket {
    /// Every key.
    pub keys: BTreeSet<String>,
    /// How many bytes each object has.
    sizes: BTreeMap<String, u64>,
    bodies: Vec<Body>,
}

impl Bucket {
    /// Reads the bucket of a stack. One that runs may be in the middle of something: of what it
    /// writes at this moment, all is seen or nothing.
    pub fn of(stack: &Stack) -> Self {
        let checkout = scratch::checkout();
        let mut node = Command::new(checkout.join("node_modules/.bin/node"));
        node.arg("--no-warnings").arg(checkout.join("tests/src/bucket.mjs"));
        let text = run(node.arg(stack.state().join("v3/r2"))).must_succeed();
        let mut bucket = Self { keys: BTreeSet::new(), sizes: BTreeMap::new(), bodies: Vec::new() };
        for line in text.lines() {
            let row: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
            let key = row["key"].as_str().unwrap_or_default().to_owned();
            if key.starts_with("bodies/") && row["metadata"]["form"] == "sliced" {
                let record = row["metadata"]["body"].as_str().or(row["text"].as_str());
                let body = serde_json::from_str(record.unwrap_or_default());
                bucket.bodies.push(body.unwrap_or_else(|error| panic!("{error}: {line}")));
            }
            let size = row["size"].as_u64().unwrap_or_else(|| panic!("no size: {line}"));
            bucket.sizes.insert(key.clone(), size);
            bucket.keys.insert(key);
        }
        bucket
    }

    /// The keys that begin with `prefix`.
    pub fn below(&self, prefix: &str) -> BTreeSet<String> {
        self.keys.iter().filter(|key| key.starts_with(prefix)).cloned().collect()
    }

    /// How many bytes the objects have whose keys begin with `prefix`.
    pub fn bytes_below(&self, prefix: &str) -> u64 {
        let below = self.sizes.iter().filter(|(key, _)| key.starts_with(prefix));
        below.map(|(_, size)| size).sum()
    }

    /// The keys of every slice that a known body is made of.
    pub fn slices_in_use(&self) -> BTreeSet<String> {
        let slices = |body: &Body| {
            let parts = body.all_parts();
            let key = |(epoch, number)| format!("slices/{}/{epoch}-{number}", body.upload);
            parts.iter().map(|part| key((part.epoch, part.number))).collect::<Vec<_>>()
        };
        self.bodies.iter().flat_map(slices).collect()
    }
}
