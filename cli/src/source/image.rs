//! An image as it will be sent: its blobs, and its manifests in the order in which a registry can
//! take them.

use super::error::Error;
use super::extent::Extent;
use roadstead_shared::oci::Digest;

/// A manifest or index, byte for byte.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its digest, which it has been found to have.
    pub(crate) digest: Digest,
    /// What it is.
    pub(crate) media_type: String,
    /// The document.
    pub(crate) bytes: Vec<u8>,
}

/// A config, a layer, or anything else that a manifest names.
#[derive(Clone, Debug)]
pub(crate) struct Blob {
    /// What it is called.
    pub(crate) digest: Digest,
    /// Where it lies.
    pub(crate) bytes: Extent,
    /// Whether the bytes have been found to have the digest.
    pub(crate) verified: bool,
}

/// Everything that one reference leads to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Image {
    /// Each blob once.
    pub(crate) blobs: Vec<Blob>,
    /// Each manifest once, after those that it names; the last one is the image itself.
    pub(crate) manifests: Vec<Document>,
    /// How many manifests an index names that the source does not have.
    pub(crate) left_out: usize,
}

impl Blob {
    /// Reads all of it and compares, unless that was done before.
    pub(crate) fn verify(&self) -> Result<(), Error> {
        if self.verified {
            return Ok(());
        }
        let found = self.bytes.digest(self.digest.algorithm());
        let found = found.map_err(Error::io(self.digest.as_str()))?;
        if found == self.digest {
            return Ok(());
        }
        Err(Error::Digest { named: self.digest.clone(), found })
    }
}
