//! `UploadSession`: one object an upload. The bytes never pass through it.
//!
//! Invariants: a step is persisted before it is replied to; slices that no lease counted in are
//! named by no record; an upload that nobody continues for 24 h goes with everything it stored,
//! unless a body holds its slices.

use super::alarm;
use super::wire::{self, Leaving, UploadCommand, UploadReply, Wish};
use crate::clock;
use crate::store::{self, Store};
use roadstead_shared::blob::INLINE_MAX_BYTES;
use roadstead_shared::oci::Name;
use roadstead_shared::upload::{KEPT_MS, Refused, Upload};
use std::time::Duration;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// Where the state rests in the object's storage.
const STATE: &str = "upload";

/// The object. See `roadstead_shared::upload` for its steps.
#[durable_object]
pub struct UploadSession {
    state: State,
    env: Env,
}

impl DurableObject for UploadSession {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let command: UploadCommand = wire::command(&mut request).await?;
        wire::reply(&self.step(command).await?)
    }

    async fn alarm(&self) -> Result<Response> {
        // An alarm that fails is tried six times and never again: so this one sets the next itself.
        let looked = self.look().await;
        if alarm::report("upload session", looked.as_ref().err()) {
            alarm::schedule(&self.state.storage(), Some(clock::now_ms()), true).await?;
        }
        Response::empty()
    }
}

impl UploadSession {
    /// Ends what nobody continues, and what was being ended.
    async fn look(&self) -> Result<()> {
        let Some(mut upload) = self.saved().await? else { return Ok(()) };
        let left_ms = upload.expires_at_ms(KEPT_MS).saturating_sub(clock::now_ms());
        if upload.over || left_ms == 0 {
            self.end_now(&mut upload).await
        } else {
            self.state.storage().set_alarm(Duration::from_millis(left_ms)).await
        }
    }

    async fn step(
        &self,
        command: UploadCommand,
    ) -> Result<std::result::Result<UploadReply, Refused>> {
        let now_ms = clock::now_ms();
        if let UploadCommand::Begin { name, algorithm } = command {
            let upload = Upload::new(name, algorithm, now_ms);
            let left_ms = upload.expires_at_ms(KEPT_MS).saturating_sub(now_ms);
            self.save(&upload).await?;
            self.state.storage().set_alarm(Duration::from_millis(left_ms)).await?;
            return Ok(Ok(UploadReply::Done));
        }
        match self.make_room(&command).await? {
            Ok(None) => {}
            Ok(Some(reply)) => return Ok(Ok(reply)),
            Err(refused) => return Ok(Err(refused)),
        }
        let Some(mut upload) = self.load().await? else { return Ok(Err(Refused::Unknown)) };
        if let UploadCommand::Sweep { idle_ms } = command {
            let is_over = upload.expires_at_ms(idle_ms) <= now_ms && !upload.is_leased(now_ms);
            if is_over {
                self.end_now(&mut upload).await?;
            }
            return Ok(Ok(UploadReply::Swept(is_over)));
        }
        match command {
            UploadCommand::Cancel { name } => {
                let may = of(&upload, &name).and_then(|()| upload.cancel());
                self.ending(may, self.end(&mut upload, Leaving::Nothing)).await
            }
            UploadCommand::Abandon { name } => {
                let may = of(&upload, &name);
                self.ending(may, self.end_now(&mut upload)).await
            }
            UploadCommand::Close { name, leaving } => {
                let may = of(&upload, &name);
                // What it was promised was used when its blob was counted.
                upload.settle();
                self.ending(may, self.end(&mut upload, leaving)).await
            }
            command => {
                let broke_off = matches!(command, UploadCommand::Release { failed: true, .. });
                let reply = taken(&mut upload, &self.state.id().to_string(), command, now_ms);
                if reply.is_ok() {
                    let is_less = broke_off && upload.shrink();
                    upload.asked += u32::from(is_less);
                    self.save(&upload).await?;
                    if is_less {
                        self.give_back(&upload).await;
                    }
                }
                Ok(reply)
            }
        }
    }

