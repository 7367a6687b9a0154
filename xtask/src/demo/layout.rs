//! An OCI image layout (image-spec v1.1, image-layout.md) with one manifest or index in it.

use super::layer::{self, Entry, Form, Written};
use crate::build::stamp::hex;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// A layout that is being filled.
pub(super) struct Layout {
    folder: PathBuf,
    blobs: PathBuf,
}

impl Layout {
    /// Begins one, in the repository's folder.
    pub(super) fn begin(staging: &Path, repository: &str) -> Result<Self> {
        let name = Path::new(repository).file_name().context("a repository has a name")?;
        let folder = staging.join(name);
        let blobs = folder.join("blobs/sha256");
        std::fs::create_dir_all(&blobs)?;
        Ok(Self { folder, blobs })
    }

    /// Stores bytes and describes them.
    pub(super) fn blob(&self, media_type: &str, bytes: &[u8]) -> Result<Value> {
        let hash = hex(&Sha256::digest(bytes));
        std::fs::write(self.blobs.join(&hash), bytes)?;
        Ok(json!({
            "mediaType": media_type, "digest": format!("sha256:{hash}"), "size": bytes.len(),
        }))
    }

    /// Stores a document and describes it.
    pub(super) fn document(&self, media_type: &str, document: &Value) -> Result<Value> {
        self.blob(media_type, &serde_json::to_vec(document)?)
    }

    /// Stores a layer and describes it; the second value is what a config calls its diff id.
    pub(super) fn layer(&self, entries: &[Entry], form: Form) -> Result<(Value, String)> {
        let unnamed = self.blobs.join("layer");
        let Written { digest, size_bytes, diff_id } = layer::write(entries, form, &unnamed)?;
        let hash = digest.strip_prefix("sha256:").context("a sha256 digest")?;
        std::fs::rename(&unnamed, self.blobs.join(hash))?;
        let descriptor =
            json!({"mediaType": form.media_type(), "digest": digest, "size": size_bytes});
        Ok((descriptor, diff_id))
    }

    /// Completes the layout around one manifest or index, and returns its digest.
    pub(super) fn finish(self, top: &Value) -> Result<String> {
        let digest = top.get("digest").and_then(Value::as_str).context("a digest")?.to_owned();
        let index = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [top],
        });
        std::fs::write(self.folder.join("index.json"), serde_json::to_vec(&index)?)?;
        let layout = json!({"imageLayoutVersion": "1.0.0"});
        std::fs::write(self.folder.join("oci-layout"), serde_json::to_vec(&layout)?)?;
        Ok(digest)
    }
}
