//! Bytes that lie somewhere on this machine and are read when they are needed, any part of them
//! and as often as it takes: a chunk that failed is read again.

use roadstead_shared::oci::{Algorithm, Digest, Hasher};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::Arc;

/// How much is hashed at a time, in bytes.
const BLOCK: usize = 256 * 1024;

/// A run of bytes.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    place: Place,
    offset: u64,
    len: u64,
}

#[derive(Clone, Debug)]
enum Place {
    /// A file that is opened for each reading: a layout may have more blobs than a process may
    /// have files open.
    Path(PathBuf),
    /// A file that may have no name any more.
    Open(Arc<File>),
    Memory(Arc<[u8]>),
}

impl Extent {
    /// The first `len` bytes of the file at `path`.
    pub(crate) fn of_path(path: PathBuf, len: u64) -> Self {
        Self { place: Place::Path(path), offset: 0, len }
    }

    /// `len` bytes of an open file, from `offset` on.
    pub(crate) fn of_file(file: Arc<File>, offset: u64, len: u64) -> Self {
        Self { place: Place::Open(file), offset, len }
    }

    /// These bytes.
    pub(crate) fn of_bytes(bytes: Vec<u8>) -> Self {
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self { place: Place::Memory(bytes.into()), offset: 0, len }
    }

    /// How many bytes these are.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Reads `len` bytes from `first` on, both within this extent; less where there is less.
    pub(crate) fn reader(&self, first: u64, len: u64) -> io::Result<Reader> {
        let first = first.min(self.len);
        let left = len.min(self.len - first);
        let place = match &self.place {
            Place::Path(path) => Place::Open(Arc::new(File::open(path)?)),
            place => place.clone(),
        };
        Ok(Reader { place, at: self.offset.saturating_add(first), left })
    }

    /// The digest of all of it, read once.
    pub(crate) fn digest(&self, algorithm: Algorithm) -> io::Result<Digest> {
        let mut hasher = Hasher::new(algorithm);
        let mut reader = self.reader(0, self.len)?;
        let mut block = vec![0; BLOCK];
        loop {
            let count = reader.read(&mut block)?;
            let Some(read) = block.get(..count).filter(|read| !read.is_empty()) else {
                return Ok(hasher.finish());
            };
            hasher.update(read);
        }
    }

    /// Everything, for what has been checked to be small.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader(0, self.len)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads a part of an [`Extent`]. A file that has become shorter is an error, not an end: what
/// was announced to the other side cannot be kept.
#[derive(Debug)]
pub(crate) struct Reader {
    place: Place,
    at: u64,
    left: u64,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..room).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        let read = match &self.place {
            Place::Open(file) => file.read_at(buffer, self.at)?,
            Place::Memory(bytes) => {
                let start = usize::try_from(self.at).unwrap_or(usize::MAX);
                bytes.get(start..).unwrap_or_default().read(buffer)?
            }
            Place::Path(_) => 0,
        };
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        self.at = self.at.saturating_add(count);
        self.left = self.left.saturating_sub(count);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn text(mut reader: Reader) -> io::Result<String> {
        let mut text = String::new();
        reader.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn any_part_is_read_from_any_place() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"..0123456789..").unwrap();
        let open = Arc::new(file.reopen().unwrap());
        let mut named = tempfile::NamedTempFile::new().unwrap();
        named.write_all(b"0123456789").unwrap();
        for extent in [
            Extent::of_bytes(b"0123456789".to_vec()),
            Extent::of_file(open, 2, 10),
            Extent::of_path(named.path().to_owned(), 10),
        ] {
            assert_eq!(text(extent.reader(0, 10).unwrap()).unwrap(), "0123456789");
            assert_eq!(text(extent.reader(3, 4).unwrap()).unwrap(), "3456");
            assert_eq!(text(extent.reader(8, 99).unwrap()).unwrap(), "89", "not past the end");
            assert_eq!(text(extent.reader(99, 1).unwrap()).unwrap(), "");
        }
    }

    #[test]
    fn a_file_that_became_shorter_is_an_error() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"0123").unwrap();
        let extent = Extent::of_path(file.path().to_owned(), 10);
        let error = text(extent.reader(0, 10).unwrap()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
