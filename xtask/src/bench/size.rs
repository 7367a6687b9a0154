//! What is deployed and downloaded, in bytes.

use crate::project;
use anyhow::{Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;

/// The edge's Wasm stays under this, gzipped: a cold start reads it first.
const EDGE_LIMIT_BYTES: usize = 1024 * 1024;

/// Prints every bundle's size, and fails where the edge has outgrown its limit.
pub(super) fn print() -> Result<()> {
    let mut edge = 0;
    for (what, folder) in [
        ("edge", "build/edge/worker"),
        ("site", "build/site/worker"),
        ("browser", "build/site/public/assets"),
    ] {
        for file in project::files(&project::path(folder))? {
            let bytes = std::fs::read(&file)?;
            let gzipped = gzip(&bytes)?;
            let is_wasm = file.extension().is_some_and(|extension| extension == "wasm");
            if what == "edge" && is_wasm {
                edge = gzipped;
            }
            let name = file.file_name().unwrap_or(Path::new("").as_os_str()).to_string_lossy();
            println!("{what:<8} {name:<36} {:>9} bytes, {gzipped:>8} gzipped", bytes.len());
        }
    }
    ensure!(edge <= EDGE_LIMIT_BYTES, "the edge's Wasm has {edge} bytes gzipped");
    Ok(())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
