//! What a run that was cut off leaves for the next one: the addresses of its unfinished uploads.

use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// How long an upload is worth asking for, in seconds: the edge keeps it for a day.
const KEPT_SECONDS: u64 = 24 * 60 * 60;
/// The most that is read of the file, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;
/// The most uploads that are kept.
const MAX_UPLOADS: usize = 1_000;

/// Which blob, and where it was going.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    /// The registry.
    pub(crate) host: String,
    /// The repository.
    pub(crate) repository: String,
    /// The blob.
    pub(crate) digest: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Upload {
    #[serde(flatten)]
    key: Key,
    /// The upload's path on the host.
    location: String,
    /// When it began, in seconds since 1970.
    begun: u64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Contents {
    uploads: Vec<Upload>,
}

/// The unfinished uploads of this user. Nothing here is worth failing for: where they cannot be
/// kept, a run that is cut off begins anew.
#[derive(Debug)]
pub(crate) struct Uploads {
    /// `None`: kept for this run only.
    file: Option<Kept>,
    contents: Mutex<Contents>,
}

#[derive(Debug)]
struct Kept {
    path: PathBuf,
    /// Held as long as this run lasts: two runs must not continue one upload at the same time.
    _lock: File,
}

impl Uploads {
    /// Those in `$XDG_STATE_HOME/roadstead` or `~/.local/state/roadstead`.
    pub(crate) fn open() -> Self {
        let from = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let folder = from("XDG_STATE_HOME").map(PathBuf::from);
        let folder =
            folder.or_else(|| from("HOME").map(|home| Path::new(&home).join(".local/state")));
        match folder.map(|folder| Self::open_in(&folder.join("roadstead"))) {
            Some(Ok(uploads)) => uploads,
            _ => Self { file: None, contents: Mutex::default() },
        }
    }

    /// Those in `folder`. While another run has them, this one gets none and keeps none.
    pub(crate) fn open_in(folder: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let lock = File::create(folder.join("lock"))?;
        if lock.try_lock().is_err() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let path = folder.join("uploads.json");
        let mut text = String::new();
        if let Ok(file) = File::open(&path) {
            file.take(MAX_BYTES).read_to_string(&mut text)?;
        }
        // A file that cannot be understood is of no use: it is written anew.
        let mut contents: Contents = serde_json::from_str(&text).unwrap_or_default();
        let oldest = now().saturating_sub(KEPT_SECONDS);
        contents.uploads.retain(|upload| upload.begun >= oldest);
        Ok(Self { file: Some(Kept { path, _lock: lock }), contents: Mutex::new(contents) })
    }

    /// The path of the unfinished upload of a blob.
    pub(crate) fn get(&self, key: &Key) -> Option<String> {
        let contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        let found = contents.uploads.iter().find(|upload| upload.key == *key);
        found.map(|upload| upload.location.clone())
    }

    /// Notes that an upload has begun.
    pub(crate) fn put(&self, key: &Key, location: &str) {
        self.change(|uploads| {
            uploads.retain(|upload| upload.key != *key);
            let upload = Upload { key: key.clone(), location: location.to_owned(), begun: now() };
            uploads.push(upload);
            let surplus = uploads.len().saturating_sub(MAX_UPLOADS);
            uploads.drain(..surplus);
        });
    }

    /// Notes that an upload is over.
    pub(crate) fn forget(&self, key: &Key) {
        self.change(|uploads| uploads.retain(|upload| upload.key != *key));
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Upload>)) {
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut contents.uploads);
        if let Some(file) = &self.file {
            // See the type: a push goes on without it.
            let _ = write(&file.path, &contents);
        }
    }
}

/// All of it or nothing, for its owner's eyes only.
fn write(path: &Path, contents: &Contents) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(&serde_json::to_vec_pretty(contents)?)?;
    file.persist(path)?;
    Ok(())
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn key(digest: &str) -> Key {
        Key { host: "a.example".into(), repository: "a/b".into(), digest: digest.into() }
    }

    #[test]
    fn the_next_run_finds_what_this_one_left() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::open_in(folder.path()).unwrap();
        uploads.put(&key("one"), "/v2/a/b/blobs/uploads/1");
        uploads.put(&key("two"), "/v2/a/b/blobs/uploads/2");
        uploads.forget(&key("two"));
        drop(uploads);
        let mode = fs::metadata(folder.path().join("uploads.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let uploads = Uploads::open_in(folder.path()).unwrap();
        assert_eq!(uploads.get(&key("one")).as_deref(), Some("/v2/a/b/blobs/uploads/1"));
        assert_eq!(uploads.get(&key("two")), None);
        let other = Key { host: "b.example".into(), ..key("one") };
        assert_eq!(uploads.get(&other), None, "another host's");
    }

    #[test]
    fn two_runs_at_once_do_not_share() {
        let folder = tempfile::tempdir().unwrap();
        let first = Uploads::open_in(folder.path()).unwrap();
        assert!(Uploads::open_in(folder.path()).is_err());
        drop(first);
        assert!(Uploads::open_in(folder.path()).is_ok());
    }

    #[test]
    fn what_is_a_day_old_or_nonsense_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("uploads.json");
        let entry =
            |digest: &str, begun: u64| Upload { key: key(digest), location: "/v2/x".into(), begun };
        let uploads = vec![entry("old", now() - KEPT_SECONDS - 1), entry("new", now() - 60)];
        write(&path, &Contents { uploads }).unwrap();
        let uploads = Uploads::open_in(folder.path()).unwrap();
        assert_eq!((uploads.get(&key("old")), uploads.get(&key("new")).is_some()), (None, true));
        drop(uploads);
        fs::write(&path, "nonsense").unwrap();
        assert_eq!(Uploads::open_in(folder.path()).unwrap().get(&key("new")), None);
    }
}
