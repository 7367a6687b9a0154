//! What the object takes from the bucket rather than from its own storage: the graph where it has
//! none (a bucket that moved to another account, a storage that was lost), and the names for a new
//! index.

use super::graph::Graph;
use super::{NAME, Reply, Repository, RepositoryReply};
use crate::clock;
use crate::durable::alarm;
use crate::service::index;
use crate::store::Store;
use crate::store::manifest::StoredManifest;
use roadstead_shared::oci::{Links, Name, Reference};
use worker::Result;

/// How far the graph was made, in the object's storage; see [`Stage`].
const SURVEY: &str = "survey";
/// Whether the bucket has a note for the admin's sweep, in the object's storage.
const CHORES: &str = "chores";
/// How many pages are read for one event, which may make some thousand requests.
const MAX_PAGES: usize = 400;

/// How far the graph was made.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
enum Stage {
    /// Manifests up to the one with this key.
    Manifests(Option<String>),
    /// All manifests, and tags up to the one with this key.
    Tags(Option<String>),
    /// All but what was deleted.
    Deleted,
    /// All.
    Done,
}

impl Repository {
    /// Makes the graph from the bucket, once. Whether it is whole; if not, the alarm goes on.
    pub(super) async fn survey(&self, store: &Store, name: &Name) -> Result<bool> {
        let storage = self.state.storage();
        let mut stage = storage.get(SURVEY).await?.unwrap_or(Stage::Manifests(None));
        if matches!(stage, Stage::Done) {
            return Ok(true);
        }
        storage.put(NAME, name.as_str()).await?;
        for _ in 0..MAX_PAGES {
            stage = self.survey_on(store, name, stage).await?;
            storage.put(SURVEY, stage.clone()).await?;
            if matches!(stage, Stage::Done) {
                return Ok(true);
            }
        }
        alarm::schedule(&storage, Some(clock::now_ms()), false).await?;
        Ok(false)
    }

    /// One page further.
    async fn survey_on(&self, store: &Store, name: &Name, stage: Stage) -> Result<Stage> {
        let graph = self.graph()?;
        let now_ms = clock::now_ms();
        Ok(match stage {
            Stage::Manifests(after) => match store.manifest_page(name, after.as_deref()).await? {
                None => Stage::Tags(None),
                Some(page) => {
                    for found in page.found {
                        add(&graph, found, now_ms).await?;
                    }
                    Stage::Manifests(Some(page.last))
                }
            },
            Stage::Tags(after) => match store.tag_page(name, after.as_deref()).await? {
                None => Stage::Deleted,
                Some(page) => {
                    for (tag, digest) in page.found {
                        graph.point(&tag, &digest, now_ms)?;
                    }
                    Stage::Tags(Some(page.last))
                }
            },
            Stage::Deleted => {
                self.survey_deleted(store, name, now_ms).await?;
                Stage::Done
            }
            Stage::Done => Stage::Done,
        })
    }

    async fn survey_deleted(&self, store: &Store, name: &Name, now_ms: u64) -> Result<()> {
        let graph = self.graph()?;
        for deleted in store.deleted(name).await? {
            match deleted.reference {
                Reference::Tag(tag) => {
                    graph.delete_tag(&tag, &deleted.digest, deleted.deleted_at_ms)?;
                }
                // What is there was pushed again.
                Reference::Digest(_) if graph.knows(&deleted.digest)? => {}
                reference @ Reference::Digest(_) => {
                    if let Some(found) = store.deleted_document(name, &reference).await? {
                        let digest = found.digest.clone();
                        add(&graph, found, now_ms).await?;
                        graph.delete(&digest, deleted.deleted_at_ms)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Empties the index of this repository, and notes every name of it to be written anew.
    pub(super) async fn reindex(&self, store: &Store, name: &Name) -> Result<Reply> {
        store.unindex_repository(name).await?;
        let mut noted = 0;
        for reference in index::names(store, name).await? {
            self.confirm(&reference).await?;
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
    graph.add(&found.digest, &Links::parse(&document), now_ms)
}
