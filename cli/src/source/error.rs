//! Why an image cannot be read.

use roadstead_shared::oci::{Digest, manifest};
use std::io;
use std::path::PathBuf;

/// What can be wrong with a source.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file cannot be opened or read.
    #[error("{}: {cause}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// It is neither a layout nor an archive of an image.
    #[error(
        "{}: no image in it: a folder with an OCI layout, an archive of `docker save` or \
         `podman save`, or an oci-archive would be one", .0.display()
    )]
    NoImage(PathBuf),
    /// The archive is compressed as a whole.
    #[error("{}: it is compressed with {with}; unpack it first, as in `{with} -dk FILE`", path.display())]
    Compressed {
        /// The archive.
        path: PathBuf,
        /// The program that unpacks it.
        with: &'static str,
    },
    /// A name or link of the archive leads out of it.
    #[error("the archive's entry '{0}' leads out of the archive: it is not read")]
    Leaves(String),
    /// A link of the archive leads nowhere or in a circle.
    #[error("the archive's entry '{0}' is a link that leads to no file")]
    Link(String),
    /// More than an image has.
    #[error("it has more than {limit} {what}: no image does")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// A document is longer than such a document may be.
    #[error("'{name}' has {size} bytes, and may have {limit}")]
    TooLarge {
        /// The document.
        name: String,
        /// Its size in bytes.
        size: u64,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// Something that must be there is not.
    #[error("'{0}' is missing")]
    Missing(String),
    /// A document cannot be understood.
    #[error("'{name}' cannot be read: {why}")]
    Document {
        /// The document.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A manifest cannot be understood.
    #[error("the manifest {digest} cannot be read: {why}")]
    Manifest {
        /// Its digest.
        digest: Digest,
        /// What is wrong with it.
        why: manifest::Invalid,
    },
    /// Bytes do not have the length that their descriptor says.
    #[error("{digest} has {found} bytes, and its descriptor says {named}: the source is damaged")]
    Size {
        /// The descriptor's digest.
        digest: Digest,
        /// The descriptor's size in bytes.
        named: u64,
        /// How many bytes there are.
        found: u64,
    },
    /// Bytes do not have the digest that they are called by.
    #[error("what is called {named} has the digest {found}: the source is damaged")]
    Digest {
        /// What it is called.
        named: Digest,
        /// What it is.
        found: Digest,
    },
    /// There are several images, and nobody said which one.
    #[error("there are several images: choose one with --ref, of {}", .0.join(", "))]
    Several(Vec<String>),
    /// There is no image of that name.
    #[error("there is no image called '{wanted}'; there is {}", list(.found))]
    NoSuchRef {
        /// What was asked for.
        wanted: String,
        /// What there is.
        found: Vec<String>,
    },
    /// Neither engine has the image, or none is installed.
    #[error(
        "neither docker nor podman has the image '{0}' on this machine: build or tag it under \
         this name, or say with --from where it is"
    )]
    NotLocal(String),
    /// The engine could not hand the image out.
    #[error("`{program} save {image}` failed: {why}")]
    Engine {
        /// `docker` or `podman`.
        program: &'static str,
        /// The image.
        image: String,
        /// What the program says.
        why: String,
    },
}

impl Error {
    /// An error of the system about a file.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Io { path, cause }
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none with a name".to_owned() } else { names.join(", ") }
}
