//! Layers: tar files whose bytes depend on nothing but what is in them.

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::build::stamp::hex;

/// The time of every file, in seconds: that of the first version of these images.
const MODIFIED: u64 = 1_793_491_200;

/// What is at a path.
pub(super) enum Content {
    /// A folder.
    Folder,
    /// A file, copied from this machine.
    File(PathBuf),
    /// A file with these bytes.
    Bytes(Vec<u8>),
    /// A symbolic link.
    Link(String),
}

/// One entry of a layer: the path without a leading slash, the mode, and what is there.
pub(super) struct Entry(pub(super) String, pub(super) u32, pub(super) Content);

/// How a layer is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Compressed, as most are.
    Gzip,
    /// As it is, which is quick to make and to unpack.
    Plain,
}

impl Form {
    /// The media type.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Gzip => "application/vnd.oci.image.layer.v1.tar+gzip",
            Self::Plain => "application/vnd.oci.image.layer.v1.tar",
        }
    }
}

/// What a layer was written as.
pub(super) struct Written {
    /// The digest of the file.
    pub(super) digest: String,
    /// Its length.
    pub(super) size_bytes: u64,
    /// The digest of the tar in it.
    pub(super) diff_id: String,
}

/// Writes a layer to a file.
pub(super) fn write(entries: &[Entry], form: Form, file: &Path) -> Result<Written> {
    let file = File::create(file).with_context(|| format!("{}", file.display()))?;
    let stored = Hashed::new(BufWriter::new(file));
    let (stored, diff_id) = match form {
        Form::Plain => {
            let stored = archive(entries, stored)?;
            let diff_id = stored.digest();
            (stored, diff_id)
        }
        Form::Gzip => {
            // Without a time in its header, the same content gives the same bytes.
            let gzip = GzBuilder::new().mtime(0).write(stored, Compression::default());
            let tar = archive(entries, Hashed::new(gzip))?;
            let diff_id = tar.digest();
            (tar.inner.finish()?, diff_id)
        }
    };
    let (digest, size_bytes) = (stored.digest(), stored.size_bytes);
    stored.inner.into_inner()?.sync_all()?;
    Ok(Written { digest, size_bytes, diff_id })
}

/// Puts the entries into a tar.
fn archive<W: Write>(entries: &[Entry], output: W) -> Result<W> {
    let mut tar = tar::Builder::new(output);
    for Entry(path, mode, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_mode(*mode);
        header.set_mtime(MODIFIED);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(0);
        let appended = match content {
            Content::Folder => {
                header.set_entry_type(tar::EntryType::Directory);
                tar.append_data(&mut header, path, io::empty())
            }
            Content::Link(target) => {
                header.set_entry_type(tar::EntryType::Symlink);
                tar.append_link(&mut header, path, target)
            }
            Content::Bytes(bytes) => {
                header.set_size(bytes.len() as u64);
                tar.append_data(&mut header, path, bytes.as_slice())
            }
            Content::File(source) => {
                let file = File::open(source).with_context(|| format!("{}", source.display()))?;
                header.set_size(file.metadata()?.len());
                tar.append_data(&mut header, path, file)
            }
        };
        appended.with_context(|| format!("{path} in a layer"))?;
    }
    Ok(tar.into_inner()?)
}

/// A writer that knows the digest of what went through it.
struct Hashed<W> {
    inner: W,
    hash: Sha256,
    size_bytes: u64,
}

impl<W> Hashed<W> {
    fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), size_bytes: 0 }
    }

    fn digest(&self) -> String {
        format!("sha256:{}", hex(&self.hash.clone().finalize()))
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        self.size_bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
