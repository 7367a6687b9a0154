//! `UploadSession`: one object an upload. The bytes never pass through it.
//!
//! Invariants: a step is persisted before it is replied to; slices that no lease counted in are
//! named by no record; an upload that nobody continues for 24 h goes with everything it stored,
//! unless a body holds its slices.

use super::alarm;
use super::wire::{self, Leaving, UploadCommand, UploadReply};
use crate::clock;
use crate::store::Store;
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
            let leaving = self.leaving(&upload).await?;
            self.end(&mut upload, leaving).await
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
        let Some(mut upload) = self.load().await? else { return Ok(Err(Refused::Unknown)) };
        let reply = match command {
            UploadCommand::Begin { .. } => Ok(UploadReply::Done),
            UploadCommand::Status { name } => {
                of(&upload, &name).map(|()| UploadReply::Offset(upload.offset()))
            }
            UploadCommand::Lease { name, start, whole } => of(&upload, &name)
                .and_then(|()| upload.lease(start, whole.as_ref(), now_ms))
                .map(UploadReply::Lease),
            UploadCommand::Store(stored) => {
                upload.store(stored, now_ms).map(|()| UploadReply::Done)
            }
            UploadCommand::Release { epoch, failed } => {
                upload.release(epoch, failed, now_ms).map(UploadReply::Offset)
            }
            UploadCommand::Commit { epoch, digest } => {
                let id = self.state.id().to_string();
                upload.commit(&id, epoch, &digest, now_ms).map(UploadReply::Body)
            }
            UploadCommand::Committed { name, digest } => of(&upload, &name)
                .and_then(|()| upload.committed(&self.state.id().to_string(), &digest))
                .map(UploadReply::Body),
            UploadCommand::Cancel { name } => {
                if let Err(refused) = of(&upload, &name).and_then(|()| upload.cancel()) {
                    return Ok(Err(refused));
                }
                self.end(&mut upload, Leaving::Nothing).await?;
                return Ok(Ok(UploadReply::Done));
            }
            UploadCommand::Close { name, leaving } => {
                if let Err(refused) = of(&upload, &name) {
                    return Ok(Err(refused));
                }
                self.end(&mut upload, leaving).await?;
                return Ok(Ok(UploadReply::Done));
            }
            UploadCommand::Sweep { idle_ms } => {
                let is_over = upload.expires_at_ms(idle_ms) <= now_ms && !upload.is_leased(now_ms);
                if is_over {
                    let leaving = self.leaving(&upload).await?;
                    self.end(&mut upload, leaving).await?;
                }
                return Ok(Ok(UploadReply::Swept(is_over)));
            }
        };
        if reply.is_ok() {
            self.save(&upload).await?;
        }
        Ok(reply)
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

/// An upload of another repository is none that this client may know of.
fn of(upload: &Upload, name: &roadstead_shared::oci::Name) -> std::result::Result<(), Refused> {
    if upload.repository == *name { Ok(()) } else { Err(Refused::Unknown) }
}
