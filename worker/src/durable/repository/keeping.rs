//! What goes: deletions that can no longer be taken back, and manifests that nothing keeps.

use super::Repository;
use crate::clock;
use crate::durable::wire::{Grace, Swept};
use crate::service::removal;
use crate::store::Store;
use roadstead_shared::oci::{Digest, Name, Reference, Tag};
use worker::Result;

/// How many entries one round works off, and how many rounds there are at most.
const ROUND: u64 = 50;
const MAX_ROUNDS: u64 = 20;

impl Repository {
    /// Collects what has been left alone for as long as `grace` says.
    pub(super) async fn collect(&self, store: &Store, name: &Name, grace: Grace) -> Result<Swept> {
        let mut swept = Swept::default();
        for _ in 0..MAX_ROUNDS {
            let done = swept.deleted + swept.manifests;
            swept.deleted += self.purge(store, name, grace.deleted_ms).await?;
            swept.manifests += self.collect_manifests(store, name, grace.manifests_ms).await?;
            if swept.deleted + swept.manifests == done {
                break;
            }
        }
        let due = self.graph()?.due_ms(grace.manifests_ms, grace.deleted_ms)?;
        swept.more = due.is_some_and(|due| due <= clock::now_ms());
        Ok(swept)
    }

    /// Ends what was deleted `after_ms` ago or earlier. How many.
    async fn purge(&self, store: &Store, name: &Name, after_ms: u64) -> Result<u64> {
        let before_ms = clock::now_ms().saturating_sub(after_ms);
        let mut count = 0;
        for tag in self.graph()?.deleted_tags(before_ms, ROUND)? {
            let _turn = self.writing.lock().await;
            if !self.graph()?.is_tag_deleted(&tag, before_ms)? {
                continue;
            }
            store.forget_deleted(name, &Reference::Tag(tag.clone())).await?;
            self.graph()?.forget_tag(&tag, clock::now_ms())?;
            self.uncount_tag(store, name, &tag).await?;
            count += 1;
        }
        for digest in self.graph()?.deleted(before_ms, ROUND)? {
            let _turn = self.writing.lock().await;
            // It may have been restored or pushed again since the list was read.
            if !self.graph()?.is_deleted(&digest, before_ms)? {
                continue;
            }
            store.forget_deleted(name, &Reference::Digest(digest.clone())).await?;
            self.remove(store, name, &digest).await?;
            count += 1;
        }
        Ok(count)
    }

    /// Removes manifests that nothing keeps for `after_ms`. How many.
    async fn collect_manifests(&self, store: &Store, name: &Name, after_ms: u64) -> Result<u64> {
        let before_ms = clock::now_ms().saturating_sub(after_ms);
        let mut count = 0;
        for digest in self.graph()?.loose(before_ms, ROUND)? {
            let _turn = self.writing.lock().await;
            if !self.graph()?.is_loose(&digest, before_ms)? {
                continue;
            }
            let reference = Reference::Digest(digest.clone());
            self.intend(&reference).await?;
            removal::remove_manifest(store, name, &digest).await?;
            self.remove(store, name, &digest).await?;
            self.confirm(&reference).await?;
            count += 1;
        }
        Ok(count)
    }

    /// Tells the namespace that a tag is gone, unless it is there, or could be again.
    pub(super) async fn uncount_tag(&self, store: &Store, name: &Name, tag: &Tag) -> Result<()> {
        if self.graph()?.has_tag(tag)? {
            return Ok(());
        }
        Ok(store.uncount_tag(name, tag).await?)
    }

    /// Takes a manifest that is gone out of the graph, and has somebody look after its blobs.
    async fn remove(&self, store: &Store, name: &Name, digest: &Digest) -> Result<()> {
        let graph = self.graph()?;
        // Told first: what is told twice is looked at twice, what is never told is never looked at.
        let blobs = graph.only_kept_by(digest)?;
        store.loosen(name, blobs).await?;
        store.uncount_manifest(name, digest).await?;
        graph.remove(digest, clock::now_ms())
    }
}
