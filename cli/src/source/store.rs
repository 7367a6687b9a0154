//! Where a layout's or archive's files are looked up by name: a folder or a tar.

use super::archive::Archive;
use super::error::Error;
use super::extent::Extent;
use std::path::{Path, PathBuf};

/// Files by name.
#[derive(Debug)]
pub(crate) enum Store {
    /// A folder.
    Folder(PathBuf),
    /// A tar archive.
    Archive(Archive),
}

impl Store {
    /// What is at `path`.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let metadata = std::fs::metadata(path).map_err(Error::io(path))?;
        if metadata.is_dir() {
            Ok(Self::Folder(path.to_owned()))
        } else {
            Ok(Self::Archive(Archive::open(path)?))
        }
    }

    /// Where it is, for messages.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Folder(path) => path,
            Self::Archive(archive) => archive.path(),
        }
    }

    /// The file `name`, which is a path from the top with slashes; `None` if there is none.
    ///
    /// In a folder links are followed: it is this machine's owner who made them, and what they
    /// lead to is sent only if it has the digest that was asked for.
    pub(crate) fn entry(&self, name: &str) -> Result<Option<Extent>, Error> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name);
                match std::fs::metadata(&path) {
                    Ok(found) if found.is_file() => Ok(Some(Extent::of_path(path, found.len()))),
                    Ok(_) => Ok(None),
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(Error::io(path)(error)),
                }
            }
            Self::Archive(archive) => archive.entry(name),
        }
    }

    /// The bytes of a file that has at most `limit` of them; `None` if there is none.
    pub(crate) fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Error> {
        let Some(extent) = self.entry(name)? else { return Ok(None) };
        if extent.len() > limit {
            return Err(Error::TooLarge { name: name.to_owned(), size: extent.len(), limit });
        }
        extent.read().map(Some).map_err(Error::io(self.path().join(name)))
    }
}
