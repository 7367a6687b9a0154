//! What an import does next: all manifests are read, then each one's blobs are copied and it is
//! published, children before what names them, the tag last. A machine without I/O that can be
//! written down after every step and read back by somebody else.

use super::platform::{choose, text};
use super::report::Count;
use crate::oci::{Descriptor, Digest, Manifest, Platform, Reference};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The most manifests of one import.
pub const MAX_MANIFESTS: usize = 1_000;
/// The most blobs of one import.
pub const MAX_BLOBS: u64 = 20_000;
/// The largest blob, in bytes: 1 TiB.
pub const MAX_BLOB_BYTES: u64 = 1 << 40;

/// A manifest that is copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// What it is asked for by.
    pub reference: Reference,
    /// Its media type: what its parent gives it, until it was read; empty for the first one.
    pub media_type: String,
    /// The length that its parent gives it, in bytes.
    pub size: Option<u64>,
    found: Option<Found>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Found {
    digest: Digest,
    children: Vec<usize>,
    blobs: usize,
}

/// The next thing to do. Manifests are told by their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Read a manifest, and say so by [`Plan::fetched`].
    Fetch(usize),
    /// Copy a blob of a manifest, told by its place in [`blobs`], and say so by [`Plan::copied`].
    Copy {
        /// The manifest.
        node: usize,
        /// The blob's place.
        blob: usize,
    },
    /// Publish a manifest, and say so by [`Plan::published`].
    Publish {
        /// The manifest.
        node: usize,
        /// Whether it is what was asked for, which gets the tag.
        is_root: bool,
    },
    /// Nothing: it is all here.
    Done,
}

/// Why a manifest is not followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There are too many manifests.
    #[error("the image has more than {MAX_MANIFESTS} manifests, which are too many for one import")]
    TooManyManifests,
    /// There are too many blobs.
    #[error("the image has more than {MAX_BLOBS} blobs, which are too many for one import")]
    TooManyBlobs,
    /// A blob is larger than any.
    #[error("a manifest names a blob of {0} bytes, which is more than can be imported")]
    TooLarge(u64),
    /// The index has nothing for the platforms that were asked for.
    #[error("the source has no image for these platforms; it has {0}")]
    NoPlatform(String),
}

/// The plan of one import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    platforms: Vec<Platform>,
    nodes: Vec<Node>,
    /// The order of publishing, once every manifest was read.
    order: Vec<usize>,
    /// The place in the order.
    at: usize,
    /// The next blob of the manifest at that place.
    blob: usize,
    /// Blobs of all manifests that were read.
    pub blobs: Count,
    /// Manifests that are known.
    pub manifests: Count,
    /// Bytes of these blobs.
    pub bytes: Count,
}

/// The blobs of a manifest that are copied, each once, in its order.
pub fn blobs(manifest: &Manifest) -> Vec<&Descriptor> {
    let mut seen = HashSet::new();
    manifest.blobs().filter(|blob| seen.insert(&blob.digest)).collect()
}

impl Plan {
    /// A plan that knows no more than what was asked for.
    pub fn new(reference: Reference, platforms: Vec<Platform>) -> Self {
        let root = Node { reference, media_type: String::new(), size: None, found: None };
        Self {
            platforms,
            nodes: vec![root],
            order: Vec::new(),
            at: 0,
            blob: 0,
            blobs: Count::default(),
            manifests: Count { done: 0, total: 1 },
            bytes: Count::default(),
        }
    }

    /// What to do next; the same until somebody says that it was done.
    pub fn next(&self) -> Step {
        if let Some(node) = self.nodes.iter().position(|node| node.found.is_none()) {
            return Step::Fetch(node);
        }
        let Some(&node) = self.order.get(self.at) else { return Step::Done };
        let blobs = self.found(node).map_or(0, |found| found.blobs);
        if self.blob < blobs {
            Step::Copy { node, blob: self.blob }
        } else {
            Step::Publish { node, is_root: node == 0 }
        }
    }

