//! The edge with a small quota.

use roadstead_tests::client::api::Api;
use roadstead_tests::client::http::Answer;
use roadstead_tests::client::registry::Repository;
use roadstead_tests::image::{CONFIG, LAYER, MANIFEST, descriptor};
use roadstead_tests::own_stack::OwnStack;
use roadstead_tests::stack::Stack;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// What a namespace may keep: two slices of an upload, and half of one.
pub(super) const QUOTA: usize = 40 * 1024 * 1024;
/// Where people report what should not be here.
pub(super) const CONTACT: &str = "abuse@harbour.example";

static EDGE: OwnStack = OwnStack::with(
    "storage",
    "STORAGE_BYTES_PER_NAMESPACE=41943040\nABUSE_CONTACT=abuse@harbour.example\n",
);
/// Who kills the runtime or sweeps must be alone with it.
static USERS: RwLock<()> = RwLock::new(());

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

/// The right to use it beside others.
pub(super) fn together() -> RwLockReadGuard<'static, ()> {
    USERS.read().unwrap_or_else(PoisonError::into_inner)
}

/// The right to kill it, or to sweep it bare.
pub(super) fn alone() -> RwLockWriteGuard<'static, ()> {
    USERS.write().unwrap_or_else(PoisonError::into_inner)
}

/// Its own API.
pub(super) fn api() -> Api {
    Api::of(edge())
}

/// A namespace that somebody owns and nobody has used.
#[derive(Clone, Debug)]
pub(super) struct Namespace(pub(super) String);

impl Namespace {
    /// The next one. It is the operator's: a namespace that somebody owns has the quota of the
    /// settings.
    pub(super) fn fresh() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("own-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let _ = api().post("namespaces", &json!({ "name": name })).expect(201);
        Self(name)
    }

    /// A repository of it, with every right.
    pub(super) fn repository(&self, name: &str) -> Repository {
        let repository = Repository::as_operator(&format!("{}/{name}", self.0));
        repository.on(edge()).with("pull,push,delete")
    }

    /// What it keeps.
    pub(super) fn standing(&self) -> Value {
        api().get(&format!("admin/storage/{}", self.0)).expect(200).json()
    }

    fn bytes(&self, key: &str) -> u64 {
        let standing = self.standing();
        standing[key].as_u64().unwrap_or_else(|| panic!("no {key} in {standing}"))
    }

    /// What counts against its quota, in bytes.
    pub(super) fn used(&self) -> u64 {
        self.bytes("used_bytes")
    }

    /// What unfinished uploads have or were promised, in bytes.
    pub(super) fn reserved(&self) -> u64 {
        self.bytes("reserved_bytes")
    }
}

/// Whether an answer says that the quota is spent, in the sentence that people read.
pub(super) fn is_spent(answer: &Answer, namespace: &Namespace) {
    assert_eq!(answer.status, 403, "{answer}");
    assert_eq!(crate::registry::error::is_an_error(answer), "DENIED", "{answer}");
    let error = &answer.json()["errors"][0];
    says_spent(error["message"].as_str().unwrap_or_default(), namespace);
    assert_eq!(error["detail"]["namespace"], namespace.0, "{answer}");
    assert_eq!(error["detail"]["quota_bytes"], QUOTA, "{answer}");
}

/// Whether a text holds that sentence.
pub(super) fn says_spent(text: &str, namespace: &Namespace) {
    let sentence = format!("the storage of the namespace {} is spent", namespace.0);
    assert!(text.contains(&sentence), "{text:?} does not say: {sentence}");
    for part in ["of 42 MB are used", "ask the operator for a larger quota"] {
        assert!(text.contains(part), "{text:?} does not say: {part}");
    }
}

/// The manifest of an image with these layers and a config that says `word`; both.
pub(super) fn image(word: &str, layers: &[&[u8]]) -> (Vec<u8>, Vec<u8>) {
    let config = json!({ "os": "linux", "architecture": "amd64", "word": word });
    let config = config.to_string().into_bytes();
    let layers: Vec<Value> = layers.iter().map(|layer| descriptor(LAYER, layer)).collect();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": descriptor(CONFIG, &config), "layers": layers,
    });
    (manifest.to_string().into_bytes(), config)
}
