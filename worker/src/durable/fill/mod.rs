//! `Fill`: one object for each thing of another registry that is fetched: a blob of a rule, or a
//! manifest under one reference. It alone asks the registry for it, however many wait.
//!
//! Invariants: there is one fill at a time; nothing is kept, and the last bytes are given to nobody,
//! before the digest is right; what fails is forgotten at once, so that the next one who asks
//! begins anew; a fill goes on when who began it has gone, and where the runtime ended it goes on
//! with the slices that are stored.

mod beginning;
mod changed;
mod filling;
mod hash;
mod live;
mod manifest;
mod record;
mod source;

use super::wire::{self, FillCall, FillReply, FillWanted};
use crate::clock::{self, within};
use crate::service::cached::Registry;
use crate::store::Store;
use crate::store::cached::key;
use filling::{End, Filling};
use manifest::Look;
use record::Record;
use roadstead_shared::blob::Body;
use roadstead_shared::oci::Digest;
use roadstead_shared::upstream::Rule;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;
use worker::{DurableObject, Env, Request, Response, ResponseBody, Result, State, durable_object};

/// How long a reply waits for something to say, in ms.
const PATIENCE_MS: u64 = 25_000;

/// When somebody looks whether a fill still goes on: the runtime may have ended.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How long a look stays with a fill that goes on: the platform gives it a quarter of an hour.
const STAY: Duration = Duration::from_mins(10);

/// How often a fill is taken up again.
const MAX_EPOCHS: u32 = 20;

/// The object.
#[durable_object]
pub struct Fill {
    state: State,
    env: Env,
    filling: Rc<RefCell<Option<Rc<Filling>>>>,
    look: Rc<RefCell<Option<Rc<Look>>>>,
}

impl DurableObject for Fill {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, filling: Rc::default(), look: Rc::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: FillCall = wire::command(&mut request).await?;
        let store = Store::new(&self.env)?;
        let rules = store.rules();
        let Some(rule) = rules.by_prefix(&call.prefix) else {
            return wire::reply(&FillReply::Missing);
        };
        match &call.wanted {
            FillWanted::Manifest { reference, head, has } => {
                let registry = Registry::new(&store, rule, &call.name);
                let asked = manifest::Asked {
                    reference: reference.clone(),
                    head: *head,
                    has: has.clone(),
                    subject: call.subject.clone(),
                };
                manifest::answer(&self.look, registry, asked).await
            }
            FillWanted::Blob { digest, at, whole } => {
                self.blob(&store, rule, &call, digest, *at, *whole).await
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        let looked = self.look_again().await;
        if super::alarm::report("fill", looked.as_ref().err()) {
            self.state.storage().set_alarm(LOOK_AGAIN).await?;
        }
        Response::empty()
    }
}

impl Fill {
    /// Bytes of a blob from `at` on, as soon as there are any that may be shown.
    async fn blob(
        &self,
        store: &Store,
        rule: &Rc<Rule>,
        call: &FillCall,
        digest: &Digest,
        at: u64,
        whole: bool,
    ) -> Result<Response> {
        let until_ms = clock::now_ms().saturating_add(PATIENCE_MS);
        let mut is_own = false;
        let mut filling = match self.running() {
            Some(filling) => {
                if !filling.is_for(&call.name)
                    && let Err(reply) = filling.admits(store, rule, call, digest).await
                {
                    return wire::reply(&reply);
                }
                filling
            }
            None => {
                is_own = true;
                self.begin(store, rule, call, digest).await?
            }
        };
        loop {
            let seen = filling.changed.count();
            match filling.end() {
                Some(End::Complete(body)) => {
                    let size = body.size;
                    return wire::reply(&FillReply::Stored { body, size });
                }
                // What another repository, or somebody else, was refused says nothing about this one.
                Some(End::Failed(reply)) if !is_own && reply.is_personal() => {
                    is_own = true;
                    filling = match self.running() {
                        Some(filling) => filling,
                        None => self.begin(store, rule, call, digest).await?,
                    };
                    continue;
                }
                Some(End::Failed(reply)) => return wire::reply(&reply),
                Some(End::Alone(size)) => return wire::reply(&FillReply::Alone { size }),
                None => {}
            }
            if !whole && let Some((body, size)) = filling.stored_after(at) {
                return wire::reply(&FillReply::Stored { body, size });
            }
            if !whole && let Some((stream, len, size)) = filling.join(at) {
                let body = ResponseBody::Stream(stream);
                return wire::reply_with(&FillReply::Live { len, size }, body);
            }
            let left_ms = until_ms.saturating_sub(clock::now_ms());
            let left = Duration::from_millis(left_ms);
            if left_ms == 0 || within(left, filling.changed.after(seen)).await.is_none() {
                return wire::reply(&FillReply::Later);
            }
        }
    }

