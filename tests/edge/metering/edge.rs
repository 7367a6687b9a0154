//! The edge that counts to a few megabytes.

use libtest_mimic::Trial;
use roadstead_tests::claims;
use roadstead_tests::client::http::{Answer, Request};
use roadstead_tests::client::registry::Repository;
use roadstead_tests::deadline::Deadline;
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor, digest, noise};
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack::{OPERATOR, PASSWORD, Stack};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

/// What an address may pull, in bytes.
pub(super) const ANONYMOUS: u64 = 4_000_000;
/// What an account may pull, in bytes.
pub(super) const ACCOUNT: u64 = 400_000_000;
/// Addresses without a limit.
pub(super) const NETWORK: &str = "198.51.100.7";

static EDGE: OwnStack = OwnStack::with(
    "metering",
    "TIERS={\"anonymous\":{\"bytes_per_month\":4000000},\
     \"account\":{\"bytes_per_month\":400000000},\
     \"network\":{\"ranges\":[\"198.51.100.0/24\"]}}\n",
);
/// Who kills the runtime must be alone with it.
static USERS: RwLock<()> = RwLock::new(());

/// How late what was delivered may be counted.
pub(super) const LATE: Duration = Duration::from_secs(2);

/// The edge, running.
pub(super) fn edge() -> &'static Stack {
    EDGE.get()
}

/// Whether any claim has asked for it and got it.
pub(crate) fn is_running() -> bool {
    EDGE.is_running()
}

/// Ends it, if any claim had asked for it.
pub(super) fn stop() {
    EDGE.stop();
}

/// What must hold for all that was asked of it.
pub(crate) fn after() -> Vec<Trial> {
    claims![no_metering_worker_came_down, no_metered_request_was_answered_with_a_failure]
}

fn no_metering_worker_came_down() {
    let collapses = edge().collapses();
    assert!(collapses.is_empty(), "{collapses:#?}");
}

fn no_metered_request_was_answered_with_a_failure() {
    let failures = edge().failures();
    assert!(failures.is_empty(), "{failures:#?}");
}

/// The right to use the edge beside others.
pub(super) fn together() -> RwLockReadGuard<'static, ()> {
    USERS.read().unwrap_or_else(PoisonError::into_inner)
}

/// The right to kill it.
pub(super) fn alone() -> RwLockWriteGuard<'static, ()> {
    USERS.write().unwrap_or_else(PoisonError::into_inner)
}

/// A repository of the operator's that nobody has used.
pub(super) fn fresh(word: &str) -> Repository {
    Repository::as_operator(&format!("metering/{word}-{}", number())).on(edge())
}

fn number() -> usize {
    static COUNT: AtomicUsize = AtomicUsize::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// Somebody who asks: from an address, with an account or without.
#[derive(Clone, Debug)]
pub(super) struct Somebody {
    address: String,
    is_operator: bool,
}

impl Somebody {
    /// Somebody without an account, from an address that nobody else has.
    pub(super) fn new() -> Self {
        let number = number();
        Self::from(&format!("10.{}.{}.{}", number / 65_536, number / 256 % 256, number % 256))
    }

    /// Somebody without an account from this address.
    pub(super) fn from(address: &str) -> Self {
        Self { address: address.to_owned(), is_operator: false }
    }

    /// The operator, at the same place.
    pub(super) fn signed_in(&self) -> Self {
        Self { is_operator: true, ..self.clone() }
    }

    /// The address.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// A request about `repository`.
    pub(super) fn request(&self, method: &str, repository: &Repository, rest: &str) -> Request {
        let seen = if self.is_operator { Repository::as_operator } else { Repository::as_anyone };
        let request = seen(&repository.name).with("pull").on(edge()).request(method, rest);
        request.header("CF-Connecting-IP", &self.address)
    }

    /// GET of a path below the repository.
    pub(super) fn get(&self, repository: &Repository, rest: &str) -> Answer {
        self.request("GET", repository, rest).send()
    }

    /// The document of usage.
    pub(super) fn usage(&self) -> Value {
        let request = Request::get("/api/v1/usage").at(edge().host());
        let request = request.header("CF-Connecting-IP", &self.address);
        let request = if self.is_operator { request.basic(OPERATOR, PASSWORD) } else { request };
        request.send().expect(200).json()
    }

    /// Bytes of this month.
    pub(super) fn used(&self) -> u64 {
        self.usage()["used_bytes"].as_u64().unwrap_or_else(|| panic!("{}", self.usage()))
    }

    /// Images of today.
    pub(super) fn pulls(&self) -> u64 {
        let usage = self.usage();
        let days = usage["days"].as_array().unwrap_or_else(|| panic!("{usage}"));
        days.last().and_then(|day| day["pulls"].as_u64()).unwrap_or_else(|| panic!("{usage}"))
    }

    /// Whether exactly so many bytes are counted, in time.
    pub(super) fn must_have_used(&self, bytes: u64) {
        let found = Deadline::after(LATE).wait(|| (self.used() == bytes).then_some(()));
        assert!(found.is_some(), "{}: {} counted, {bytes} delivered", self.address, self.used());
        // And not more a moment later.
        assert_eq!(self.used(), bytes, "{}", self.address);
    }

    /// Has nothing left: gets a blob of the size of the allowance.
    pub(super) fn spend(&self) {
        let repository = fresh("spent");
        let length = usize::try_from(ANONYMOUS).unwrap_or_default();
        let blob = repository.push_blob(&noise(number() as u64, length));
        let before = self.used();
        let _ = self.get(&repository, &format!("blobs/{blob}")).expect(200);
        self.must_have_used(before + ANONYMOUS);
    }
}

/// An image that was published: its blobs with their digests, and its manifest.
#[derive(Clone, Debug)]
pub(super) struct Image {
    /// Config first.
    pub(super) blobs: Vec<(String, usize)>,
    /// The bytes.
    pub(super) manifest: Vec<u8>,
    /// Their digest.
    pub(super) digest: String,
}

impl Image {
    /// Publishes one with these layers under `reference`; `None` for its digest.
    pub(super) fn publish(to: &Repository, reference: Option<&str>, layers: &[Vec<u8>]) -> Self {
        let diff_ids: Vec<_> = layers.iter().map(|layer| digest(layer)).collect();
        let config = json!({
            "os": "linux", "architecture": "amd64", "config": { "Labels": { "of": to.name } },
            "rootfs": { "type": "layers", "diff_ids": diff_ids },
        });
        let config = config.to_string().into_bytes();
        let described: Vec<_> = layers.iter().map(|layer| descriptor(LAYER, layer)).collect();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": descriptor(CONFIG, &config), "layers": described,
        });
        let manifest = manifest.to_string().into_bytes();
        let bytes = [vec![config], layers.to_vec()].concat();
        let blobs = bytes.iter().map(|blob| (to.push_blob(blob), blob.len())).collect();
        let digest = digest(&manifest);
        let _ = to.put_manifest(reference.unwrap_or(&digest), MANIFEST, &manifest).expect(201);
        Self { blobs, manifest, digest }
    }
}
