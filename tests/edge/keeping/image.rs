//! Images that are published, deleted, and looked for to the last byte.

use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor, digest};
use serde_json::json;

/// An image of several layers.
#[derive(Clone, Debug)]
pub(super) struct Image {
    /// Its config and its layers.
    pub(super) blobs: Vec<Vec<u8>>,
    /// Its manifest.
    pub(super) manifest: Vec<u8>,
}

impl Image {
    /// An image of these layers; its config says `word`.
    pub(super) fn new(word: &str, layers: &[Vec<u8>]) -> Self {
        let diff_ids: Vec<_> = layers.iter().map(|layer| digest(layer)).collect();
        let config = json!({
            "os": "linux", "architecture": "amd64", "config": { "Labels": { "word": word } },
            "rootfs": { "type": "layers", "diff_ids": diff_ids },
        });
        let config = config.to_string().into_bytes();
        let described: Vec<_> = layers.iter().map(|layer| descriptor(LAYER, layer)).collect();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": descriptor(CONFIG, &config), "layers": described,
        });
        let blobs = [vec![config], layers.to_vec()].concat();
        Self { blobs, manifest: manifest.to_string().into_bytes() }
    }

    /// Its digest.
    pub(super) fn digest(&self) -> String {
        digest(&self.manifest)
    }

    /// Pushes its blobs, then its manifest under `tag`; the answer to the manifest.
    pub(super) fn try_push(&self, repository: &Repository, tag: &str) -> Answer {
        for blob in &self.blobs {
            repository.push_blob(blob);
        }
        repository.put_manifest(tag, MANIFEST, &self.manifest)
    }

    /// Publishes it under `tag`.
    pub(super) fn push(self, repository: &Repository, tag: &str) -> Self {
        let _ = self.try_push(repository, tag).expect(201);
        self
    }

    /// Whether all of it is there for anybody, to the last byte.
    pub(super) fn is_whole(&self, repository: &Repository, reference: &str) {
        let answer = repository.get(&format!("manifests/{reference}")).send();
        assert_eq!(answer.status, 200, "{reference} of {}: {answer}", repository.name);
        assert!(answer.body == self.manifest, "{reference} of {}: {answer}", repository.name);
        for blob in &self.blobs {
            let answer = repository.get(&format!("blobs/{}", digest(blob))).send();
            assert_eq!(answer.status, 200, "a blob of {}: {answer}", repository.name);
            assert!(answer.body == *blob, "other bytes in {}", repository.name);
        }
    }

    /// Whether nothing of it is there any more.
    pub(super) fn is_gone(&self, repository: &Repository) {
        let _ = repository.get(&format!("manifests/{}", self.digest())).send().expect(404);
        for blob in &self.blobs {
            let _ = repository.get(&format!("blobs/{}", digest(blob))).send().expect(404);
        }
    }
}

/// Deletes what is at `path` below the repository.
pub(super) fn delete(repository: &Repository, path: &str) {
    let _ = repository.request("DELETE", path).send().expect(202);
}
