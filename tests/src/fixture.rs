//! What is published once and then only read: by the claims about pulling, refusals and pages.

use crate::client::registry::Repository;
use crate::image::{self, INDEX, LAYER, MANIFEST, noise};
use serde_json::json;
use std::sync::OnceLock;

/// The repository that it all lies in.
pub const NAME: &str = "claims/shelf";
/// The tags in the order in which a list has them: that of their bytes.
pub const TAGS: [&str; 7] = ["0", "1.10", "1.9", "Z", "_", "latest", "v1"];

/// A published repository and what is in it.
#[derive(Debug)]
pub struct Shelf {
    /// The operator's view.
    pub owner: Repository,
    /// Anybody's view.
    pub reader: Repository,
    /// The manifest behind every tag but `latest`.
    pub manifest: Vec<u8>,
    /// The index behind `latest`.
    pub index: Vec<u8>,
    /// A layer of 100,003 bytes, sent whole.
    pub layer: Vec<u8>,
    /// A blob of 40 MiB and a bit, sent without a length: it rests in several slices.
    pub long: Vec<u8>,
    /// Its digest.
    pub long_digest: String,
}

static SHELF: OnceLock<Shelf> = OnceLock::new();

/// The shelf of this run; filled by the first claim that asks.
pub fn shelf() -> &'static Shelf {
    SHELF.get_or_init(fill)
}

fn fill() -> Shelf {
    let owner = Repository::as_operator(NAME);
    let layer = noise(1, 100_003);
    let manifest = image::publish(&owner, "amd64", &layer);
    let arm = image::publish(&owner, "arm64", &layer);
    let child = |architecture: &str, bytes: &[u8]| {
        let mut descriptor = image::descriptor(MANIFEST, bytes);
        descriptor["platform"] = json!({ "os": "linux", "architecture": architecture });
        descriptor
    };
    let index = json!({
        "schemaVersion": 2, "mediaType": INDEX,
        "manifests": [child("amd64", &manifest), child("arm64", &arm)],
    });
    let index = index.to_string().into_bytes();
    // Not in the order of the list, which is then the edge's own.
    for tag in TAGS.iter().rev() {
        let (media_type, bytes) =
            if *tag == "latest" { (INDEX, &index) } else { (MANIFEST, &manifest) };
        let _ = owner.put_manifest(tag, media_type, bytes).expect(201);
    }
    let long = noise(2, 40 * 1024 * 1024 + 4_321);
    let long_digest = owner.push_blob_in_chunks(&long);
    // Named by a manifest, as a published blob is.
    let artifact = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": "application/x.claims.long",
        "config": image::descriptor(image::EMPTY, b"{}"),
        "layers": [{ "mediaType": LAYER, "digest": long_digest, "size": long.len() }],
    });
    owner.push_blob(b"{}");
    let artifact = artifact.to_string().into_bytes();
    let _ = owner.put_manifest(&image::digest(&artifact), MANIFEST, &artifact).expect(201);
    let reader = Repository::as_anyone(NAME);
    Shelf { owner, reader, manifest, index, layer, long, long_digest }
}
