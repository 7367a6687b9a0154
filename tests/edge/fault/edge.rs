//! The edge that faults happen to.

use super::ledger;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor, digest, noise};
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack::Stack;
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A blob of two whole slices of 16 MiB and a rest.
pub(super) const LONG: usize = 40 * 1024 * 1024 + 4_321;

static EDGE: OwnStack = OwnStack::new("fault");
/// Who kills the runtime must be alone with it.
static USERS: RwLock<()> = RwLock::new(());
static CASES: AtomicU64 = AtomicU64::new(0);

/// The edge, running.
pub(super) fn edge() -> &'static Stack {
    EDGE.get()
}

/// Whether any claim has asked for it and got it.
pub(crate) fn is_running() -> bool {
    EDGE.is_running()
}

/// Ends it, if any claim had asked for it.
pub(crate) fn stop() {
    EDGE.stop();
}

/// The right to use the edge beside others.
pub(super) fn together() -> RwLockReadGuard<'static, ()> {
    USERS.read().unwrap_or_else(PoisonError::into_inner)
}

/// The right to kill it.
pub(super) fn alone() -> RwLockWriteGuard<'static, ()> {
    USERS.write().unwrap_or_else(PoisonError::into_inner)
}

/// How many cases were tried so far.
pub(super) fn cases() -> u64 {
    CASES.load(Ordering::Relaxed)
}

/// One thing that goes wrong: a repository and bytes that nobody has had before.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// Where the operator pushes them.
    pub(super) owner: Repository,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// Their digest.
    pub(super) digest: String,
}

impl Case {
    /// A case about `length` bytes, of which there are at least sixteen.
    pub(super) fn new(word: &str, length: usize) -> Self {
        static NOISE: OnceLock<Vec<u8>> = OnceLock::new();
        let number = CASES.fetch_add(1, Ordering::Relaxed);
        let mut bytes = NOISE.get_or_init(|| noise(11, LONG))[..length].to_vec();
        // Another blob from its first slice to its last, without making all of it anew.
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        bytes[length - 8..].copy_from_slice(&number.to_be_bytes());
        let owner = Repository::as_operator(&format!("faults/{word}-{number}")).on(edge());
        let digest = digest(&bytes);
        Self { owner, bytes, digest }
    }

    /// The path of the blob below its repository.
    pub(super) fn blob(&self) -> String {
        format!("blobs/{}", self.digest)
    }

    /// Whether the blob is there, whole; anything else than whole or absent breaks the claim.
    pub(super) fn is_there(&self) -> bool {
        let head = self.owner.head(&self.blob()).send();
        let answer = self.owner.get(&self.blob()).send();
        if head.status == 404 && answer.status == 404 {
            return false;
        }
        let answer = answer.expect(200);
        assert!(answer.body == self.bytes, "other bytes at {}: {}", self.blob(), answer.body.len());
        true
    }

    /// The blob has been promised: it is there now, and read to its last byte in the end. A
    /// manifest names it from now on: what no manifest names is collected rightly.
    pub(super) fn promised(&self) {
        let answer = self.owner.head(&self.blob()).send().expect(200);
        assert_eq!(answer.must("Content-Length"), self.bytes.len().to_string());
        ledger::note(&self.owner, &self.blob(), &self.digest);
        self.owner.push_blob(b"{}");
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": descriptor(CONFIG, b"{}"),
            "layers": [{ "mediaType": LAYER, "digest": self.digest, "size": self.bytes.len() }],
        });
        let manifest = manifest.to_string().into_bytes();
        let _ = self.owner.put_manifest("promised", MANIFEST, &manifest).expect(201);
        ledger::note(&self.owner, "manifests/promised", &digest(&manifest));
    }

    /// The blob was refused: it is not there.
    pub(super) fn refused(&self) {
        assert!(!self.is_there(), "{} was refused", self.blob());
        ledger::check_one();
    }
}
