//! A blob on its way from its registry into the store. The bytes are hashed by the runtime, put
//! slice by slice, and given to who reads along; what is stored is read by who comes later.

use super::beginning::Begun;
use super::changed::Changed;
use super::hash::Hash;
use super::live::Live;
use super::record::Record;
use super::source::{Source, told};
use crate::clock;
use crate::durable::wire::{FillReply, UpstreamCommand, UpstreamReply};
use crate::service::cached::asking::Failure;
use crate::store::cached::slice::{SLICE_BYTES, Slice};
use crate::store::{self, Store};
use futures_util::future::join;
use js_sys::Uint8Array;
use roadstead_shared::blob::Body;
use roadstead_shared::oci::Name;
use roadstead_shared::upstream::Rule;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::ReadableStream;
use worker::Storage;

/// How often a fill says that it goes on, in ms.
const RENEW_MS: u64 = 5 * 60 * 1000;

/// How a fill ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// All of it rests here.
    Complete(Body),
    /// It came to nothing.
    Failed(FillReply),
    /// There is no room for it.
    Alone(Option<u64>),
}

/// A fill that is running.
pub(super) struct Filling {
    pub(super) store: Store,
    pub(super) storage: Storage,
    pub(super) rule: Rc<Rule>,
    pub(super) record: RefCell<Record>,
    pub(super) size: Cell<Option<u64>>,
    /// The first byte of the slice that is filled now.
    begun: Cell<u64>,
    /// How many bytes there is room for, once that was asked.
    reserved: Cell<Option<u64>>,
    /// When that was asked last, ms UTC.
    reserved_ms: Cell<u64>,
    slice: RefCell<Option<Slice>>,
    live: RefCell<Option<Live>>,
    end: RefCell<Option<End>>,
    /// Whoever waits is woken by it.
    pub(super) changed: Changed,
}

impl Filling {
    /// A fill that goes on where `record` says.
    pub(super) fn new(store: Store, storage: Storage, rule: Rc<Rule>, record: Record) -> Self {
        let (size, begun) = (Cell::new(record.size), Cell::new(record.body.size));
        let (record, slice) = (RefCell::new(record), RefCell::default());
        let (reserved, reserved_ms) = (Cell::new(None), Cell::new(0));
        let (live, end, changed) = (RefCell::default(), RefCell::default(), Changed::default());
        Self {
            store,
            storage,
            rule,
            record,
            size,
            begun,
            reserved,
            reserved_ms,
            slice,
            live,
            end,
            changed,
        }
    }

    /// How it ended, once it has.
    pub(super) fn end(&self) -> Option<End> {
        self.end.borrow().clone()
    }

    /// The repository that it was begun for.
    pub(super) fn is_for(&self, name: &Name) -> bool {
        self.record.borrow().name == *name
    }

    /// What is stored, if that reaches beyond byte `at`, and how many bytes there will be. The last
    /// slice is not shown before the whole is right.
    pub(super) fn stored_after(&self, at: u64) -> Option<(Body, u64)> {
        let (record, size) = (self.record.borrow(), self.size.get()?);
        let is_shown = record.body.size > at && record.body.size < size;
        is_shown.then(|| (record.body.clone(), size))
    }

    /// Lets somebody read along from byte `at` on: the stream, its length, and that of the blob.
    pub(super) fn join(&self, at: u64) -> Option<(ReadableStream, u64, u64)> {
        let size = self.size.get()?;
        let (slice, mut live) = (self.slice.borrow(), self.live.borrow_mut());
        let (stream, len) = live.as_mut()?.join(at, slice.as_ref())?;
        Some((stream, len, size))
    }

    /// Runs to the end, for `subject`, who waits for it.
    pub(super) async fn run(&self, subject: &str) {
        let end = match self.begin(subject).await {
            Ok(Begun::Here(body)) => End::Complete(body),
            Ok(Begun::NoRoom) => End::Alone(self.size.get()),
            Ok(Begun::Source(mut source)) => self.fill(&mut source).await,
            Err(failure) => End::Failed(told(failure)),
        };
        if !matches!(end, End::Complete(_)) {
            // Nobody joins any more, and who reads is cut off.
            self.live.replace(None);
            self.abandon().await;
        }
        self.live.replace(None);
        self.slice.replace(None);
        // Before anybody hears of the end: who then begins anew must not find this one.
        if let Err(error) = Record::forget(&self.storage).await {
            self.store.log(&error.to_string());
        }
        self.end.replace(Some(end));
        self.changed.note();
    }

    /// Notes how many bytes there would be, where there is no room for them.
    pub(super) fn learn_size(&self, size: Option<u64>) {
        self.size.set(self.size.get().or(size));
    }

    /// Notes how many bytes there will be, once that is known.
    pub(super) fn know_size(&self, size: Option<u64>) {
        if size.is_some() {
            self.size.set(size);
            self.record.borrow_mut().size = size;
            self.open_live();
            self.changed.note();
        }
    }

    async fn fill(&self, source: &mut Source) -> End {
        match self.take_in(source).await {
            Ok(Some(body)) => End::Complete(body),
            Ok(None) => End::Alone(self.size.get()),
            Err(failure) => End::Failed(told(failure)),
        }
    }

