//! Remembers what a folder was made from, so that it is not made again from the same.
//!
//! The hash is of content, never of times: a fresh checkout and a cache restored in CI behave
//! like the machine that built them.

use super::Profile;
use crate::project;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What goes into a folder, added up.
#[derive(Default)]
pub(crate) struct Stamp(Sha256);

impl Stamp {
    /// Everything that decides what a module is compiled to, besides the crate itself: the
    /// compiler, the versions of all dependencies, and how this program goes about it.
    pub(super) fn of_build(folders: &[&str], profile: Profile) -> Result<Self> {
        let mut stamp = Self::default();
        stamp.text(profile.cargo());
        let compiler = project::program("rustc")?.arg("-vV").output();
        stamp.text(&String::from_utf8_lossy(&compiler.context("cannot start rustc")?.stdout));
        for file in ["Cargo.toml", "Cargo.lock", "package-lock.json", ".cargo/config.toml"] {
            stamp.file(&project::path(file))?;
        }
        stamp.folder("xtask/src/build")?;
        for folder in folders {
            stamp.folder(folder)?;
        }
        Ok(stamp)
    }

    /// Adds every file of one of the project's folders, with its name.
    pub(crate) fn folder(&mut self, folder: &str) -> Result<()> {
        for file in project::files(&project::path(folder))? {
            self.text(&file.strip_prefix(project::root())?.to_string_lossy());
            self.file(&file)?;
        }
        Ok(())
    }

    /// Adds words.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text);
    }

    /// Adds what is in a file.
    pub(crate) fn file(&mut self, file: &Path) -> Result<()> {
        let bytes = std::fs::read(file).with_context(|| format!("{}", file.display()))?;
        self.0.update(bytes.len().to_le_bytes());
        self.0.update(bytes);
        Ok(())
    }

    /// The sum as hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Whether the folder was made from exactly this.
pub(crate) fn is_current(folder: &Path, stamp: &str) -> bool {
    let found = beside(folder, ".made-from").and_then(|file| Ok(std::fs::read_to_string(file)?));
    folder.is_dir() && found.is_ok_and(|found| found == stamp)
}

/// An empty folder beside the one to be made: a build that fails leaves the old one whole.
pub(crate) fn begin(folder: &Path) -> Result<PathBuf> {
    let staging = beside(folder, ".new")?;
    if staging.exists() {
        std::fs::remove_dir_all(&staging)?;
    }
    std::fs::create_dir_all(&staging)?;
    Ok(staging)
}

/// Puts the finished folder in the old one's place. The stamp is not in it, since everything in
/// `public` is served, and it comes last: until it is there, the next build begins again.
pub(crate) fn finish(staging: &Path, folder: &Path, stamp: &str) -> Result<()> {
    let file = beside(folder, ".made-from")?;
    if folder.exists() {
        std::fs::write(&file, "")?;
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::rename(staging, folder).with_context(|| format!("{}", folder.display()))?;
    std::fs::write(&file, stamp).context("a stamp")
}

/// A hidden name beside a folder.
fn beside(folder: &Path, ending: &str) -> Result<PathBuf> {
    let name = folder.file_name().context("a folder to build has a name")?;
    Ok(folder.with_file_name(format!(".{}{ending}", name.to_string_lossy())))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
