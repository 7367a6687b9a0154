//! The demo images: what the tools make of this machine's files and publish at the first start.
//! Here they are read where they were made, to compare what comes back.

use crate::client::registry::text;
use crate::layout::Layout;
use crate::scratch;
use crate::stack::stack;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// One published demo.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The repository, `demo/…`.
    pub repository: String,
    /// The tag it was published under.
    pub tag: String,
    /// The digest behind the tag.
    pub digest: String,
    /// What it was published from.
    pub layout: Layout,
}

impl Demo {
    /// `demo/name:tag`.
    pub fn image(&self) -> String {
        format!("{}:{}", self.repository, self.tag)
    }
}

/// Every demo, in the order in which they are made. They are published when the stack runs.
pub fn demos() -> Vec<Demo> {
    let _ = stack();
    let build = scratch::checkout().join("build");
    let file = build.join("demo/images.json");
    let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let list: Value = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}"));
    let list = list.as_array().cloned().unwrap_or_default();
    list.iter().flat_map(|entry| named(entry, &build)).collect()
}

/// The demo of this name, under the first of its tags.
pub fn demo(name: &str) -> Demo {
    let repository = format!("demo/{name}");
    let mut found = demos().into_iter().filter(|demo| demo.repository == repository);
    found.next().unwrap_or_else(|| panic!("{repository} is not among {:?}", demos()))
}

/// One entry of the list, under each of its tags.
fn named(entry: &Value, build: &Path) -> Vec<Demo> {
    let (repository, digest) = (text(entry, "repository"), text(entry, "digest"));
    let tags = entry["tags"].as_array().cloned().unwrap_or_default();
    let demo = |tag: &Value| Demo {
        repository: repository.clone(),
        tag: tag.as_str().unwrap_or_default().to_owned(),
        digest: digest.clone(),
        layout: Layout::new(build.join(&repository)),
    };
    tags.iter().map(demo).collect()
}
