//! Bodies: bytes that are known, who holds them, and the links of those who do. Only the shard of a
//! digest calls what writes here, one caller a digest at a time.

use super::blob::{BODY, Blob, FORM, INLINE, SIZE, SLICED, read};
use super::{Error, Store, key};
use crate::durable::wire::{self, BodiesCommand, BodiesReply, Brought};
use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Digest, Name};
use std::collections::{BTreeMap, HashMap};

/// What is written as a blob's record.
#[derive(Clone)]
pub enum Record {
    /// The bytes themselves.
    Inline(Vec<u8>),
    /// Where the slices are.
    Sliced(Body),
}

/// R2 takes 8,192 bytes of metadata, an older local simulation 2,048.
const MAX_METADATA_BYTES: usize = 1500;

impl Record {
    /// How many bytes the body has.
    pub fn size(&self) -> u64 {
        match self {
            Self::Inline(bytes) => bytes.len() as u64,
            Self::Sliced(body) => body.size,
        }
    }

    /// The upload whose slices the bytes are; empty where they are in the record.
    pub fn upload(&self) -> &str {
        match self {
            Self::Inline(_) => "",
            Self::Sliced(body) => &body.upload,
        }
    }
}

/// How many shards there are: each is an object of the platform's, which takes a few hundred writes a
/// second.
pub const SHARDS: u8 = 64;

fn shard_of(digest: &Digest) -> u8 {
    digest.bytes().first().copied().unwrap_or_default() % SHARDS
}

fn unexpected(reply: &BodiesReply) -> Error {
    Error::Backend(format!("the shard of bodies replied {reply:?}"))
}

impl Store {
    /// Says `command` to the shard of `digest`, with `body` where it goes along.
    async fn ask_bodies(
        &self,
        digest: &Digest,
        command: &BodiesCommand,
        body: Option<&[u8]>,
    ) -> Result<BodiesReply, Error> {
        let stub = self.shard(shard_of(digest))?;
        Ok(match body {
            Some(body) => wire::call_with_body(&stub, command, body).await?,
            None => wire::call(&stub, command).await?,
        })
    }

