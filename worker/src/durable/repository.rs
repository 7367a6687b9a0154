//! `Repository`: one object a repository. It puts the repository's writes in order, and keeps the
//! outbox from which the index for people is brought up to date. Pulls never touch it.
//!
//! Invariants: an intent is noted before the bucket is written, and cleared only after the bucket
//! was read again and the index made equal to it, so that a crash anywhere is repaired by the
//! alarm; a manifest is written only when everything that it names is here.

use super::wire::{self, ManifestCommand, ManifestRefused};
use crate::clock;
use crate::service::index;
use crate::service::publish;
use crate::store::{Error, Store};
use futures_util::lock::Mutex;
use roadstead_shared::oci::Name;
use std::time::Duration;
use worker::{
    DurableObject, Env, ListOptions, Request, Response, Result, State, console_error,
    durable_object,
};

/// The prefix of an intent in the object's storage; the rest is the reference.
const INTENT: &str = "intent/";
/// The repository's name in the object's storage.
const NAME: &str = "name";
/// When the alarm looks at an intent whose write has not reported back.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// When the alarm tries again what failed.
const RETRY: Duration = Duration::from_mins(5);
/// How many intents one alarm works off.
const BATCH: usize = 100;

/// The object. See `service::publish` for the order of its writes.
#[durable_object]
pub struct Repository {
    state: State,
    env: Env,
    writing: Mutex<()>,
}

impl DurableObject for Repository {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, writing: Mutex::new(()) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let command: ManifestCommand = wire::command(&mut request).await?;
        let document = request.bytes().await?;
        // One write at a time: whoever is answered first was first.
        let _turn = self.writing.lock().await;
        wire::reply(&self.put(&command, &document).await?)
    }

    async fn alarm(&self) -> Result<Response> {
        let Some(name) = self.state.storage().get::<String>(NAME).await? else {
            return Response::empty();
        };
        let name: Name = name.parse().map_err(|_| Error::Record(NAME.to_owned()))?;
        let store = Store::new(&self.env)?;
        let mut failures = 0;
        for intent in self.intents().await? {
            // One that cannot be worked off must not keep the others waiting.
            if let Err(error) = self.work_off(&store, &name, &intent).await {
                failures += 1;
                let line = serde_json::json!({ "repository": name, "failure": error.to_string() });
                console_error!("{line}");
            }
        }
        let left = self.intents().await?.len();
        if left > 0 {
            let pause = if failures > 0 { RETRY } else { Duration::from_secs(1) };
            self.state.storage().set_alarm(pause).await?;
        }
        Response::empty()
    }
}

impl Repository {
    async fn put(
        &self,
        command: &ManifestCommand,
        document: &[u8],
    ) -> Result<std::result::Result<(), ManifestRefused>> {
        let storage = self.state.storage();
        let store = Store::new(&self.env)?;
        if storage.get::<String>(NAME).await?.is_none() {
            store.create_repository(&command.name, clock::now_ms()).await?;
            storage.put(NAME, command.name.as_str()).await?;
        }
        let intent = format!("{INTENT}{}", command.reference);
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds stay below 2^53 for 285,000 years"
        )]
        storage.put(&intent, clock::now_ms() as f64).await?;
        storage.set_alarm(LOOK_AGAIN).await?;
        let outcome = publish::manifest(&store, command, document, clock::now_ms()).await;
        storage.set_alarm(Duration::ZERO).await?;
        Ok(outcome?)
    }

    /// Makes the index equal to the bucket for one name, and clears its intent.
    async fn work_off(&self, store: &Store, name: &Name, intent: &str) -> Result<()> {
        let storage = self.state.storage();
        // A write may come between the reading and the clearing: its stamp tells.
        let stamp: Option<f64> = storage.get(intent).await?;
        if let Some(Ok(reference)) = intent.strip_prefix(INTENT).map(str::parse) {
            index::refresh(store, name, &reference).await?;
        }
        if storage.get::<f64>(intent).await? == stamp {
            storage.delete(intent).await?;
        }
        Ok(())
    }

    async fn intents(&self) -> Result<Vec<String>> {
        let options = ListOptions::new().prefix(INTENT).limit(BATCH);
        let found = self.state.storage().list_with_options(options).await?;
        Ok(found.keys().into_iter().flatten().filter_map(|key| key.as_string()).collect())
    }
}
