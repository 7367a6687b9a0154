//! Namespaces: the caller of the object that counts what their repositories keep, and their rows in
//! the database, which people see.

use super::catalog::{DB, run, text};
use super::rows::number;
use super::{Error, Store};
use crate::clock;
use crate::durable::wire::{self, Counted, Kind, NamespaceCall, Thing, Wish};
use crate::durable::wire::{NamespaceCommand, NamespaceRefused, NamespaceReply};
use roadstead_shared::oci::{Digest, Name, Tag};
use roadstead_shared::storage::Standing;
use roadstead_shared::upload::Upload;

/// What the database says of a namespace that somebody owns.
#[derive(Debug, serde::Deserialize)]
struct Owned {
    quota_bytes: Option<f64>,
}

impl Store {
    /// Refuses where the namespace of `name` has no room for anything.
    pub async fn room(&self, name: &Name) -> Result<(), Error> {
        self.ask_namespace(name.namespace(), NamespaceCommand::Open).await.map(drop)
    }

    /// Asks for room for an upload; how many bytes it may have in all.
    pub async fn reserve(&self, wish: Wish) -> Result<u64, Error> {
        let namespace = wish.repository.namespace().to_owned();
        match self.ask_namespace(&namespace, NamespaceCommand::Reserve(wish)).await? {
            NamespaceReply::Granted(bytes) => Ok(bytes),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Gives back what an upload was promised for bytes that did not come.
    pub async fn shrink_reservation(&self, upload: &Upload, id: &str) -> Result<(), Error> {
        let (bytes, asked) = (upload.reserved(), upload.asked);
        let command = NamespaceCommand::Shrink { upload: id.to_owned(), bytes, asked };
        self.ask_namespace(upload.repository.namespace(), command).await.map(drop)
    }

    /// Gives back what an upload to `name` was promised.
    pub async fn end_reservation(&self, name: &Name, upload: &str) -> Result<(), Error> {
        let command = NamespaceCommand::End(upload.to_owned());
        self.ask_namespace(name.namespace(), command).await.map(drop)
    }

    /// Counts a blob that is about to rest in `name`, with what `upload` was promised for it.
    pub async fn count_blob(
        &self,
        name: &Name,
        digest: &Digest,
        bytes: u64,
        upload: Option<&str>,
    ) -> Result<(), Error> {
        self.count(Thing::of(name, digest, Kind::Blob), bytes, Vec::new(), upload).await
    }

    /// Counts a manifest that is about to rest in `name`, with the tags that it is about to have.
    pub async fn count_manifest(
        &self,
        name: &Name,
        digest: &Digest,
        bytes: u64,
        tags: Vec<Tag>,
    ) -> Result<(), Error> {
        self.count(Thing::of(name, digest, Kind::Manifest), bytes, tags, None).await
    }

    async fn count(
        &self,
        thing: Thing,
        bytes: u64,
        tags: Vec<Tag>,
        upload: Option<&str>,
    ) -> Result<(), Error> {
        let namespace = thing.repository.namespace().to_owned();
        let (upload, at_ms) = (upload.map(str::to_owned), clock::now_ms());
        let counted = Counted { thing, bytes, tags, upload, at_ms };
        self.ask_namespace(&namespace, NamespaceCommand::Count(counted)).await.map(drop)
    }

    /// Notes that a blob rests in `name` no more.
    pub async fn uncount_blob(&self, name: &Name, digest: &Digest) -> Result<(), Error> {
        self.uncount(Thing::of(name, digest, Kind::Blob)).await
    }

    /// Notes that a manifest rests in `name` no more.
    pub async fn uncount_manifest(&self, name: &Name, digest: &Digest) -> Result<(), Error> {
        self.uncount(Thing::of(name, digest, Kind::Manifest)).await
    }

    /// Notes that a tag rests in `name` no more, nor what it was before it was deleted.
    pub async fn uncount_tag(&self, name: &Name, tag: &Tag) -> Result<(), Error> {
        self.uncount(Thing::tag(name, tag)).await
    }

    async fn uncount(&self, thing: Thing) -> Result<(), Error> {
        let namespace = thing.repository.namespace().to_owned();
        let command = NamespaceCommand::Uncount { thing, before_ms: clock::now_ms() };
        self.ask_namespace(&namespace, command).await.map(drop)
    }

    /// What a namespace keeps, to the byte.
    pub async fn standing(&self, namespace: &str) -> Result<Standing, Error> {
        match self.ask_namespace(namespace, NamespaceCommand::Standing).await? {
            NamespaceReply::Standing(standing) => Ok(standing),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Tells a namespace its quota, in bytes; `None`: what the settings say. Its row in the database
    /// must say the same: the object reads it again now and then.
    pub async fn set_quota(&self, namespace: &str, bytes: Option<u64>) -> Result<(), Error> {
        self.ask_namespace(namespace, NamespaceCommand::SetQuota(bytes)).await.map(drop)
    }

    /// Has a namespace look after promises that nobody may want any more.
    pub async fn sweep_namespace(&self, namespace: &str) -> Result<(), Error> {
        self.ask_namespace(namespace, NamespaceCommand::Sweep).await.map(drop)
    }

    async fn ask_namespace(
        &self,
        namespace: &str,
        command: NamespaceCommand,
    ) -> Result<NamespaceReply, Error> {
        let stub = self.env.durable_object(wire::NAMESPACE)?.get_by_name(namespace)?;
        let call = NamespaceCall { namespace: namespace.to_owned(), command };
        let reply: Result<NamespaceReply, NamespaceRefused> = wire::call(&stub, &call).await?;
        reply.map_err(|refused| match refused {
            NamespaceRefused::Spent(spent) => Error::Spent(spent),
            NamespaceRefused::Busy => Error::Busy,
        })
    }

    /// Whether somebody owns a namespace, and then the quota of its own that it has, if it has one.
    pub async fn owned_quota(&self, namespace: &str) -> Result<Option<Option<u64>>, Error> {
        let db = self.env.d1(DB)?;
        let query = db.prepare("SELECT quota_bytes FROM namespaces WHERE name = ?1");
        let row: Option<Owned> = query.bind(&[text(namespace)])?.first(None).await?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast saturates"
        )]
        Ok(row.map(|row| row.quota_bytes.map(|bytes| bytes as u64)))
    }

    /// Writes what counts against a namespace's quota, for people to see. A namespace that nobody
    /// owns has no row.
    pub async fn write_used(&self, namespace: &str, bytes: u64) -> Result<(), Error> {
        let db = self.env.d1(DB)?;
        let update = db.prepare("UPDATE namespaces SET used_bytes = ?2 WHERE name = ?1");
        run(&db, vec![update.bind(&[text(namespace), number(bytes)])?]).await
    }
}

fn unexpected(reply: &NamespaceReply) -> Error {
    Error::Backend(format!("the namespace replied {reply:?}"))
}