    /// Gives the body of `digest` to `name`: `record` where it is brought, else the one that others
    /// hold. Whether `record` is the body, and its size in bytes; `None` where nobody has it.
    /// `upload` is the one that brings the record, `asked` says that somebody asked for just that, rather than whether it is here.
    pub async fn hold(
        &self,
        name: &Name,
        digest: &Digest,
        record: Option<Record>,
        upload: Option<&str>,
        asked: bool,
    ) -> Result<Option<(bool, u64)>, Error> {
        let (brought, bytes) = match record {
            None => (None, None),
            Some(Record::Inline(bytes)) => (Some(Brought::Inline), Some(bytes)),
            Some(Record::Sliced(body)) => (Some(Brought::Sliced(body)), None),
        };
        let (name, own, upload) = (name.clone(), digest.clone(), upload.map(str::to_owned));
        let command = BodiesCommand::Hold { name, digest: own, brought, upload, asked };
        match self.ask_bodies(digest, &command, bytes.as_deref()).await? {
            BodiesReply::Held { first, size } => Ok(Some((first, size))),
            BodiesReply::Unknown => Ok(None),
            BodiesReply::Spent(spent) => Err(Error::Spent(spent)),
            BodiesReply::Busy => Err(Error::Busy),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Has somebody look, after a while, whether `name` still needs these.
    pub async fn loosen(&self, name: &Name, digests: Vec<Digest>) -> Result<(), Error> {
        let mut shards: BTreeMap<u8, Vec<Digest>> = BTreeMap::new();
        for digest in digests {
            shards.entry(shard_of(&digest)).or_default().push(digest);
        }
        for (shard, digests) in shards {
            let command = BodiesCommand::Loosen(name.clone(), digests);
            self.ask_shard(shard, &command).await?;
        }
        Ok(())
    }

    /// Takes a body from `name`, unless it was held anew after `before_ms`. Whether it was taken.
    pub async fn release(
        &self,
        name: &Name,
        digest: &Digest,
        before_ms: Option<u64>,
    ) -> Result<bool, Error> {
        let (name, own) = (name.clone(), digest.clone());
        let command = BodiesCommand::Release { name, digest: own, before_ms };
        match self.ask_bodies(digest, &command, None).await? {
            BodiesReply::Released(released) => Ok(released),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Has the blob left alone for a while more: somebody was told that `name` has it.
    pub async fn touch(&self, name: &Name, digest: &Digest) -> Result<(), Error> {
        let command = BodiesCommand::Touch(name.clone(), digest.clone());
        self.ask_bodies(digest, &command, None).await.map(drop)
    }

    /// Sees to it that `upload` becomes no body of `digest` any more. Whether it is none.
    pub async fn abandon(&self, digest: &Digest, upload: &str) -> Result<bool, Error> {
        let command = BodiesCommand::Abandon { digest: digest.clone(), upload: upload.to_owned() };
        match self.ask_bodies(digest, &command, None).await? {
            BodiesReply::Abandoned(is_free) => Ok(is_free),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Says `command` to one shard.
    pub async fn ask_shard(
        &self,
        shard: u8,
        command: &BodiesCommand,
    ) -> Result<BodiesReply, Error> {
        Ok(wire::call(&self.shard(shard)?, command).await?)
    }

    fn shard(&self, shard: u8) -> Result<worker::Stub, Error> {
        Ok(self.env.durable_object(wire::BODIES)?.get_by_name(&shard.to_string())?)
    }

    /// Makes `record` the body of `digest`, of which there is none.
    pub async fn keep_body(&self, digest: &Digest, record: &Record) -> Result<(), Error> {
        self.put_record(key::body(digest), record).await
    }

    /// The body of `digest`.
    pub async fn known_body(&self, digest: &Digest) -> Result<Option<Record>, Error> {
        let key = key::body(digest);
        let Some(object) = self.bucket.get(key.as_str()).execute().await? else { return Ok(None) };
        Ok(Some(match read(key, object).await? {
            Blob::Inline { object } => Record::Inline(object.bytes().await?),
            Blob::Sliced(body) => Record::Sliced(body),
        }))
    }

    /// Whether the slices of `upload` are the body of `digest`.
    pub async fn is_body(&self, digest: &Digest, upload: &str) -> Result<bool, Error> {
        Ok(self.known_body(digest).await?.is_some_and(|record| record.upload() == upload))
    }

    /// Makes `name` a holder of the body, then links it: in this order, so that what is linked is
    /// always held.
    pub async fn link_body(
        &self,
        name: &Name,
        digest: &Digest,
        record: &Record,
    ) -> Result<(), Error> {
        self.put(key::holder(digest, name), Vec::new(), HashMap::new()).await?;
        self.put_record(key::link(name, digest), record).await
    }

    /// Takes the link from `name`, then the body: the other way round.
    pub async fn unlink_body(&self, name: &Name, digest: &Digest) -> Result<(), Error> {
        self.remove(key::link(name, digest)).await?;
        self.remove(key::holder(digest, name)).await
    }

    /// Whether anybody holds the body.
    pub async fn is_held(&self, digest: &Digest) -> Result<bool, Error> {
        let list = self.bucket.list().prefix(key::holders(digest)).limit(1).execute().await?;
        Ok(!list.objects().is_empty())
    }

    /// Forgets the body; its slices are still there.
    pub async fn forget_body(&self, digest: &Digest) -> Result<(), Error> {
        self.remove(key::body(digest)).await
    }

    async fn put_record(&self, key: String, record: &Record) -> Result<(), Error> {
        let mut metadata = HashMap::from([(SIZE.to_owned(), record.size().to_string())]);
        let (form, bytes) = match record {
            Record::Inline(bytes) => (INLINE, bytes.clone()),
            Record::Sliced(body) => {
                let text = serde_json::to_string(body);
                let text = text.map_err(|error| Error::Backend(error.to_string()))?;
                if text.len() <= MAX_METADATA_BYTES {
                    metadata.insert(BODY.to_owned(), text);
                    (SLICED, Vec::new())
                } else {
                    (SLICED, text.into_bytes())
                }
            }
        };
        metadata.insert(FORM.to_owned(), form.to_owned());
        self.put(key, bytes, metadata).await
    }
}