    /// A manifest by its number.
    pub fn node(&self, node: usize) -> Option<&Node> {
        self.nodes.get(node)
    }

    /// What a manifest is, once it was read.
    pub fn digest(&self, node: usize) -> Option<&Digest> {
        self.found(node).map(|found| &found.digest)
    }

    fn found(&self, node: usize) -> Option<&Found> {
        self.nodes.get(node).and_then(|node| node.found.as_ref())
    }

    /// Takes in a manifest that was read, and was found to be `digest` and of that type.
    pub fn fetched(
        &mut self,
        node: usize,
        digest: Digest,
        media_type: &str,
        manifest: &Manifest,
    ) -> Result<(), Refused> {
        let copied = blobs(manifest);
        let count = copied.len();
        self.blobs.total = self.blobs.total.saturating_add(count as u64);
        for blob in &copied {
            if blob.size > MAX_BLOB_BYTES {
                return Err(Refused::TooLarge(blob.size));
            }
            self.bytes.total = self.bytes.total.saturating_add(blob.size);
        }
        if self.blobs.total > MAX_BLOBS {
            return Err(Refused::TooManyBlobs);
        }
        let chosen = choose(&manifest.manifests, &self.platforms);
        if chosen.is_empty() && !manifest.manifests.is_empty() {
            return Err(Refused::NoPlatform(offered(&manifest.manifests)));
        }
        let mut children = Vec::with_capacity(chosen.len());
        for child in chosen {
            children.push(self.known(child)?);
        }
        if let Some(node) = self.nodes.get_mut(node) {
            media_type.clone_into(&mut node.media_type);
            node.found = Some(Found { digest, children, blobs: count });
        }
        self.manifests.total = self.nodes.len() as u64;
        if self.nodes.iter().all(|node| node.found.is_some()) {
            self.order = self.children_first();
        }
        Ok(())
    }

    /// The number of a child, which may have been named before.
    fn known(&mut self, child: &Descriptor) -> Result<usize, Refused> {
        let reference = Reference::Digest(child.digest.clone());
        let is_it = |node: &Node| {
            let found = node.found.as_ref().is_some_and(|found| found.digest == child.digest);
            found || node.reference == reference
        };
        if let Some(known) = self.nodes.iter().position(is_it) {
            return Ok(known);
        }
        if self.nodes.len() >= MAX_MANIFESTS {
            return Err(Refused::TooManyManifests);
        }
        let (media_type, size) = (child.media_type.clone(), Some(child.size));
        self.nodes.push(Node { reference, media_type, size, found: None });
        Ok(self.nodes.len() - 1)
    }

    /// All manifests, each after those that it names.
    fn children_first(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut seen = HashSet::from([0]);
        let mut open = vec![(0, 0)];
        while let Some((node, child)) = open.pop() {
            let children = self.found(node).map_or([].as_slice(), |found| &found.children);
            match children.get(child) {
                Some(&next) => {
                    open.push((node, child + 1));
                    if seen.insert(next) {
                        open.push((next, 0));
                    }
                }
                None => order.push(node),
            }
        }
        order
    }

    /// Notes that the blob of the last step is here.
    pub fn copied(&mut self, bytes: u64) {
        self.blob += 1;
        self.blobs.done += 1;
        self.bytes.done = self.bytes.done.saturating_add(bytes);
    }

    /// Notes that the manifest of the last step is here.
    pub fn published(&mut self) {
        self.at += 1;
        self.blob = 0;
        self.manifests.done += 1;
    }

    /// Forgets what only a plan that goes on needs.
    pub fn close(&mut self) {
        self.nodes.clear();
        self.order.clear();
    }
}

/// The platforms of an index, for people; some of them, where there are many.
fn offered(children: &[Descriptor]) -> String {
    let known = |platform: &&Platform| platform.os != "unknown";
    let all = children.iter().filter_map(|child| child.platform.as_ref()).filter(known);
    let some: Vec<String> = all.take(20).map(text).collect();
    if some.is_empty() { "none".to_owned() } else { some.join(", ") }
}

#[cfg(test)]
mod tests;
