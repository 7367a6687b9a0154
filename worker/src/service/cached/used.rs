//! Telling the rules' objects what was given out: once a second, behind the responses, for all
//! requests of the isolate together. That an image was pulled is told as often as the object wants:
//! once an hour, unless images go sooner than that which nobody pulls.

use crate::behind::Behind;
use crate::clock;
use crate::durable::wire::{UpstreamCommand, UpstreamReply, Used};
use crate::store::Store;
use roadstead_shared::oci::{Digest, Name};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// After how long it is told; and again where the object did not answer.
const PAUSES: [Duration; 2] = [Duration::from_millis(800), Duration::from_secs(6)];

/// How often an image is told of before the object has said how often, in ms.
const AGAIN_MS: u64 = 1_000;

/// How many images are remembered as told.
const MAX_TOLD: usize = 10_000;

/// How many are told of at once.
const MAX_NEWS: usize = 500;

/// How long somebody is relied on who promised to tell, in ms: his request may have ended.
const PROMISE_MS: u64 = 30_000;

/// What one rule's object does not know yet.
#[derive(Default)]
struct Batch {
    used: Used,
    /// When each image was told of, ms UTC.
    told: HashMap<(Name, Digest), u64>,
    /// When somebody promised to tell, ms UTC.
    promised_ms: Option<u64>,
    /// How often the object wants to be told of an image, in ms.
    again_ms: Option<u64>,
}

thread_local! {
    static BATCHES: RefCell<BTreeMap<String, Batch>> = const { RefCell::new(BTreeMap::new()) };
}

/// Counts something that was answered with what rested here: a manifest of `name`, or a blob.
pub fn hit(store: &Store, prefix: &str, name: &Name, manifest: Option<&Digest>, bytes: u64) {
    note(store, prefix, |batch, now_ms| batch.hit(name, manifest, bytes, now_ms));
}

/// Counts something for which the registry was asked.
pub fn miss(store: &Store, prefix: &str) {
    note(store, prefix, |batch, _| batch.used.misses += 1);
}

fn note(store: &Store, prefix: &str, change: impl FnOnce(&mut Batch, u64)) {
    let now_ms = clock::now_ms();
    let is_mine = BATCHES.with_borrow_mut(|batches| {
        let batch = batches.entry(prefix.to_owned()).or_default();
        change(batch, now_ms);
        batch.promise(now_ms)
    });
    if let Some(behind) = store.behind().filter(|_| is_mine) {
        promise(behind, store.clone(), prefix.to_owned());
    }
}

fn promise(behind: &Behind, store: Store, prefix: String) {
    behind.run(async move {
        for pause in PAUSES {
            clock::pause(pause).await;
            let Some(used) = with(&prefix, Batch::take) else { return };
            let command = UpstreamCommand::Used(used.clone());
            match store.ask_upstream(&prefix, command, None).await {
                Ok(UpstreamReply::Told { again_ms }) => {
                    return with(&prefix, |batch| batch.again_ms = Some(again_ms));
                }
                Ok(_) => return,
                Err(error) => {
                    store.log(&format!("the rule {prefix} was not told what was pulled: {error}"));
                    with(&prefix, |batch| batch.put_back(used));
                }
            }
        }
    });
}

fn with<T: Default>(prefix: &str, change: impl FnOnce(&mut Batch) -> T) -> T {
    BATCHES.with_borrow_mut(|batches| batches.get_mut(prefix).map(change).unwrap_or_default())
}

impl Batch {
    fn hit(&mut self, name: &Name, manifest: Option<&Digest>, bytes: u64, now_ms: u64) {
        self.used.hits += 1;
        self.used.bytes = self.used.bytes.saturating_add(bytes);
        let Some(digest) = manifest else { return };
        let image = (name.clone(), digest.clone());
        let again_ms = self.again_ms.unwrap_or(AGAIN_MS);
        let is_told = |told_ms: &u64| now_ms < told_ms.saturating_add(again_ms);
        if self.told.get(&image).is_some_and(is_told) || self.used.manifests.len() >= MAX_NEWS {
            return;
        }
        if self.told.len() >= MAX_TOLD {
            self.told.clear();
        }
        self.told.insert(image.clone(), now_ms);
        self.used.manifests.push(image);
    }

    /// Whether who asks is the one that tells.
    fn promise(&mut self, now_ms: u64) -> bool {
        let is_promised = |since_ms: u64| now_ms < since_ms.saturating_add(PROMISE_MS);
        if self.promised_ms.is_some_and(is_promised) {
            return false;
        }
        self.promised_ms = Some(now_ms);
        true
    }

    /// What is to be told; `None` where there is nothing.
    fn take(&mut self) -> Option<Used> {
        self.promised_ms = None;
        let used = std::mem::take(&mut self.used);
        let is_news = used.hits > 0 || used.misses > 0;
        is_news.then_some(used)
    }

    /// What nobody heard is told the next time.
    fn put_back(&mut self, used: Used) {
        let Used { manifests, hits, misses, bytes } = used;
        self.used.hits += hits;
        self.used.misses += misses;
        self.used.bytes = self.used.bytes.saturating_add(bytes);
        self.used.manifests.extend(manifests);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use roadstead_shared::oci::Algorithm;

    #[test]
    fn everything_is_counted_and_an_image_told_of_as_often_as_is_wanted() {
        let name: Name = "library/alpine".parse().unwrap();
        let digest = Digest::of(Algorithm::Sha256, b"a");
        let hour_ms = 60 * 60 * 1000;
        let mut batch = Batch { again_ms: Some(hour_ms), ..Batch::default() };
        for now_ms in [0, 1, hour_ms - 1] {
            batch.hit(&name, Some(&digest), 5, now_ms);
            batch.hit(&name, None, 7, now_ms);
        }
        let used = batch.take().unwrap();
        assert_eq!((used.hits, used.bytes, used.manifests.len()), (6, 36, 1));
        assert!(batch.take().is_none());
        batch.hit(&name, Some(&digest), 5, hour_ms);
        assert_eq!(batch.take().unwrap().manifests.len(), 1);
    }

    #[test]
    fn what_was_not_heard_is_told_again() {
        let name: Name = "a/b".parse().unwrap();
        let digest = Digest::of(Algorithm::Sha256, b"a");
        let mut batch = Batch::default();
        batch.hit(&name, Some(&digest), 5, 0);
        let used = batch.take().unwrap();
        batch.used.misses += 1;
        batch.put_back(used);
        let used = batch.take().unwrap();
        assert_eq!((used.hits, used.misses, used.bytes, used.manifests.len()), (1, 1, 5, 1));
    }

    #[test]
    fn one_request_tells_for_all_and_another_where_it_ended() {
        let mut batch = Batch::default();
        assert!(batch.promise(0));
        assert!(!batch.promise(PROMISE_MS - 1));
        assert!(batch.promise(PROMISE_MS));
        drop(batch.take());
        assert!(batch.promise(PROMISE_MS + 1));
    }
}
