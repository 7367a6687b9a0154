//! Uploads: the caller of the session's Durable Object, and the slices that hold the bytes.

use super::intake::SLICE_BYTES;
use super::{Error, Store, kept, key};
use crate::durable::wire::{self, Leaving, UploadCommand, UploadReply};
use futures_util::future::{Either, join, select, try_join};
use roadstead_shared::blob::Body;
use roadstead_shared::oci::{Algorithm, Digest, Name};
use roadstead_shared::upload::{Lease, Refused, Stored};
use std::cell::Cell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;
use wasm_bindgen::JsCast;
use worker::{Data, Delay, Stub};

/// R2 deletes at most this many keys at once.
const PAGE: u32 = 1000;

/// One upload, as a request sees it.
pub struct Session<'a> {
    store: &'a Store,
    stub: Stub,
    /// What the upload is called, in its URL and in the keys of its slices.
    pub id: String,
    name: Name,
    /// How many bytes there is room for, as far as this request knows.
    room: Cell<u64>,
}

/// How often a request says that it is still taking bytes in: thrice as often as it has to.
const BEAT: Duration = Duration::from_secs(20);

/// How much room an upload of unknown length asks for beyond what it needs, in bytes: four slices,
/// so that its namespace is asked once for several.
const AHEAD_BYTES: u64 = 64 * 1024 * 1024;

