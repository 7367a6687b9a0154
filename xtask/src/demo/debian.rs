//! Debian's busybox, whose one static file makes a whole image.

use crate::process::{self, Stop};
use crate::project;
use anyhow::{Context, Result};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// A package of 1 MB.
const LIMIT: Duration = Duration::from_mins(1);
/// More than any busybox has.
const LARGEST_BYTES: u64 = 16 << 20;

/// The program for an architecture: this machine's own, else Debian's package; `None` where
/// neither can be had.
pub(super) fn busybox(architecture: &str, parts: &Path, stop: &Stop) -> Option<Vec<u8>> {
    let own = (architecture == super::image::this_architecture()).then(installed).flatten();
    own.or_else(|| packaged(architecture, parts, stop).ok())
}

/// The one on this machine, if it needs no library.
fn installed() -> Option<Vec<u8>> {
    let path = std::env::var_os("PATH")?;
    let file = std::env::split_paths(&path)
        .map(|folder| folder.join("busybox"))
        .find(|file| file.is_file())?;
    std::fs::read(file).ok().filter(|program| is_static(program))
}

/// A program that needs libraries names its loader in its first bytes.
fn is_static(program: &[u8]) -> bool {
    let head = program.get(..4096).unwrap_or(program);
    head.starts_with(b"\x7fELF") && !head.windows(4).any(|bytes| bytes == b"/ld-")
}

/// The one in Debian's package, which is not installed for it.
fn packaged(architecture: &str, parts: &Path, stop: &Stop) -> Result<Vec<u8>> {
    let folder = parts.join(architecture);
    std::fs::create_dir_all(&folder)?;
    let mut apt = project::program("apt-get")?;
    apt.args(["download", "--quiet=2", &format!("busybox-static:{architecture}")]);
    apt.current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
    process::run(&mut apt, stop, LIMIT)?;
    let package = project::files(&folder)?.pop().context("apt-get left no package")?;
    unpack(&package)
}

/// Reads the program out of a package.
fn unpack(package: &PathBuf) -> Result<Vec<u8>> {
    let tar = package.with_extension("tar");
    let mut dpkg = project::program("dpkg-deb")?;
    dpkg.arg("--fsys-tarfile").arg(package).stdout(File::create(&tar)?);
    project::run(&mut dpkg)?;
    let mut archive = tar::Archive::new(File::open(&tar)?);
    for entry in archive.entries()? {
        let entry = entry?;
        if entry.path()?.ends_with("bin/busybox") {
            let mut program = Vec::new();
            entry.take(LARGEST_BYTES).read_to_end(&mut program)?;
            return Ok(program);
        }
    }
    anyhow::bail!("no busybox in {}", package.display())
}