    /// Takes everything in; the body, or `None` where there is no room for it.
    async fn take_in(&self, source: &mut Source) -> Result<Option<Body>, Failure> {
        let (body, digest) = {
            let record = self.record.borrow();
            (record.body.clone(), record.digest.clone())
        };
        let mut hash = Hash::of(&self.store, &body, &digest).await?;
        let mut written: Option<Slice> = None;
        loop {
            // The slice before is stored while the next one comes.
            let (read, put) = join(self.read(source, &mut hash), self.put(written.take())).await;
            put?;
            let is_last = read?;
            let Some(slice) = self.slice.take() else { break };
            if !is_last {
                let ahead = self.begun.get() + 2 * SLICE_BYTES;
                if self.size.get().is_none() && !self.reserve(ahead).await? {
                    return Ok(None);
                }
                self.turn(slice.filled());
                written = Some(slice);
                continue;
            }
            let reached = self.begun.get() + slice.filled();
            let is_whole = self.size.get().is_none_or(|size| size == reached);
            let is_right = hash.is(&digest).await? && is_whole;
            source.said(is_right);
            if !is_right {
                return Err(Failure::Reply(FillReply::Lied));
            }
            if let Some(mut live) = self.live.take() {
                // Who comes now waits until it is stored: there is nothing left to read along.
                live.feed(&slice, true);
            }
            if slice.filled() > 0 {
                self.put(Some(slice)).await?;
            }
            break;
        }
        self.keep().await
    }

    /// Fills one slice, and says whether it is the last.
    async fn read(&self, source: &mut Source, hash: &mut Hash) -> Result<bool, Failure> {
        let left = self.size.get().map(|size| size.saturating_sub(self.begun.get()));
        self.slice.replace(Some(Slice::take(left.unwrap_or(SLICE_BYTES)).await?));
        let is_last = loop {
            let room = self.slice.borrow().as_ref().map_or(0, Slice::room);
            if room == 0 {
                break self.size.get() == Some(self.reached());
            }
            let Some(bytes) = source.next(room).await? else { break true };
            let at = self.slice.borrow().as_ref().map_or(0, Slice::filled);
            if let Some(part) = self.take(&bytes, at) {
                hash.update(&part);
            }
        };
        hash.settle().await?;
        Ok(is_last)
    }

    /// Copies bytes into the slice, and gives them to who reads along.
    fn take(&self, bytes: &Uint8Array, at: u64) -> Option<Uint8Array> {
        let mut slice = self.slice.borrow_mut();
        let slice = slice.as_mut()?;
        slice.push(bytes);
        if let Some(live) = self.live.borrow_mut().as_mut() {
            live.feed(slice, false);
        }
        Some(slice.part(at, slice.filled()))
    }

    /// How many bytes have come.
    fn reached(&self) -> u64 {
        self.begun.get() + self.slice.borrow().as_ref().map_or(0, Slice::filled)
    }

    fn open_live(&self) {
        if let Some(size) = self.size.get() {
            self.live.replace(Some(Live::new(self.begun.get(), size)));
        }
    }

    /// Goes on to the next slice.
    fn turn(&self, filled: u64) {
        self.begun.set(self.begun.get() + filled);
        if let Some(live) = self.live.borrow_mut().as_mut() {
            live.turn();
        }
        self.changed.note();
    }

    /// Stores a slice and counts it in.
    async fn put(&self, slice: Option<Slice>) -> Result<(), Failure> {
        let Some(slice) = slice else { return Ok(()) };
        let (prefix, fill, epoch, number) = {
            let record = self.record.borrow();
            let number = record.body.runs.iter().map(|run| run.count).sum();
            (record.prefix.clone(), record.fill.clone(), record.epoch, number)
        };
        self.store.put_slice(&prefix, &fill, epoch, number, &slice).await?;
        let record = {
            let mut record = self.record.borrow_mut();
            record.body.push(epoch, number, slice.filled());
            record.clone()
        };
        self.changed.note();
        record.save(&self.storage).await.map_err(store::Error::from)?;
        // A slow fill says now and then that it goes on: what is silent for an hour is ended.
        match self.reserved.get() {
            Some(bytes) if !self.reserve(bytes).await? => {
                Err(Failure::Reply(FillReply::Failed { status: None }))
            }
            _ => Ok(()),
        }
    }

    /// Sees to it that there is room for so many bytes in all.
    pub(super) async fn reserve(&self, bytes: u64) -> Result<bool, Failure> {
        let now_ms = clock::now_ms();
        let is_young = now_ms < self.reserved_ms.get().saturating_add(RENEW_MS);
        if is_young && self.reserved.get().is_some_and(|reserved| bytes <= reserved) {
            return Ok(true);
        }
        let command = {
            let Record { fill, digest, .. } = &*self.record.borrow();
            UpstreamCommand::Reserve { fill: fill.clone(), digest: digest.clone(), bytes }
        };
        let is_room = matches!(self.ask(command).await?, UpstreamReply::Room);
        if is_room {
            self.reserved.set(Some(bytes));
            self.reserved_ms.set(now_ms);
        }
        Ok(is_room)
    }

    /// Has it kept; the body, or `None` where the rule's object does not take it.
    async fn keep(&self) -> Result<Option<Body>, Failure> {
        let (command, body) = {
            let Record { fill, name, digest, body, .. } = &*self.record.borrow();
            let (fill, name) = (fill.clone(), name.clone());
            let (digest, own) = (digest.clone(), body.clone());
            (UpstreamCommand::KeepBlob { fill, name, digest, body: own }, body.clone())
        };
        let is_kept = matches!(self.ask(command).await?, UpstreamReply::Kept);
        Ok(is_kept.then_some(body))
    }

    async fn abandon(&self) {
        let fill = self.record.borrow().fill.clone();
        if let Err(error) = self.ask(UpstreamCommand::Abandon { fill }).await {
            self.store.log(&error.to_string());
        }
    }

    /// Says something to the rule's object.
    pub(super) async fn ask(
        &self,
        command: UpstreamCommand,
    ) -> Result<UpstreamReply, store::Error> {
        let prefix = self.record.borrow().prefix.clone();
        self.store.ask_upstream(&prefix, command, None).await
    }
}
