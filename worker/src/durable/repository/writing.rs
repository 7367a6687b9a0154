//! What changes a repository, one change at a time: the graph first, then the bucket, the tags of
//! the graph last.

use super::{Reply, Repository, RepositoryRefused, RepositoryReply};
use crate::clock;
use crate::durable::wire::ManifestCommand;
use crate::service::{publish, removal};
use crate::store::{self, Store};
use roadstead_shared::api::settings::Change;
use roadstead_shared::oci::{Links, Manifest, Name, Reference, Tag};
use worker::Result;

impl Repository {
    pub(super) async fn put(
        &self,
        store: &Store,
        command: &ManifestCommand,
        document: &[u8],
    ) -> Result<Reply> {
        let now_ms = clock::now_ms();
        let manifest = match Manifest::parse(document, &command.media_type) {
            Ok(manifest) => manifest,
            Err(invalid) => return Ok(Err(RepositoryRefused::Invalid(invalid.to_string()))),
        };
        let name = &command.name;
        let settings = store.settings(name).await?;
        let is_new = settings.is_none();
        let refused =
            publish::refuse(store, command, &manifest, &settings.unwrap_or_default()).await?;
        if let Some(refused) = refused {
            return Ok(Err(refused));
        }
        let was_deleted = self.graph()?.is_deleted(&command.digest, now_ms)?;
        let own = Reference::Digest(command.digest.clone());
        let tags = publish::tags(command);
        let mut changed: Vec<Reference> = tags.iter().cloned().map(Reference::Tag).collect();
        if changed.is_empty() {
            changed.push(own.clone());
        }
        // Before a tag is counted: who looks at what became of it finds that it did not come.
        self.intend_all(&changed).await?;
        if let Some(refused) = self.count(store, command, document, now_ms).await? {
            self.confirm_all(&changed).await?;
            return Ok(Err(refused));
        }
        if is_new {
            store.open_repository(name, now_ms).await?;
        }
        self.spare(&changed)?;
        self.spare_named(&command.digest)?;
        publish::write(store, command, &manifest, document, now_ms).await?;
        if was_deleted {
            store.forget_deleted(name, &own).await?;
        }
        for tag in &tags {
            self.graph()?.point(tag, &command.digest, now_ms)?;
        }
        self.confirm_all(&changed).await?;
        Ok(Ok(RepositoryReply::Done))
    }

    /// Notes a manifest that is about to be written: in the graph, and with its namespace. Why it is
    /// not taken, if it does not fit; then it is not in the graph either.
    async fn count(
        &self,
        store: &Store,
        command: &ManifestCommand,
        document: &[u8],
        now_ms: u64,
    ) -> Result<Option<RepositoryRefused>> {
        let ManifestCommand { name, digest, .. } = command;
        let is_known = self.graph()?.knows(digest)?;
        if !is_known {
            // First of all: what the graph knows is looked after, whatever happens next.
            self.graph()?.add(digest, &Links::parse(document), now_ms)?;
        }
        let bytes = document.len() as u64;
        let refused = match store.count_manifest(name, digest, bytes, publish::tags(command)).await
        {
            Ok(()) => {
                self.graph()?.add(digest, &Links::parse(document), now_ms)?;
                return Ok(None);
            }
            Err(store::Error::Spent(spent)) => RepositoryRefused::Spent(spent),
            Err(store::Error::Busy) => RepositoryRefused::Busy,
            Err(error) => return Err(error.into()),
        };
        if !is_known {
            self.graph()?.remove(digest, now_ms)?;
        }
        Ok(Some(refused))
    }

    async fn intend_all(&self, references: &[Reference]) -> Result<()> {
        for reference in references {
            self.intend(reference).await?;
        }
        Ok(())
    }

    async fn confirm_all(&self, references: &[Reference]) -> Result<()> {
        for reference in references {
            self.confirm(reference).await?;
        }
        Ok(())
    }

    pub(super) async fn delete(
        &self,
        store: &Store,
        name: &Name,
        reference: &Reference,
    ) -> Result<Reply> {
        let now_ms = clock::now_ms();
        let Some(digest) = store.manifest_head(name, reference).await?.map(|found| found.digest)
        else {
            return Ok(Err(RepositoryRefused::Unknown));
        };
        let graph = self.graph()?;
        let tags = match reference {
            Reference::Tag(tag) => vec![tag.clone()],
            Reference::Digest(_) => graph.tags_of(&digest)?,
        };
        for tag in tags {
            self.delete_tag(store, name, &tag, reference, now_ms).await?;
        }
        if matches!(reference, Reference::Digest(_)) {
            self.intend(reference).await?;
            graph.delete(&digest, now_ms)?;
            removal::delete_manifest(store, name, &digest, now_ms).await?;
            self.confirm(reference).await?;
        }
        Ok(Ok(RepositoryReply::Done))
    }

    /// Deletes a tag, because of a deletion of itself or of its manifest.
    pub(super) async fn delete_tag(
        &self,
        store: &Store,
        name: &Name,
        tag: &Tag,
        because: &Reference,
        now_ms: u64,
    ) -> Result<()> {
        let reference = Reference::Tag(tag.clone());
        self.intend(&reference).await?;
        if let Some(digest) = removal::delete_tag(store, name, tag, because, now_ms).await? {
            self.graph()?.delete_tag(tag, &digest, now_ms)?;
        }
        self.graph()?.unpoint(tag, now_ms)?;
        self.confirm(&reference).await
    }

    pub(super) async fn restore(
        &self,
        store: &Store,
        name: &Name,
        reference: &Reference,
    ) -> Result<Reply> {
        let now_ms = clock::now_ms();
        let restorable = match removal::restorable(store, name, reference).await? {
            Ok(restorable) => restorable,
            Err(refused) => return Ok(Err(refused)),
        };
        let digest = restorable.digest.clone();
        let tags = restorable.tags.iter().cloned().map(Reference::Tag);
        let changed: Vec<Reference> =
            std::iter::once(Reference::Digest(digest.clone())).chain(tags).collect();
        self.spare(&changed)?;
        self.intend_all(&changed).await?;
        self.graph()?.add(&digest, &Links::parse(&restorable.document), now_ms)?;
        self.spare_named(&digest)?;
        removal::restore(store, name, &restorable).await?;
        for tag in &restorable.tags {
            self.graph()?.point(tag, &digest, now_ms)?;
            self.graph()?.forget_tag(tag, now_ms)?;
        }
        self.confirm_all(&changed).await?;
        Ok(Ok(RepositoryReply::Restored(digest)))
    }

    pub(super) async fn change(
        &self,
        store: &Store,
        name: &Name,
        change: &Change,
    ) -> Result<Reply> {
        let settings = store.open_repository(name, clock::now_ms()).await?;
        match settings.changed(change) {
            Err(invalid) => Ok(Err(RepositoryRefused::Settings(invalid.to_string()))),
            Ok(changed) => {
                store.change_settings(name, &changed).await?;
                Ok(Ok(RepositoryReply::Settings(changed)))
            }
        }
    }
}
