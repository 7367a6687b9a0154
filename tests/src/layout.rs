//! OCI image layouts on disk: what the demo images were published from, and what skopeo writes.
//! image-spec 1.1, image-layout.md.

use crate::image::digest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A layout's folder.
#[derive(Clone, Debug)]
pub struct Layout(PathBuf);

impl Layout {
    /// The layout in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Writes a layout of one root with everything that it leads to.
    pub fn write(folder: impl Into<PathBuf>, root: &Value, blobs: &[Vec<u8>]) -> Self {
        let layout = Self(folder.into());
        let write = |path: PathBuf, bytes: &[u8]| {
            fs::write(&path, bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        };
        let sha256 = layout.0.join("blobs/sha256");
        fs::create_dir_all(&sha256).unwrap_or_else(|e| panic!("{}: {e}", sha256.display()));
        for bytes in blobs {
            write(sha256.join(digest(bytes).replace("sha256:", "")), bytes);
        }
        let index = json!({ "schemaVersion": 2, "manifests": [root] });
        write(layout.0.join("index.json"), index.to_string().as_bytes());
        write(layout.0.join("oci-layout"), b"{\"imageLayoutVersion\":\"1.0.0\"}");
        layout
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The digest of its only image.
    pub fn root(&self) -> String {
        let entries = self.entries();
        assert_eq!(entries.len(), 1, "{}: {entries:?}", self.0.display());
        field(&entries[0], "digest")
    }

    /// What its `index.json` names.
    pub fn entries(&self) -> Vec<Value> {
        let index = self.0.join("index.json");
        let bytes = fs::read(&index).unwrap_or_else(|e| panic!("{}: {e}", index.display()));
        list(&json(&bytes), "manifests")
    }

    /// The bytes behind a digest, which they must have.
    pub fn read(&self, wanted: &str) -> Vec<u8> {
        let path = self.0.join("blobs").join(wanted.replace(':', "/"));
        let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert_eq!(digest(&bytes), wanted, "{}", path.display());
        bytes
    }

    /// Everything that `root` leads to, itself too: digest and size.
    pub fn reach(&self, root: &str) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        let mut open = vec![(root.to_owned(), true)];
        while let Some((digest, is_manifest)) = open.pop() {
            let bytes = self.read(&digest);
            let seen = found.insert(digest, bytes.len()).is_some();
            if !is_manifest || seen {
                continue;
            }
            let manifest = json(&bytes);
            open.extend(list(&manifest, "manifests").iter().map(|d| (field(d, "digest"), true)));
            open.extend(list(&manifest, "layers").iter().map(|d| (field(d, "digest"), false)));
            open.extend(manifest.get("config").map(|config| (field(config, "digest"), false)));
        }
        found
    }
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{error}"))
}

fn list(document: &Value, key: &str) -> Vec<Value> {
    document.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn field(descriptor: &Value, key: &str) -> String {
    let text = descriptor.get(key).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("no {key} in {descriptor}")).to_owned()
}
