//! OCI image layouts, in a folder or in an archive. image-spec 1.1, image-layout.md.

use super::error::Error;
use super::image::{Blob, Document, Image};
use super::store::Store;
use roadstead_shared::oci::manifest::MAX_BYTES;
use roadstead_shared::oci::media_type::{self, IMAGE_INDEX, IMAGE_MANIFEST};
use roadstead_shared::oci::{Descriptor, Digest, Manifest};
use std::collections::BTreeSet;

/// The list of what a layout has.
pub(crate) const INDEX: &str = "index.json";
/// The file that says that it is a layout.
const MARKER: &str = "oci-layout";

/// The annotations that name an image in a layout: the specification's, and containerd's full one.
const NAMES: [&str; 2] = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];

/// How deep indexes may lie in one another.
const MAX_DEPTH: usize = 8;
/// The most manifests of one image. With [`MAX_BYTES`] for each they are bounded, too.
const MAX_MANIFESTS: usize = 1_000;
/// The most bytes of manifests that are held at once.
const MAX_HELD: usize = 64 * 1024 * 1024;

/// Whether this is a layout.
pub(crate) fn is_one(store: &Store) -> Result<bool, Error> {
    Ok(store.entry(MARKER)?.is_some() && store.entry(INDEX)?.is_some())
}

/// Reads the image called `wanted`, or the only one.
///
/// Manifests are checked against their digests here, blobs only for being there with the right
/// length: whoever sends one verifies it. What an index names and the layout lacks is left out.
pub(crate) fn load(store: &Store, wanted: Option<&str>) -> Result<Image, Error> {
    let document = |name: &str, why: String| Error::Document { name: name.to_owned(), why };
    let marker = read(store, MARKER)?;
    let marker: serde_json::Value =
        serde_json::from_slice(&marker).map_err(|error| document(MARKER, error.to_string()))?;
    let version = marker.get("imageLayoutVersion").and_then(|version| version.as_str());
    if !version.is_some_and(|version| version.starts_with("1.")) {
        return Err(document(MARKER, format!("version {version:?} of layouts is not known")));
    }
    let index = Manifest::parse(&read(store, INDEX)?, IMAGE_INDEX)
        .map_err(|error| document(INDEX, error.to_string()))?;
    let root = choose(&index.manifests, wanted)?;
    let mut walk = Walk { store, seen: BTreeSet::new(), held: 0, image: Image::default() };
    if walk.manifest(root, 0)? { Ok(walk.image) } else { Err(Error::Missing(path(&root.digest))) }
}

fn read(store: &Store, name: &str) -> Result<Vec<u8>, Error> {
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    store.read(name, limit)?.ok_or_else(|| Error::Missing(name.to_owned()))
}

/// Where the bytes behind a digest lie.
pub(crate) fn path(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm().as_str(), digest.hex())
}

/// The descriptor that `wanted` names; without it, the only image that there is.
fn choose<'a>(entries: &'a [Descriptor], wanted: Option<&str>) -> Result<&'a Descriptor, Error> {
    let names = |entry: &'a Descriptor| {
        NAMES.iter().filter_map(|name| entry.annotations.get(*name).map(String::as_str))
    };
    let all = || entries.iter().flat_map(names).map(str::to_owned).collect::<Vec<_>>();
    if let Some(wanted) = wanted {
        let mut found = entries.iter().filter(|entry| names(entry).any(|name| name == wanted));
        let no_such = || Error::NoSuchRef { wanted: wanted.to_owned(), found: all() };
        return found.next().ok_or_else(no_such);
    }
    let first = entries.first().ok_or_else(|| Error::Missing(format!("an image in {INDEX}")))?;
    // One image under several names is one image.
    if entries.iter().all(|entry| entry.digest == first.digest) {
        Ok(first)
    } else {
        Err(Error::Several(all()))
    }
}