impl Store {
    /// Begins an upload to `name`.
    pub async fn begin_upload(
        &self,
        name: &Name,
        algorithm: Algorithm,
    ) -> Result<Session<'_>, Error> {
        let namespace = self.env.durable_object(wire::UPLOAD_SESSION)?;
        let id = namespace.unique_id()?;
        let session = self.session(name, id.get_stub()?, id.to_string());
        session.ask(&UploadCommand::Begin { name: name.clone(), algorithm }).await?;
        Ok(session)
    }

    /// The upload that is called `id`. Refused where that is no name of an upload at all.
    pub fn upload(&self, name: &Name, id: &str) -> Result<Session<'_>, Error> {
        let namespace = self.env.durable_object(wire::UPLOAD_SESSION)?;
        // An id that no object of this namespace can have is an error of the runtime's.
        let object = namespace.id_from_string(id).map_err(|_| Refused::Unknown)?;
        Ok(self.session(name, object.get_stub()?, id.to_owned()))
    }

    fn session(&self, name: &Name, stub: Stub, id: String) -> Session<'_> {
        Session { store: self, stub, id, name: name.clone(), room: Cell::new(0) }
    }

    /// How many bytes the upload `id` to `name` has room for and needs, and how often it has asked;
    /// `None` where it is over.
    pub async fn upload_room(&self, name: &Name, id: &str) -> Result<Option<(u64, u32)>, Error> {
        let session = match self.upload(name, id) {
            Err(Error::Upload(Refused::Unknown)) => return Ok(None),
            session => session?,
        };
        match session.ask(&UploadCommand::Room { name: name.clone() }).await {
            Ok(UploadReply::Room { bytes, asked }) => Ok(Some((bytes, asked))),
            Ok(reply) => Err(unexpected(&reply)),
            Err(Error::Upload(Refused::Unknown)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes every slice of an upload.
    pub async fn delete_slices(&self, upload: &str) -> Result<(), Error> {
        self.delete_slices_unless(upload, |_, _| false).await
    }

    /// Removes the slices of an upload that are not to be kept, told by epoch and number.
    pub async fn delete_slices_unless(
        &self,
        upload: &str,
        keep: impl Fn(u32, u32) -> bool,
    ) -> Result<(), Error> {
        let prefix = key::slices(upload);
        let mut after: Option<String> = None;
        loop {
            let keys = self.keys(prefix.clone(), after.as_deref(), PAGE).await?;
            let Some(last) = keys.last().cloned() else { return Ok(()) };
            let kept = |key: &str| {
                let (epoch, number) = key.strip_prefix(&prefix)?.split_once('-')?;
                Some(keep(epoch.parse().ok()?, number.parse().ok()?))
            };
            let gone: Vec<String> =
                keys.into_iter().filter(|key| !kept(key).unwrap_or_default()).collect();
            if !gone.is_empty() {
                self.bucket.delete_multiple(gone).await?;
            }
            after = Some(last);
        }
    }

    /// Notes that an upload to `name` has stored something.
    pub async fn note_upload(&self, upload: &str, name: &Name) -> Result<(), Error> {
        let whose = HashMap::from([(kept::REPOSITORY.to_owned(), name.to_string())]);
        self.put(key::upload(upload), Vec::new(), whose).await
    }

    /// Whether an upload is noted: it has stored something and is not over.
    pub async fn is_noted(&self, upload: &str) -> Result<bool, Error> {
        Ok(self.bucket.head(key::upload(upload)).await?.is_some())
    }

    /// Notes that an upload is over.
    pub async fn forget_upload(&self, upload: &str) -> Result<(), Error> {
        self.remove(key::upload(upload)).await
    }

    /// The uploads after `after` that have stored something and are not over, at most `limit`.
    pub async fn uploads(&self, after: Option<&str>, limit: u32) -> Result<Vec<String>, Error> {
        let after = after.map(key::upload);
        let keys = self.keys(key::UPLOADS.to_owned(), after.as_deref(), limit).await?;
        let ids = keys.iter().filter_map(|key| key.strip_prefix(key::UPLOADS));
        Ok(ids.map(str::to_owned).collect())
    }

    /// Ends an upload that nobody has continued for `idle_ms`. Whether it was one.
    pub async fn sweep_upload(&self, upload: &str, idle_ms: u64) -> Result<bool, Error> {
        let namespace = self.env.durable_object(wire::UPLOAD_SESSION)?;
        let stub = namespace.id_from_string(upload)?.get_stub()?;
        let reply: Result<UploadReply, Refused> =
            wire::call(&stub, &UploadCommand::Sweep { idle_ms }).await?;
        match reply {
            Ok(UploadReply::Swept(swept)) => Ok(swept),
            // It was over, and a request that came late noted it again.
            Err(Refused::Unknown) => self.forget_upload(upload).await.map(|()| false),
            Ok(reply) => Err(unexpected(&reply)),
            Err(refused) => Err(refused.into()),
        }
    }
}

impl Session<'_> {
    /// How many bytes are there.
    pub async fn offset(&self) -> Result<u64, Error> {
        match self.ask(&UploadCommand::Status { name: self.name.clone() }).await? {
            UploadReply::Offset(offset) => Ok(offset),
            reply => Err(unexpected(&reply)),
        }
    }

    /// The right to append, from `start` on where the client said so; or to end with the bytes that
    /// are there, which have the digest `whole`. `bytes`: how many come, where that is known; then
    /// there is room for them.
    pub async fn lease(
        &self,
        start: Option<u64>,
        whole: Option<Digest>,
        bytes: Option<u64>,
    ) -> Result<Lease, Error> {
        let command = UploadCommand::Lease { name: self.name.clone(), start, whole, bytes };
        match self.ask(&command).await? {
            UploadReply::Lease(lease) => {
                self.room.set(lease.reserved);
                Ok(lease)
            }
            reply => Err(unexpected(&reply)),
        }
    }

    /// Sees to it that there is room for `needed` bytes in all, before they are stored; for more
    /// than that where more will come.
    pub async fn make_room(&self, epoch: u32, needed: u64, more: bool) -> Result<(), Error> {
        if needed <= self.room.get() {
            return Ok(());
        }
        let wanted = if more { needed.saturating_add(AHEAD_BYTES) } else { needed };
        self.reserve(epoch, needed, wanted).await
    }

    async fn reserve(&self, epoch: u32, needed: u64, wanted: u64) -> Result<(), Error> {
        match self.ask(&UploadCommand::Reserve { epoch, needed, wanted }).await? {
            UploadReply::Room { bytes, .. } => self.room.set(bytes),
            reply => return Err(unexpected(&reply)),
        }
        Ok(())
    }

    /// Asks for the room of what comes after `end`, while something else is under way. Where there
    /// is none, who needs it will be told.
    async fn look_ahead(&self, epoch: u32, end: u64) {
        let next = end.saturating_add(u64::from(SLICE_BYTES));
        if next > self.room.get() {
            let _ = self.reserve(epoch, end, end.saturating_add(AHEAD_BYTES)).await;
        }
    }

    /// Takes bytes in as `work` does, and says now and then that it goes on: however slowly they
    /// come, the room that was promised for them is not given to others.
    pub async fn stay<T>(&self, epoch: u32, work: impl Future<Output = T>) -> T {
        match select(pin!(work), pin!(self.beat(epoch))).await {
            Either::Left((done, _)) => done,
            Either::Right((never, _)) => match never {},
        }
    }

    async fn beat(&self, epoch: u32) -> Infallible {
        loop {
            Delay::from(BEAT).await;
            // Where this is not heard, the room is asked for again when the bytes are there.
            let _ = self.ask(&UploadCommand::Stay { epoch }).await;
        }
    }

    /// Stores one slice from a buffer of the runtime's, and counts it in.
    /// `before`: how many bytes the upload has already. `more`: another slice will follow.
    pub async fn store(
        &self,
        bytes: js_sys::Uint8Array,
        stored: Stored,
        before: u64,
        more: bool,
    ) -> Result<(), Error> {
        let end = before.saturating_add(stored.bytes);
        self.make_room(stored.epoch, end, more).await?;
        // `Data` has no case for a buffer that lives outside of Wasm, and R2 takes one: a copy of
        // 8 MiB into Wasm and out again is what this saves. The value goes to R2 as it is.
        let data = Data::ReadableStream(bytes.unchecked_into());
        let put = async {
            let put = self.store.bucket.put(self.slice(&stored), data).execute();
            put.await.map(drop).map_err(Error::from)
        };
        let note = async {
            if before == 0 { self.store.note_upload(&self.id, &self.name).await } else { Ok(()) }
        };
        let ahead = async {
            if more {
                self.look_ahead(stored.epoch, end).await;
            }
        };
        join(try_join(put, note), ahead).await.0?;
        self.count(stored).await
    }

    /// Counts a slice in. One that is refused is named by no record, now or later: it goes at once.
    async fn count(&self, stored: Stored) -> Result<(), Error> {
        let slice = self.slice(&stored);
        match self.ask(&UploadCommand::Store(stored)).await {
            Err(refused @ (Error::Upload(_) | Error::Spent(_) | Error::Busy)) => {
                self.store.bucket.delete(slice).await?;
                Err(refused)
            }
            counted => counted.map(drop),
        }
    }

    /// Stores a whole blob as one slice, straight from the request, verified by R2.
    pub async fn store_verified(
        &self,
        body: web_sys::ReadableStream,
        digest: &Digest,
        stored: Stored,
    ) -> Result<(), Error> {
        let put = self.store.bucket.put(self.slice(&stored), Data::ReadableStream(body));
        let put = match digest.algorithm() {
            Algorithm::Sha256 => put.sha256(digest.bytes()),
            Algorithm::Sha512 => put.sha512(digest.bytes()),
        };
        let put = async { put.execute().await.map_err(Error::of_put) };
        let (object, ()) = try_join(put, self.store.note_upload(&self.id, &self.name)).await?;
        let size = object.map(|object| object.size());
        if size != Some(stored.bytes) {
            return Err(Error::BrokenBody(format!("{size:?} bytes of {}", stored.bytes)));
        }
        self.count(stored).await
    }

    /// Gives the lease back; says how many bytes are there. `failed`: something may have been stored
    /// under it that was not counted in.
    pub async fn release(&self, epoch: u32, failed: bool) -> Result<u64, Error> {
        match self.ask(&UploadCommand::Release { epoch, failed }).await? {
            UploadReply::Offset(offset) => Ok(offset),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Notes that the slices become the body of `digest`, and gives its record.
    pub async fn commit(&self, epoch: u32, digest: &Digest) -> Result<Body, Error> {
        match self.ask(&UploadCommand::Commit { epoch, digest: digest.clone() }).await? {
            UploadReply::Body(body) => Ok(body),
            reply => Err(unexpected(&reply)),
        }
    }

    /// The record of the body again, for who comes back after a commit whose answer was lost.
    pub async fn committed(&self, digest: &Digest) -> Result<Body, Error> {
        let (name, digest) = (self.name.clone(), digest.clone());
        match self.ask(&UploadCommand::Committed { name, digest }).await? {
            UploadReply::Body(body) => Ok(body),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Ends the upload, unless it is on its way to be a blob, and removes what it stored.
    pub async fn cancel(&self) -> Result<(), Error> {
        self.ask(&UploadCommand::Cancel { name: self.name.clone() }).await.map(drop)
    }

    /// Ends the upload, whatever has become of it: what a body holds stays.
    pub async fn abandon(&self) -> Result<(), Error> {
        self.ask(&UploadCommand::Abandon { name: self.name.clone() }).await.map(drop)
    }

    /// Ends the upload, after its commit or without having stored anything.
    pub async fn close(&self, leaving: Leaving) -> Result<(), Error> {
        self.ask(&UploadCommand::Close { name: self.name.clone(), leaving }).await.map(|_| ())
    }

    async fn ask(&self, command: &UploadCommand) -> Result<UploadReply, Error> {
        let reply: Result<UploadReply, Refused> = wire::call(&self.stub, command).await?;
        match reply? {
            UploadReply::Spent(spent) => Err(Error::Spent(spent)),
            UploadReply::Busy => Err(Error::Busy),
            reply => Ok(reply),
        }
    }

    fn slice(&self, stored: &Stored) -> String {
        key::slice(&self.id, stored.epoch, stored.number)
    }
}

fn unexpected(reply: &UploadReply) -> Error {
    Error::Backend(format!("the upload session replied {reply:?}"))
}
