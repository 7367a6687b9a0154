//! The folder in which one run keeps its state, its logs and its clients' stores; gone at the end.
//!
//! It lies in the system's folder for temporary files, not under `target`: the paths of Unix
//! sockets are limited to 108 bytes, and a checkout may lie deep.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use tempfile::TempDir;

static ROOT: OnceLock<(PathBuf, Mutex<Option<TempDir>>)> = OnceLock::new();

fn root() -> &'static Path {
    let (path, _) = ROOT.get_or_init(|| {
        let made = tempfile::Builder::new().prefix("roadstead-").tempdir();
        let dir = made.unwrap_or_else(|error| panic!("no folder for temporary files: {error}"));
        (dir.path().to_owned(), Mutex::new(Some(dir)))
    });
    path
}

/// A folder of this run called `name`; made if it is not there.
pub fn folder(name: &str) -> PathBuf {
    let path = root().join(name);
    fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path
}

/// A file of this run, in no folder; not made.
pub fn file(name: &str) -> PathBuf {
    root().join(name)
}

/// The top of the checkout.
pub fn checkout() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// Removes everything that this run has written, when all that was started has ended.
pub fn remove() {
    if let Some((_, dir)) = ROOT.get() {
        drop(dir.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