/// A walk through everything that an image leads to, deepest first.
struct Walk<'a> {
    store: &'a Store,
    seen: BTreeSet<Digest>,
    held: usize,
    image: Image,
}

impl Walk<'_> {
    /// Takes in a manifest after what it names. `false`: the layout does not have all of it, and
    /// nothing of it was taken in.
    fn manifest(&mut self, descriptor: &Descriptor, depth: usize) -> Result<bool, Error> {
        if self.seen.contains(&descriptor.digest) {
            return Ok(true);
        }
        if depth > MAX_DEPTH {
            return Err(Error::TooMany { what: "indexes in one another", limit: MAX_DEPTH });
        }
        let Some(document) = self.document(descriptor)? else { return Ok(false) };
        let parsed = Manifest::parse(&document.bytes, &document.media_type);
        let manifest =
            parsed.map_err(|why| Error::Manifest { digest: document.digest.clone(), why })?;
        let mut blobs = Vec::new();
        for blob in manifest.blobs() {
            match self.blob(blob)? {
                Some(blob) => blobs.push(blob),
                // The image itself must be whole; a child may be here by its manifest only.
                None if depth == 0 => return Err(Error::Missing(path(&blob.digest))),
                None => return Ok(false),
            }
        }
        for child in &manifest.manifests {
            let is_there = if is_manifest(&child.media_type) {
                self.manifest(child, depth + 1)?
            } else {
                // A build cache is an index of layers.
                let blob = self.blob(child)?;
                blob.map(|blob| self.take(blob)).is_some()
            };
            self.image.left_out += usize::from(!is_there);
        }
        for blob in blobs {
            self.take(blob);
        }
        self.seen.insert(document.digest.clone());
        self.image.manifests.push(document);
        if self.image.manifests.len() > MAX_MANIFESTS {
            return Err(Error::TooMany { what: "manifests", limit: MAX_MANIFESTS });
        }
        Ok(true)
    }

    /// A manifest's bytes, found to be what they are called; `None` if they are not here.
    fn document(&mut self, descriptor: &Descriptor) -> Result<Option<Document>, Error> {
        let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
        let Some(bytes) = self.store.read(&path(&descriptor.digest), limit)? else {
            return Ok(None);
        };
        let digest = &descriptor.digest;
        same_size(descriptor, u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        let found = Digest::of(digest.algorithm(), &bytes);
        if found != *digest {
            return Err(Error::Digest { named: digest.clone(), found });
        }
        self.held += bytes.len();
        if self.held > MAX_HELD {
            return Err(Error::TooMany { what: "bytes of manifests", limit: MAX_HELD });
        }
        let media_type = match media_type::essence(&descriptor.media_type) {
            "" => IMAGE_MANIFEST,
            named => named,
        };
        Ok(Some(Document { digest: digest.clone(), media_type: media_type.to_owned(), bytes }))
    }

    /// A blob of the right length; `None` if it is not here.
    fn blob(&self, descriptor: &Descriptor) -> Result<Option<Blob>, Error> {
        let Some(bytes) = self.store.entry(&path(&descriptor.digest))? else { return Ok(None) };
        same_size(descriptor, bytes.len())?;
        Ok(Some(Blob { digest: descriptor.digest.clone(), bytes, verified: false }))
    }

    fn take(&mut self, blob: Blob) {
        if self.seen.insert(blob.digest.clone()) {
            self.image.blobs.push(blob);
        }
    }
}

fn same_size(descriptor: &Descriptor, found: u64) -> Result<(), Error> {
    if descriptor.size == found {
        return Ok(());
    }
    Err(Error::Size { digest: descriptor.digest.clone(), named: descriptor.size, found })
}

fn is_manifest(media_type: &str) -> bool {
    let media_type = media_type::essence(media_type);
    media_type::is_index(media_type)
        || matches!(media_type, IMAGE_MANIFEST | media_type::DOCKER_MANIFEST | "")
}

#[cfg(test)]
mod tests;
