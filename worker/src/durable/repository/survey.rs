//! What the object takes from the bucket rather than from its own storage: the graph where it has
//! none (a bucket that moved to another account, a storage that was lost), and the names for a new
//! index.

use super::graph::Graph;
use super::{NAME, Reply, Repository, RepositoryReply};
use crate::clock;
use crate::service::index;
use crate::store::Store;
use crate::store::manifest::StoredManifest;
use roadstead_shared::oci::{Manifest, Name, Reference};
use worker::Result;

/// Whether the graph was ever made whole, in the object's storage.
const SURVEYED: &str = "surveyed";
/// Whether the bucket has a note for the admin's sweep, in the object's storage.
const CHORES: &str = "chores";

impl Repository {
    /// Makes the graph from the bucket, once.
    pub(super) async fn survey(&self, store: &Store, name: &Name) -> Result<()> {
        let storage = self.state.storage();
        if storage.get::<bool>(SURVEYED).await?.is_some() {
            return Ok(());
        }
        storage.put(NAME, name.as_str()).await?;
        let graph = self.graph()?;
        let now_ms = clock::now_ms();
        let mut after = None;
        while let Some(page) = store.manifest_page(name, after.as_deref()).await? {
            for found in page.found {
                add(&graph, found, now_ms).await?;
            }
            after = Some(page.last);
        }
        let mut after = None;
        while let Some(page) = store.tag_page(name, after.as_deref()).await? {
            for (tag, digest) in page.found {
                graph.point(&tag, &digest, now_ms)?;
            }
            after = Some(page.last);
        }
        for deleted in store.deleted(name).await? {
            match deleted.reference {
                Reference::Tag(tag) => {
                    graph.delete_tag(&tag, &deleted.digest, deleted.deleted_at_ms)?;
                }
                reference @ Reference::Digest(_) => {
                    if let Some(found) = store.deleted_document(name, &reference).await? {
                        let digest = found.digest.clone();
                        add(&graph, found, now_ms).await?;
                        graph.delete(&digest, deleted.deleted_at_ms)?;
                    }
                }
            }
        }
        storage.put(SURVEYED, true).await
    }

    /// Empties the index of this repository, and notes every name of it to be written anew.
    pub(super) async fn reindex(&self, store: &Store, name: &Name) -> Result<Reply> {
        store.unindex_repository(name).await?;
        let mut noted = 0;
        for reference in index::names(store, name).await? {
            self.intend(&reference).await?;
            noted += 1;
        }
        Ok(Ok(RepositoryReply::Noted(noted)))
    }

    /// Writes or removes the note that there is something to purge or collect here.
    pub(super) async fn note_chores(&self, store: &Store, name: &Name, any: bool) -> Result<()> {
        let storage = self.state.storage();
        if storage.get::<bool>(CHORES).await?.unwrap_or_default() != any {
            store.note_chores(name, any).await?;
            storage.put(CHORES, any).await?;
        }
        Ok(())
    }
}

async fn add(graph: &Graph<'_>, found: StoredManifest, now_ms: u64) -> Result<()> {
    let document = found.object.bytes().await?;
    // It was parsed before it was stored; what cannot be read now keeps nothing.
    let manifest = Manifest::parse(&document, &found.media_type).unwrap_or_default();
    graph.add(&found.digest, &manifest, now_ms)
}
