//! Layers as registries hold them: compressed, and the same bytes every time.

use super::error::Error;
use super::extent::Extent;
use super::image::Blob;
use flate2::{Compression, GzBuilder};
use roadstead_shared::oci::{Algorithm, Digest, Hasher};
use std::io::{self, BufWriter, Read as _, Write};
use std::path::Path;
use std::sync::Arc;

/// How much is compressed at a time, in bytes.
const BLOCK: usize = 256 * 1024;

/// RFC 1952, section 2.3.1: "unknown". The system that compressed is nobody's business, and would
/// make other bytes on another machine.
const ANY_SYSTEM: u8 = 255;

/// What a layer of an archive turns out to be by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A bare tar.
    Plain,
    /// Compressed with gzip.
    Gzip,
    /// Compressed with zstd.
    Zstd,
}

/// Looks at the first bytes of a layer.
pub(crate) fn form(layer: &Extent) -> io::Result<Form> {
    let mut start = Vec::new();
    layer.reader(0, 4)?.read_to_end(&mut start)?;
    Ok(match start.as_slice() {
        [0x1f, 0x8b, ..] => Form::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Form::Zstd,
        _ => Form::Plain,
    })
}

/// A compressed layer, and the digest that it had before.
#[derive(Debug)]
pub(crate) struct Compressed {
    /// The layer as it will be sent.
    pub(crate) blob: Blob,
    /// The digest of the bare tar: the config's `diff_id`.
    pub(crate) diff_id: Digest,
}

/// Compresses `layer` into a file without a name, which is gone with this program however it ends.
pub(crate) fn compress(layer: &Extent) -> Result<Compressed, Error> {
    squeeze(layer).map_err(Error::io(Path::new("a compressed layer")))
}

fn squeeze(layer: &Extent) -> io::Result<Compressed> {
    let file = tempfile::tempfile()?;
    let sink = Sink { file: BufWriter::new(file), hasher: sha256(), len: 0 };
    // No name and no time: the same tar makes the same blob, here and in every later run.
    let builder = GzBuilder::new().mtime(0).operating_system(ANY_SYSTEM);
    let mut gzip = builder.write(sink, Compression::default());
    let mut plain = sha256();
    let mut reader = layer.reader(0, layer.len())?;
    let mut block = vec![0; BLOCK];
    loop {
        let count = reader.read(&mut block)?;
        let Some(read) = block.get(..count).filter(|read| !read.is_empty()) else { break };
        plain.update(read);
        gzip.write_all(read)?;
    }
    let sink = gzip.finish()?;
    let file = sink.file.into_inner().map_err(io::IntoInnerError::into_error)?;
    let bytes = Extent::of_file(Arc::new(file), 0, sink.len);
    let blob = Blob { digest: sink.hasher.finish(), bytes, verified: true };
    Ok(Compressed { blob, diff_id: plain.finish() })
}

fn sha256() -> Hasher {
    Hasher::new(Algorithm::Sha256)
}

/// Writes to a file, and counts and hashes what it writes.
struct Sink {
    file: BufWriter<std::fs::File>,
    hasher: Hasher,
    len: u64,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..count).unwrap_or_default());
        self.len = self.len.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::fixture::sha256;
    use flate2::read::GzDecoder;

    #[test]
    fn what_is_compressed_comes_out_again_and_is_the_same_every_time() {
        let plain: Vec<u8> = (0..=255).cycle().take(700_001).collect();
        let layer = Extent::of_bytes(plain.clone());
        let (one, two) = (compress(&layer).unwrap(), compress(&layer).unwrap());
        assert_eq!(one.blob.digest, two.blob.digest);
        assert_eq!(one.diff_id, sha256(&plain));
        let bytes = one.blob.bytes.read().unwrap();
        assert_eq!(one.blob.digest, sha256(&bytes));
        assert!(bytes.len() < plain.len());
        // RFC 1952: no flags, so neither name nor comment; no time; no system.
        assert_eq!(bytes[..4], [0x1f, 0x8b, 8, 0]);
        assert_eq!(bytes[4..8], [0; 4]);
        assert_eq!(bytes[9], 255);
        let mut back = Vec::new();
        GzDecoder::new(bytes.as_slice()).read_to_end(&mut back).unwrap();
        assert!(back == plain, "other bytes");
    }

    #[test]
    fn the_form_is_seen_in_the_first_bytes() {
        for (bytes, expected) in [
            (b"\x1f\x8b\x08".as_slice(), Form::Gzip),
            (b"\x28\xb5\x2f\xfd\0", Form::Zstd),
            (b"layer", Form::Plain),
            (b"\x1f", Form::Plain),
            (b"", Form::Plain),
        ] {
            assert_eq!(form(&Extent::of_bytes(bytes.to_vec())).unwrap(), expected, "{bytes:?}");
        }
    }
}
