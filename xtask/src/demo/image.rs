//! Image manifests and configs (image-spec v1.1, manifest.md and config.md).

use super::layer::{Entry, Form};
use super::layout::Layout;
use anyhow::Result;
use serde_json::{Value, json};

/// When the demo images say that they were made.
pub(super) const CREATED: &str = "2026-11-01T00:00:00Z";

/// One step of an image: what its history says, and what it adds.
pub(super) struct Step {
    /// The line in the history.
    pub(super) said: &'static str,
    /// The files.
    pub(super) entries: Vec<Entry>,
    /// How they are stored.
    pub(super) form: Form,
}

/// An image for one platform.
pub(super) struct Platform<'a> {
    /// In Go's words, such as `amd64`.
    pub(super) architecture: &'a str,
    /// `Cmd`, `Env` and the like.
    pub(super) config: Value,
    /// `org.opencontainers.image.…`, as labels and as annotations.
    pub(super) annotations: &'a Value,
    /// From the lowest layer up.
    pub(super) steps: Vec<Step>,
}

/// Stores an image and describes its manifest, platform included.
pub(super) fn store(layout: &Layout, image: Platform<'_>) -> Result<Value> {
    let (mut layers, mut diff_ids, mut history) = (Vec::new(), Vec::new(), Vec::new());
    for step in &image.steps {
        let (descriptor, diff_id) = layout.layer(&step.entries, step.form)?;
        layers.push(descriptor);
        diff_ids.push(diff_id);
        history.push(json!({"created": CREATED, "created_by": step.said}));
    }
    let mut config = image.config;
    if let Value::Object(fields) = &mut config {
        fields.insert(String::from("Labels"), image.annotations.clone());
    }
    let config = json!({
        "created": CREATED,
        "architecture": image.architecture,
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": history,
    });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": layout.document("application/vnd.oci.image.config.v1+json", &config)?,
        "layers": layers,
        "annotations": image.annotations,
    });
    let mut stored = layout.document("application/vnd.oci.image.manifest.v1+json", &manifest)?;
    if let Value::Object(fields) = &mut stored {
        let platform = json!({"architecture": image.architecture, "os": "linux"});
        fields.insert(String::from("platform"), platform);
    }
    Ok(stored)
}

/// The annotations of a page in the catalog.
pub(super) fn annotations(
    title: &str,
    version: &str,
    description: &str,
    source: &str,
    licenses: &str,
) -> Value {
    json!({
        "org.opencontainers.image.title": title,
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.description": description,
        "org.opencontainers.image.source": source,
        "org.opencontainers.image.licenses": licenses,
        "org.opencontainers.image.created": CREATED,
    })
}

/// Go's word for the architecture of this machine.
pub(super) fn this_architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
