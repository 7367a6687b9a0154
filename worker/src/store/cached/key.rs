//! The keys of what is cached. Names are those of the other registry.
//!
//! ```text
//! cache/PREFIX/tags/NAME:TAG           the manifest's bytes, and when the tag was looked at last
//! cache/PREFIX/manifests/NAME@DIGEST   the manifest's bytes
//! cache/PREFIX/links/NAME@DIGEST       a manifest of this repository names this blob: where its bytes are
//! cache/PREFIX/slices/FILL/EPOCH-N     bytes of a blob
//! ```

use roadstead_shared::oci::{Digest, Name, Reference};

/// `cache/PREFIX/`, the prefix of everything that a rule cached.
pub fn all(prefix: &str) -> String {
    format!("cache/{prefix}/")
}

/// Where a manifest lies: by tag or by digest.
pub fn manifest(prefix: &str, name: &Name, reference: &Reference) -> String {
    match reference {
        Reference::Tag(tag) => format!("{}{tag}", tags(prefix, name)),
        Reference::Digest(digest) => format!("cache/{prefix}/manifests/{name}@{digest}"),
    }
}

/// The prefix of every tag of a repository.
pub fn tags(prefix: &str, name: &Name) -> String {
    format!("cache/{prefix}/tags/{name}:")
}

/// Where a link lies.
pub fn link(prefix: &str, name: &Name, digest: &Digest) -> String {
    format!("cache/{prefix}/links/{name}@{digest}")
}

/// The folder of a fill's slices; a [`Body`](roadstead_shared::blob::Body) has it in the place of
/// the upload's id.
pub fn slices(prefix: &str, fill: &str) -> String {
    format!("cache/{prefix}/slices/{fill}")
}