    /// Ends an upload as `end` does, where that may be.
    async fn ending(
        &self,
        may: std::result::Result<(), Refused>,
        end: impl Future<Output = Result<()>>,
    ) -> Result<std::result::Result<UploadReply, Refused>> {
        match may {
            Ok(()) => end.await.map(|()| Ok(UploadReply::Done)),
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// Sees to the room that a command needs. A reply where there is not enough. Nothing of the state
    /// is held while the namespace is asked: other commands may come in between.
    async fn make_room(
        &self,
        command: &UploadCommand,
    ) -> Result<std::result::Result<Option<UploadReply>, Refused>> {
        let Some(upload) = self.load().await? else { return Ok(Ok(None)) };
        let (needed, wanted) = match command {
            UploadCommand::Reserve { epoch, needed, wanted } => {
                if let Err(refused) = upload.is_appending(*epoch) {
                    return Ok(Err(refused));
                }
                (*needed, *wanted)
            }
            // What it was promised may have been given back meanwhile: nothing is counted in that is
            // not counted by its namespace.
            UploadCommand::Store(stored) => {
                if let Err(refused) = upload.is_appending(stored.epoch) {
                    return Ok(Err(refused));
                }
                let all = upload.offset().saturating_add(stored.bytes);
                (all, all)
            }
            UploadCommand::Lease { name, start, bytes: Some(bytes), .. }
                if *name == upload.repository
                    && start.is_none_or(|start| start == upload.offset()) =>
            {
                let all = upload.offset().saturating_add(*bytes);
                // What fits into its record is counted when it is there.
                if all <= INLINE_MAX_BYTES {
                    return Ok(Ok(None));
                }
                (all, all)
            }
            _ => return Ok(Ok(None)),
        };
        if wanted <= upload.reserved() {
            return Ok(Ok(None));
        }
        let mut upload = upload;
        upload.asked += 1;
        self.save(&upload).await?;
        let (asked, repository) = (upload.asked, upload.repository);
        let id = self.state.id().to_string();
        let store = Store::new(&self.env)?;
        let wish =
            Wish { repository: repository.clone(), upload: id.clone(), needed, wanted, asked };
        let granted = match store.reserve(wish).await {
            Ok(granted) => granted,
            Err(store::Error::Spent(spent)) => return Ok(Ok(Some(UploadReply::Spent(spent)))),
            Err(store::Error::Busy) => return Ok(Ok(Some(UploadReply::Busy))),
            Err(error) => return Err(error.into()),
        };
        self.note_room(&store, &repository, &id, granted).await
    }

    async fn note_room(
        &self,
        store: &Store,
        name: &Name,
        id: &str,
        granted: u64,
    ) -> Result<std::result::Result<Option<UploadReply>, Refused>> {
        match self.load().await? {
            Some(mut upload) if upload.committing.is_none() => {
                upload.reserve(granted);
                self.save(&upload).await?;
                Ok(Ok(None))
            }
            // It ended, or came to its end, while it was asked for room.
            _ => {
                store.end_reservation(name, id).await?;
                Ok(Err(Refused::Unknown))
            }
        }
    }

    /// Gives back the room for what did not come. Where that fails, the namespace asks by itself.
    async fn give_back(&self, upload: &Upload) {
        let told = async {
            let store = Store::new(&self.env)?;
            store.shrink_reservation(upload, &self.state.id().to_string()).await
        };
        let told = told.await.map_err(worker::Error::from);
        alarm::report("upload session", told.as_ref().err());
    }

    /// Ends an upload that nobody ends, with what it leaves then.
    async fn end_now(&self, upload: &mut Upload) -> Result<()> {
        let leaving = self.leaving(upload).await?;
        if leaving == Leaving::Slices {
            // They were counted with the body that holds them.
            upload.settle();
        }
        self.end(upload, leaving).await
    }

    /// What an upload leaves that nobody ended. A body may hold its slices: a request may have died
    /// after writing it. From here on, none will that does not yet.
    async fn leaving(&self, upload: &Upload) -> Result<Leaving> {
        let Some(digest) = &upload.committing else { return Ok(Leaving::Nothing) };
        let id = self.state.id().to_string();
        let is_free = Store::new(&self.env)?.abandon(digest, &id).await?;
        Ok(if is_free { Leaving::Nothing } else { Leaving::Slices })
    }

    /// Forgets the upload, and removes the slices that it does not leave; also those that were never
    /// counted in.
    async fn end(&self, upload: &mut Upload, leaving: Leaving) -> Result<()> {
        // First of all it is over: nothing is counted in any more while the slices go.
        upload.over = true;
        self.save(upload).await?;
        let id = self.state.id().to_string();
        let store = Store::new(&self.env)?;
        match leaving {
            Leaving::NothingStored if !upload.torn => {}
            Leaving::Slices if !upload.torn => store.forget_upload(&id).await?,
            Leaving::Slices => {
                let counts = |epoch, number| upload.counts(epoch, number);
                store.delete_slices_unless(&id, counts).await?;
                store.forget_upload(&id).await?;
            }
            Leaving::Nothing | Leaving::NothingStored => {
                store.delete_slices(&id).await?;
                store.forget_upload(&id).await?;
            }
        }
        // The room last: until the slices are gone they take it.
        if upload.reserved() > 0 {
            store.end_reservation(&upload.repository, &id).await?;
        }
        self.state.storage().delete_alarm().await?;
        self.state.storage().delete_all().await
    }

    /// The upload, unless it is over.
    async fn load(&self) -> Result<Option<Upload>> {
        Ok(self.saved().await?.filter(|upload| !upload.over))
    }

    async fn saved(&self) -> Result<Option<Upload>> {
        let text: Option<String> = self.state.storage().get(STATE).await?;
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(Into::into)
    }

    async fn save(&self, upload: &Upload) -> Result<()> {
        self.state.storage().put(STATE, serde_json::to_string(upload)?).await
    }
}

/// What a command makes of an upload that it does not end.
fn taken(
    upload: &mut Upload,
    id: &str,
    command: UploadCommand,
    now_ms: u64,
) -> std::result::Result<UploadReply, Refused> {
    match command {
        UploadCommand::Status { name } => {
            of(upload, &name).map(|()| UploadReply::Offset(upload.offset()))
        }
        UploadCommand::Room { name } => {
            of(upload, &name)?;
            // However slowly they come, there is room for the bytes of a request that lives.
            if !upload.is_alive(now_ms) {
                upload.shrink();
            }
            Ok(room(upload))
        }
        UploadCommand::Reserve { .. } => Ok(room(upload)),
        UploadCommand::Lease { name, start, whole, bytes: _ } => of(upload, &name)
            .and_then(|()| upload.lease(start, whole.as_ref(), now_ms))
            .map(UploadReply::Lease),
        UploadCommand::Store(stored) => upload.store(stored, now_ms).map(|()| UploadReply::Done),
        UploadCommand::Stay { epoch } => upload.stay(epoch, now_ms).map(|()| UploadReply::Done),
        UploadCommand::Release { epoch, failed } => {
            upload.release(epoch, failed, now_ms).map(UploadReply::Offset)
        }
        UploadCommand::Commit { epoch, digest } => {
            upload.commit(id, epoch, &digest, now_ms).map(UploadReply::Body)
        }
        UploadCommand::Committed { name, digest } => {
            of(upload, &name).and_then(|()| upload.committed(id, &digest)).map(UploadReply::Body)
        }
        UploadCommand::Begin { .. }
        | UploadCommand::Cancel { .. }
        | UploadCommand::Abandon { .. }
        | UploadCommand::Close { .. }
        | UploadCommand::Sweep { .. } => Ok(UploadReply::Done),
    }
}

fn room(upload: &Upload) -> UploadReply {
    UploadReply::Room { bytes: upload.reserved().max(upload.offset()), asked: upload.asked }
}

/// An upload of another repository is none that this client may know of.
fn of(upload: &Upload, name: &Name) -> std::result::Result<(), Refused> {
    if upload.repository == *name { Ok(()) } else { Err(Refused::Unknown) }
}
