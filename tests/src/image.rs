//! Small documents and bytes to publish: made, not stored, and the same in every run.
//! image-spec 1.1, manifest.md and image-index.md.

use crate::client::registry::Repository;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};
use std::fmt::Write as _;
use std::io::{self, Read};

/// The media type of an image's manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of an index.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The media type of an image's config.
pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// The media type of a layer that is not compressed.
pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
/// The media type of the config of an artifact that has none.
pub const EMPTY: &str = "application/vnd.oci.empty.v1+json";

/// Bytes without a pattern, so that one that is lost, doubled or moved is noticed.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        // xorshift64, Marsaglia 2003.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// The SHA-256 digest of bytes that come one after another.
#[derive(Clone, Debug, Default)]
pub struct Hash {
    hasher: Sha256,
    /// How many bytes there were.
    pub bytes: u64,
}

impl Hash {
    /// Counts more bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// The digest of all of them.
    pub fn digest(self) -> String {
        format!("sha256:{}", hex(&self.hasher.finalize()))
    }
}

/// Bytes without a pattern that are made while they are read: more than anybody would hold.
#[derive(Debug)]
pub struct LongNoise {
    block: Vec<u8>,
    at: usize,
    number: u64,
    left: u64,
}

impl LongNoise {
    /// So many bytes, of which no two blocks are the same.
    pub fn new(seed: u64, length: u64) -> Self {
        Self { block: noise(seed, 1024 * 1024), at: 0, number: 0, left: length }
    }

    /// Their digest.
    pub fn digest(mut self) -> io::Result<String> {
        let (mut hash, mut piece) = (Hash::default(), vec![0; 256 * 1024]);
        loop {
            let read = self.read(&mut piece)?;
            if read == 0 {
                return Ok(hash.digest());
            }
            hash.update(&piece[..read]);
        }
    }
}

impl Read for LongNoise {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            self.number += 1;
            self.block[..8].copy_from_slice(&self.number.to_be_bytes());
            self.at = 0;
        }
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let length = into.len().min(self.block.len() - self.at).min(left);
        into[..length].copy_from_slice(&self.block[self.at..self.at + length]);
        self.at += length;
        self.left -= length as u64;
        Ok(length)
    }
}

/// The SHA-256 digest of bytes, as the specification writes it.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// The SHA-512 digest of bytes.
pub fn digest_sha512(bytes: &[u8]) -> String {
    format!("sha512:{}", hex(&Sha512::digest(bytes)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A descriptor of these bytes.
pub fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": digest(bytes), "size": bytes.len() })
}

/// Publishes an image of one layer, by its digest alone; its manifest.
pub fn publish(repository: &Repository, architecture: &str, layer: &[u8]) -> Vec<u8> {
    let config = json!({
        "os": "linux", "architecture": architecture, "config": {},
        "rootfs": { "type": "layers", "diff_ids": [digest(layer)] },
    });
    let config = config.to_string().into_bytes();
    repository.push_blob(&config);
    repository.push_blob(layer);
    // Not as a library would print it: the bytes have to come back as they were sent.
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": descriptor(CONFIG, &config), "layers": [descriptor(LAYER, layer)],
    });
    let manifest = format!(" {manifest:#}\n\n").into_bytes();
    let _ = repository.put_manifest(&digest(&manifest), MANIFEST, &manifest).expect(201);
    manifest
}

/// The manifest of an artifact that says something about `subject`, and its config's bytes.
pub fn about(subject: &[u8], artifact_type: &str) -> Vec<u8> {
    let empty = b"{}";
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": artifact_type,
        "config": descriptor(EMPTY, empty), "layers": [descriptor(EMPTY, empty)],
        "subject": descriptor(MANIFEST, subject),
        "annotations": { "org.opencontainers.image.created": "2026-11-21T00:00:00Z" },
    });
    manifest.to_string().into_bytes()
}
