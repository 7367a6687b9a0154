//! `Attempts`: one object for each name that somebody signs in as, and one for each address that
//! somebody does it from. It counts, so that a password cannot be guessed; what it knows is forgotten
//! when it does not count any more.

use super::alarm;
use super::wire::{self, AttemptsCommand, AttemptsReply};
use crate::clock;
use roadstead_shared::account::attempts::Attempts as Record;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// Where the record rests in the object's storage.
const RECORD: &str = "attempts";

/// The object. See `roadstead_shared::account::attempts`.
#[durable_object]
pub struct Attempts {
    state: State,
}

impl DurableObject for Attempts {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let command: AttemptsCommand = wire::command(&mut request).await?;
        let mut record = self.load().await?;
        let now_ms = clock::now_ms();
        let reply: AttemptsReply = match command {
            AttemptsCommand::Attempt { who, limit } => {
                record.attempt(who.as_deref(), limit, now_ms)
            }
            AttemptsCommand::Succeeded { who } => {
                record.succeeded(who.as_deref(), now_ms);
                Ok(())
            }
        };
        if reply.is_ok() {
            self.save(&mut record, now_ms).await?;
        }
        wire::reply(&reply)
    }

    async fn alarm(&self) -> Result<Response> {
        let mut record = self.load().await?;
        self.save(&mut record, clock::now_ms()).await?;
        Response::empty()
    }
}

impl Attempts {
    async fn load(&self) -> Result<Record> {
        let text: Option<String> = self.state.storage().get(RECORD).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Writes the record without what is over, and looks again when something will be.
    async fn save(&self, record: &mut Record, now_ms: u64) -> Result<()> {
        let storage = self.state.storage();
        match record.forget(now_ms) {
            Some(next_ms) => {
                storage.put(RECORD, serde_json::to_string(record)?).await?;
                alarm::schedule(&storage, Some(next_ms), false).await
            }
            None => storage.delete_all().await,
        }
    }
}
