//! What a registry sells: documents and bytes by what they are called.

use crate::image::{CONFIG, EMPTY, INDEX, LAYER, MANIFEST, descriptor, digest, noise};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Manifests by tag and digest, blobs by digest.
#[derive(Clone, Debug, Default)]
pub struct Goods {
    /// Media type and document.
    pub manifests: BTreeMap<String, (String, Vec<u8>)>,
    /// Bytes.
    pub blobs: BTreeMap<String, Vec<u8>>,
}

impl Goods {
    /// Adds a manifest under its digest and, if there is one, a tag; its bytes.
    pub fn manifest(&mut self, tag: Option<&str>, media_type: &str, document: &Value) -> Vec<u8> {
        // Not as a library would print it: the bytes have to come back as they are.
        let bytes = format!(" {document:#}\n\n").into_bytes();
        let entry = (media_type.to_owned(), bytes.clone());
        self.manifests.insert(digest(&bytes), entry.clone());
        if let Some(tag) = tag {
            self.manifests.insert(tag.to_owned(), entry);
        }
        bytes
    }

    /// Adds a blob; its descriptor.
    pub fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Value {
        self.blobs.insert(digest(bytes), bytes.to_vec());
        descriptor(media_type, bytes)
    }

    /// The bytes of a manifest.
    pub fn document(&self, reference: &str) -> &[u8] {
        &self.manifests.get(reference).unwrap_or_else(|| panic!("no {reference}")).1
    }

    /// Adds an image of these layers; its descriptor in an index.
    pub fn image(&mut self, tag: Option<&str>, architecture: &str, layers: &[Vec<u8>]) -> Value {
        let ids: Vec<String> = layers.iter().map(|layer| digest(layer)).collect();
        let config = json!({
            "os": "linux", "architecture": architecture, "config": {},
            "rootfs": { "type": "layers", "diff_ids": ids },
        });
        let config = self.blob(CONFIG, config.to_string().as_bytes());
        let layers: Vec<Value> = layers.iter().map(|layer| self.blob(LAYER, layer)).collect();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers,
        });
        let bytes = self.manifest(tag, MANIFEST, &manifest);
        let mut child = descriptor(MANIFEST, &bytes);
        child["platform"] = json!({ "os": "linux", "architecture": architecture });
        child
    }

    /// Adds what `artifact_type` says of the manifest behind `reference`, with a statement of its own;
    /// its digest.
    pub fn about(&mut self, reference: &str, artifact_type: &str, statement: &[u8]) -> String {
        let subject = descriptor(MANIFEST, self.document(reference));
        let config = self.blob(EMPTY, b"{}");
        let layer = self.blob(artifact_type, statement);
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": artifact_type,
            "config": config, "layers": [layer], "subject": subject,
        });
        digest(&self.manifest(None, MANIFEST, &manifest))
    }

    /// Has an image of one layer under `tag`: what was there before is still there by its digest.
    #[must_use]
    pub fn tagged(mut self, tag: &str, layer: &[u8]) -> Self {
        let _ = self.image(Some(tag), "amd64", &[layer.to_vec()]);
        self
    }

    /// The digest behind a tag.
    pub fn digest(&self, tag: &str) -> String {
        digest(self.document(tag))
    }
}

/// Goods with one image of one layer of so many bytes, tagged `1`.
pub fn image(seed: u64, bytes: usize) -> Goods {
    let mut goods = Goods::default();
    let _ = goods.image(Some("1"), "amd64", &[noise(seed, bytes)]);
    goods
}

/// Goods with an index of two platforms, tagged `1`, layers of several MiB, small ones and an empty
/// one, and an attestation for each platform, as a builder pushes them.
pub fn index(seed: u64) -> Goods {
    let mut goods = Goods::default();
    let mut children = Vec::new();
    let mut about = Vec::new();
    for (number, architecture) in (1..).zip(["amd64", "arm64"]) {
        let own = |bytes| noise(seed * 100 + number, bytes);
        let shared = noise(seed, 70_001);
        let layers = [own(3 * 1024 * 1024 + 7), shared, own(300), Vec::new()];
        let child = goods.image(None, architecture, &layers);
        let statement = format!("{{\"seed\":{seed},\"about\":\"{architecture}\"}}");
        let config = goods.blob(CONFIG, format!("{{\"of\":\"{statement}\"}}").as_bytes());
        let layer = goods.blob("application/vnd.in-toto+json", statement.as_bytes());
        let attestation = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer],
        });
        let bytes = goods.manifest(None, MANIFEST, &attestation);
        let mut descriptor = descriptor(MANIFEST, &bytes);
        descriptor["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
        descriptor["annotations"] = json!({
            "vnd.docker.reference.digest": child["digest"],
            "vnd.docker.reference.type": "attestation-manifest",
        });
        children.push(child);
        about.push(descriptor);
    }
    children.extend(about);
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": children });
    let _ = goods.manifest(Some("1"), INDEX, &index);
    goods
}