    fn running(&self) -> Option<Rc<Filling>> {
        self.filling.borrow().clone().filter(|filling| filling.end().is_none())
    }

    /// Begins a fill, or one that was begun and not ended by a runtime that is gone.
    async fn begin(
        &self,
        store: &Store,
        rule: &Rc<Rule>,
        call: &FillCall,
        digest: &Digest,
    ) -> Result<Rc<Filling>> {
        let rested = Record::load(&self.state.storage()).await?;
        // Somebody else may have begun it meanwhile.
        if let Some(filling) = self.running() {
            return Ok(filling);
        }
        let record = match rested {
            Some(record) => Record { epoch: record.epoch.saturating_add(1), ..record },
            None => fresh(call, digest),
        };
        Ok(self.start(store, rule, record, call.subject.clone()))
    }

    fn start(
        &self,
        store: &Store,
        rule: &Rc<Rule>,
        record: Record,
        subject: String,
    ) -> Rc<Filling> {
        let storage = self.state.storage();
        let filling = Rc::new(Filling::new(store.clone(), storage, rule.clone(), record));
        self.filling.replace(Some(filling.clone()));
        let (running, place) = (filling.clone(), self.filling.clone());
        spawn_local(async move {
            running.run(&subject).await;
            let mut place = place.borrow_mut();
            if place.as_ref().is_some_and(|held| Rc::ptr_eq(held, &running)) {
                place.take();
            }
        });
        filling
    }

    /// Stays with a fill that goes on; takes one up again that does not.
    async fn look_again(&self) -> Result<()> {
        let filling = match self.running() {
            Some(filling) => filling,
            None => {
                let Some(record) = Record::load(&self.state.storage()).await? else {
                    return Ok(());
                };
                let store = Store::new(&self.env)?;
                let rules = store.rules();
                let rule = rules.by_prefix(&record.prefix);
                let Some(rule) = rule.filter(|_| record.epoch < MAX_EPOCHS) else {
                    return Record::forget(&self.state.storage()).await;
                };
                let record = Record { epoch: record.epoch.saturating_add(1), ..record };
                self.start(&store, rule, record, String::new())
            }
        };
        self.state.storage().set_alarm(LOOK_AGAIN).await?;
        let ended = async {
            while filling.end().is_none() {
                let seen = filling.changed.count();
                filling.changed.after(seen).await;
            }
        };
        within(STAY, ended).await;
        Ok(())
    }
}

/// A fill that nothing is stored of.
fn fresh(call: &FillCall, digest: &Digest) -> Record {
    // Nobody has to guess it; no other fill may have it.
    let fill = format!("{:032x}", u128::from_be_bytes(crate::random::bytes()));
    let upload = key::slices(&call.prefix, &fill);
    Record {
        prefix: call.prefix.clone(),
        name: call.name.clone(),
        digest: digest.clone(),
        fill,
        size: None,
        epoch: 0,
        body: Body { size: 0, upload, runs: Vec::new() },
    }
}
