//! A tar archive that is read where it lies: an index of names, no file is ever unpacked.
//!
//! Names in it are keys and nothing else, so that none can lead anywhere on this machine. One that
//! tries is refused all the same: whoever wrote it did not write an image.

use super::error::Error;
use super::extent::Extent;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use tar::EntryType;

/// The most entries that are indexed: an image has a handful for each layer.
const MAX_ENTRIES: usize = 100_000;
/// The most links that are followed from one to the next.
const MAX_LINKS: usize = 8;

/// What is at the beginning of a file that is compressed as a whole, and what unpacks it.
const COMPRESSED: [(&[u8], &str); 4] =
    [(b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz")];

/// An indexed archive.
#[derive(Debug)]
pub(crate) struct Archive {
    file: Arc<File>,
    path: PathBuf,
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug)]
enum Entry {
    Bytes {
        offset: u64,
        size: u64,
    },
    /// Another entry, by its name from the archive's top.
    Link(String),
}

impl Archive {
    /// Indexes the archive at `path`.
    ///
    /// Refuses names and links that lead out of the archive, an archive that is cut short, one
    /// that is compressed as a whole, and what is no archive.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let io = || Error::io(path);
        let mut file = File::open(path).map_err(io())?;
        let len = file.metadata().map_err(io())?.len();
        let mut start = Vec::new();
        file.by_ref().take(8).read_to_end(&mut start).map_err(io())?;
        if let Some((_, with)) = COMPRESSED.iter().find(|(magic, _)| start.starts_with(magic)) {
            return Err(Error::Compressed { path: path.to_owned(), with });
        }
        file.rewind().map_err(io())?;
        let mut entries = BTreeMap::new();
        let mut tar = tar::Archive::new(&file);
        let not_one = |_| Error::NoImage(path.to_owned());
        for entry in tar.entries_with_seek().map_err(not_one)? {
            let entry = entry.map_err(not_one)?;
            let Some((name, found)) = read(&entry)? else { continue };
            if let Entry::Bytes { offset, size } = found
                && offset.checked_add(size).is_none_or(|end| end > len)
            {
                return Err(Error::Missing(format!("the end of {name}")));
            }
            entries.insert(name, found);
            if entries.len() > MAX_ENTRIES {
                return Err(Error::TooMany { what: "entries", limit: MAX_ENTRIES });
            }
        }
        Ok(Self { file: Arc::new(file), path: path.to_owned(), entries })
    }

    /// Where the archive lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes called `name`, through links if need be; `None` if there is nothing of the kind.
    pub(crate) fn entry(&self, name: &str) -> Result<Option<Extent>, Error> {
        let Some(mut name) = normal(Path::new(name)) else {
            return Err(Error::Leaves(name.to_owned()));
        };
        let first = name.clone();
        for hop in 0..=MAX_LINKS {
            match self.entries.get(&name) {
                Some(Entry::Bytes { offset, size }) => {
                    return Ok(Some(Extent::of_file(Arc::clone(&self.file), *offset, *size)));
                }
                Some(Entry::Link(target)) => name.clone_from(target),
                None if hop == 0 => return Ok(None),
                None => return Err(Error::Link(first)),
            }
        }
        Err(Error::Link(first))
    }
}

/// Name and place of an entry; `None` for folders and other things that no image is made of.
fn read(entry: &tar::Entry<'_, &File>) -> Result<Option<(String, Entry)>, Error> {
    let raw = entry.path_bytes();
    let shown = String::from_utf8_lossy(&raw).into_owned();
    let kind = entry.header().entry_type();
    let name = normal(Path::new(&shown)).ok_or_else(|| Error::Leaves(shown.clone()))?;
    let target = || {
        let target = entry.link_name_bytes().unwrap_or_default();
        String::from_utf8_lossy(&target).into_owned()
    };
    let found = match kind {
        EntryType::Regular | EntryType::Continuous => {
            Entry::Bytes { offset: entry.raw_file_position(), size: entry.size() }
        }
        // A hard link names another entry from the top, a symbolic one from where it stands.
        EntryType::Link => {
            let target = normal(Path::new(&target()));
            Entry::Link(target.ok_or(Error::Leaves(shown))?)
        }
        EntryType::Symlink => {
            let folder = Path::new(&name).parent().unwrap_or(Path::new(""));
            let target = target();
            let target = (!target.starts_with('/')).then(|| normal(&folder.join(&target)));
            Entry::Link(target.flatten().ok_or(Error::Leaves(shown))?)
        }
        _ => return Ok(None),
    };
    Ok(Some((name, found)))
}

/// The path without `.` and `..`; `None` if it leads out of where it begins.
fn normal(path: &Path) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests;
