//! Archives and layouts for tests, made byte by byte, right or wrong.

use roadstead_shared::oci::media_type::{IMAGE_CONFIG, IMAGE_INDEX, IMAGE_MANIFEST};
use roadstead_shared::oci::{Algorithm, Digest};
use serde_json::{Value, json};
use std::path::Path;
use tar::{EntryType, Header};
use tempfile::{NamedTempFile, TempDir};

/// The media type of a layer that is compressed.
pub(crate) const LAYER_GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// A tar archive in the making.
pub(crate) struct Tar(tar::Builder<Vec<u8>>);

impl Tar {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self(tar::Builder::new(Vec::new()))
    }

    fn entry(mut self, name: &str, kind: EntryType, link: &str, bytes: &[u8]) -> Self {
        let mut header = Header::new_old();
        // Written by hand: the library refuses the names that these tests are about.
        let head = header.as_mut_bytes();
        head[..name.len()].copy_from_slice(name.as_bytes());
        head[157..157 + link.len()].copy_from_slice(link.as_bytes());
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        self.0.append(&header, bytes).unwrap();
        self
    }

    /// Adds a file.
    pub(crate) fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.entry(name, EntryType::Regular, "", bytes)
    }

    /// Adds a symbolic link.
    pub(crate) fn symlink(self, name: &str, to: &str) -> Self {
        self.entry(name, EntryType::Symlink, to, b"")
    }

    /// Adds a hard link.
    pub(crate) fn hardlink(self, name: &str, to: &str) -> Self {
        self.entry(name, EntryType::Link, to, b"")
    }

    /// Adds something that is no file.
    pub(crate) fn special(self, name: &str, kind: EntryType) -> Self {
        self.entry(name, kind, "", b"")
    }

    /// Adds every file of a folder.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.0.append_dir_all(".", folder).unwrap();
        self
    }

    /// The archive as a file.
    pub(crate) fn write(self) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), self.0.into_inner().unwrap()).unwrap();
        file
    }
}

/// The SHA-256 digest of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    Digest::of(Algorithm::Sha256, bytes)
}

/// A descriptor of bytes.
pub(crate) fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": sha256(bytes), "size": bytes.len() })
}

/// A layout in the making, in a folder of its own.
pub(crate) struct Layout {
    folder: TempDir,
    entries: Vec<Value>,
}

impl Layout {
    /// An empty one.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir_all(folder.path().join("blobs/sha256")).unwrap();
        std::fs::write(folder.path().join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#)
            .unwrap();
        Self { folder, entries: Vec::new() }
    }

    /// Its folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where the bytes with this digest lie.
    pub(crate) fn blob_path(&self, digest: &Digest) -> std::path::PathBuf {
        self.path().join("blobs/sha256").join(digest.hex())
    }

    /// Adds bytes under their digest; their descriptor.
    pub(crate) fn blob(&self, media_type: &str, bytes: &[u8]) -> Value {
        std::fs::write(self.blob_path(&sha256(bytes)), bytes).unwrap();
        descriptor(media_type, bytes)
    }

    /// Adds an image of one layer; its manifest's descriptor.
    pub(crate) fn image(&self, layer: &[u8]) -> Value {
        let config = json!({ "os": "linux", "layer": sha256(layer) }).to_string();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": IMAGE_MANIFEST,
            "config": self.blob(IMAGE_CONFIG, config.as_bytes()),
            "layers": [self.blob(LAYER_GZIP, layer)],
        });
        self.blob(IMAGE_MANIFEST, manifest.to_string().as_bytes())
    }

    /// Adds an index of these; its descriptor.
    pub(crate) fn index(&self, manifests: &[Value]) -> Value {
        let index = json!({ "schemaVersion": 2, "mediaType": IMAGE_INDEX, "manifests": manifests });
        self.blob(IMAGE_INDEX, index.to_string().as_bytes())
    }

    /// Names an image in `index.json`.
    pub(crate) fn name(&mut self, mut descriptor: Value, name: Option<&str>) {
        if let Some(name) = name {
            descriptor["annotations"] = json!({ "org.opencontainers.image.ref.name": name });
        }
        self.entries.push(descriptor);
        let index = json!({ "schemaVersion": 2, "manifests": self.entries });
        std::fs::write(self.path().join("index.json"), index.to_string()).unwrap();
    }
}
