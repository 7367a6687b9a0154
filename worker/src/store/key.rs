//! The keys in R2. Names read like references; `@` and `:` cannot occur in a repository's name,
//! so no prefix of one repository is a prefix of another's.
//!
//! ```text
//! repos/NAME                      there is such a repository, and what people decided about it
//! tags/NAME:TAG                   the manifest's bytes again, with its digest and when it was pushed
//! manifests/NAME@DIGEST           the manifest's bytes, with their media type
//! links/NAME@DIGEST               this repository has this blob: the bytes, or where they are
//! referrers/NAME@SUBJECT/DIGEST   the descriptor of what refers to SUBJECT
//! slices/UPLOAD/EPOCH-N           bytes, created once and never overwritten
//! bodies/DIGEST                   these bytes are known: the bytes, or where they are
//! holders/DIGEST/NAME             this repository holds this body
//! deleted/NAME:TAG                a tag that can be restored, as it was
//! deleted/NAME@DIGEST             a manifest that can be restored, as it was
//! uploads/UPLOAD                  this upload has stored slices and is not over
//! chores/NAME                     this repository has something to purge or collect
//! operator/NAME                   a list that the operator put
//! cache/PREFIX/…                  what a rule cached of another registry
//! ```

use roadstead_shared::blob::Part;
use roadstead_shared::oci::{Digest, Name, Reference, Tag};

/// `repos/NAME`
pub fn repository(name: &Name) -> String {
    format!("repos/{name}")
}

/// `tags/NAME:`, the prefix of every tag of a repository.
pub fn tags(name: &Name) -> String {
    format!("tags/{name}:")
}

/// `tags/NAME:TAG`
pub fn tag(name: &Name, tag: &Tag) -> String {
    format!("tags/{name}:{tag}")
}

/// Where the links of blobs lie.
pub const LINKS: &str = "links";

/// Where it lies what a namespace keeps, and what follows its name there: its blobs' links, its
/// manifests, what can be restored, and its tags, which come last, for one that was deleted may be
/// there again. A repository may be called as its namespace is.
pub const KEPT: [(&str, char); 9] = [
    (LINKS, '@'),
    (LINKS, '/'),
    ("manifests", '@'),
    ("manifests", '/'),
    ("deleted", '@'),
    ("deleted", ':'),
    ("deleted", '/'),
    ("tags", ':'),
    ("tags", '/'),
];

/// The prefix of what a namespace keeps in the place of this number.
pub fn kept(namespace: &str, place: usize) -> String {
    let (place, end) = KEPT.get(place).copied().unwrap_or((LINKS, '@'));
    format!("{place}/{namespace}{end}")
}

/// Where it lies what is cached: see [`super::cached::key`].
pub const CACHE: &str = "cache/";

/// `repos/`, the prefix of every repository.
pub const REPOSITORIES: &str = "repos/";

/// `uploads/`, the prefix of every upload that is not over.
pub const UPLOADS: &str = "uploads/";

/// `chores/`, the prefix of every repository with something to do.
pub const CHORES: &str = "chores/";

/// `manifests/NAME@`, the prefix of every manifest of a repository.
pub fn manifests(name: &Name) -> String {
    format!("manifests/{name}@")
}

/// `deleted/NAME:`, the prefix of every deleted tag of a repository.
pub fn deleted_tags(name: &Name) -> String {
    format!("deleted/{name}:")
}

/// `deleted/NAME@`, the prefix of every deleted manifest of a repository.
pub fn deleted_manifests(name: &Name) -> String {
    format!("deleted/{name}@")
}

/// `deleted/NAME:TAG` or `deleted/NAME@DIGEST`
pub fn deleted(name: &Name, reference: &Reference) -> String {
    match reference {
        Reference::Tag(tag) => format!("{}{tag}", deleted_tags(name)),
        Reference::Digest(digest) => format!("{}{digest}", deleted_manifests(name)),
    }
}

/// `uploads/UPLOAD`
pub fn upload(upload: &str) -> String {
    format!("{UPLOADS}{upload}")
}

/// `chores/NAME`
pub fn chores(name: &Name) -> String {
    format!("{CHORES}{name}")
}

/// `manifests/NAME@DIGEST`
pub fn manifest(name: &Name, digest: &Digest) -> String {
    format!("manifests/{name}@{digest}")
}

/// `links/NAME@DIGEST`
pub fn link(name: &Name, digest: &Digest) -> String {
    format!("links/{name}@{digest}")
}

/// `referrers/NAME@SUBJECT/`, the prefix of everything that refers to a subject.
pub fn referrers(name: &Name, subject: &Digest) -> String {
    format!("referrers/{name}@{subject}/")
}

/// `referrers/NAME@SUBJECT/DIGEST`
pub fn referrer(name: &Name, subject: &Digest, digest: &Digest) -> String {
    format!("referrers/{name}@{subject}/{digest}")
}

/// `slices/UPLOAD/`, the prefix of every slice of an upload.
pub fn slices(upload: &str) -> String {
    format!("slices/{upload}/")
}

/// `slices/UPLOAD/EPOCH-N`, or where a fill's slices lie: a fill is called as its folder is.
pub fn slice(upload: &str, epoch: u32, number: u32) -> String {
    if upload.starts_with(CACHE) {
        return format!("{upload}/{epoch}-{number}");
    }
    format!("slices/{upload}/{epoch}-{number}")
}

/// The slice that a part of a body lies in.
pub fn part(upload: &str, part: Part) -> String {
    slice(upload, part.epoch, part.number)
}

/// `bodies/DIGEST`
pub fn body(digest: &Digest) -> String {
    format!("bodies/{digest}")
}

/// `holders/DIGEST/`, the prefix of everybody who holds a body.
pub fn holders(digest: &Digest) -> String {
    format!("holders/{digest}/")
}

/// `holders/DIGEST/NAME`
pub fn holder(digest: &Digest, name: &Name) -> String {
    format!("holders/{digest}/{name}")
}

/// `operator/NAME`
pub fn listed(name: &str) -> String {
    format!("operator/{name}")
}
