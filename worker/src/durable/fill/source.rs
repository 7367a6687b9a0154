//! The bytes of a blob as its registry sends them, from one connection or, where that breaks, from
//! the next one, which goes on where the last one ended.

use crate::clock::pause;
use crate::durable::wire::FillReply;
use crate::service::cached::asking::{answered, reply};
use crate::service::cached::{Registry, asking::Failure};
use crate::upstream::body::Body;
use crate::upstream::{self, Upstream};
use js_sys::Uint8Array;
use roadstead_shared::oci::Digest;
use roadstead_shared::oci::range::ByteRange;
use std::time::Duration;

/// How long a broken fill waits before it goes on, and how often it does.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// Stands for the end of a blob of unknown length: the largest number that everybody can read.
const FAR: u64 = (1 << 53) - 1;

/// A blob that is read.
pub(super) struct Source {
    registry: Registry,
    client: Upstream,
    digest: Digest,
    body: Option<Body>,
    /// How many bytes were handed over.
    at: u64,
    /// How many of the connection's first bytes were handed over before.
    skip: u64,
    /// Bytes that came and were not handed over yet.
    left: Option<Uint8Array>,
    /// How many bytes came, those that were thrown away among them.
    fetched: u64,
    /// How many the blob has.
    pub(super) size: Option<u64>,
    failed: usize,
}

impl Source {
    /// Begins to read `digest` from byte `at` on. `size`: how many bytes it has, where that is known;
    /// what the registry announces must be the same.
    pub(super) async fn open(
        registry: Registry,
        client: Upstream,
        digest: &Digest,
        at: u64,
        size: Option<u64>,
    ) -> Result<Self, Failure> {
        let digest = digest.clone();
        let (body, left, skip, fetched, failed) = (None, None, 0, 0, 0);
        let mut source =
            Self { registry, client, digest, body, at, skip, left, fetched, size, failed };
        while source.body.is_none() && source.size != Some(at) {
            if let Err(error) = source.connect().await {
                source.fail(error).await?;
            }
        }
        Ok(source)
    }

    /// The next bytes, at most `most`; `None` after the last. They are good until the next call.
    pub(super) async fn next(&mut self, most: u64) -> Result<Option<Uint8Array>, Failure> {
        let bytes = match self.left.take() {
            Some(bytes) => bytes,
            None => match self.read().await? {
                Some(bytes) => bytes,
                None => return Ok(None),
            },
        };
        let end = low(most).min(bytes.length());
        if end < bytes.length() {
            self.left = Some(bytes.subarray(end, bytes.length()));
        }
        Ok(Some(bytes.subarray(0, end)))
    }

    async fn read(&mut self) -> Result<Option<Uint8Array>, Failure> {
        loop {
            let read = match &mut self.body {
                None if self.size == Some(self.at) => return Ok(None),
                Some(body) => body.next().await,
                None => Err(upstream::Error::Broken("no connection".to_owned())),
            };
            match read {
                Ok(Some(bytes)) => {
                    self.fetched = self.fetched.saturating_add(u64::from(bytes.length()));
                    let skipped = self.skip.min(u64::from(bytes.length()));
                    self.skip -= skipped;
                    let bytes = bytes.subarray(low(skipped), bytes.length());
                    if bytes.length() > 0 {
                        self.at = self.at.saturating_add(u64::from(bytes.length()));
                        self.failed = 0;
                        return Ok(Some(bytes));
                    }
                }
                Ok(None) if self.size.is_none_or(|size| self.at >= size) => return Ok(None),
                Ok(None) => self.again(upstream::Error::Broken("it ended early".into())).await?,
                Err(error) => self.again(error).await?,
            }
        }
    }

    /// Tells the rule's object how it went.
    pub(super) fn said(&self, is_right: bool) {
        use crate::durable::wire::Answered;
        let well = Answered::Well { bytes: self.fetched, remaining: None };
        self.registry.said(&self.client, if is_right { well } else { Answered::Lied });
    }

    async fn again(&mut self, error: upstream::Error) -> Result<(), Failure> {
        self.body = None;
        self.fail(error).await?;
        match self.connect().await {
            Ok(()) => Ok(()),
            // The next read finds no connection, and comes here again.
            Err(error) => self.fail(error).await,
        }
    }

    /// Waits before the next attempt, if there is to be one.
    async fn fail(&mut self, error: upstream::Error) -> Result<(), Failure> {
        let is_over = error.retry().is_none();
        let wait = PAUSES.get(self.failed).filter(|_| !is_over);
        self.failed += 1;
        let Some(wait) = wait else {
            self.registry.said(&self.client, answered(&error));
            return Err(Failure::Reply(reply(&error)));
        };
        pause(*wait).await;
        Ok(())
    }

    async fn connect(&mut self) -> Result<(), upstream::Error> {
        let last = self.size.map_or(FAR, |size| size.saturating_sub(1));
        let range = (self.at > 0).then_some(ByteRange { first: self.at, last });
        let sent = self.client.blob(&self.digest, range).await?;
        let whole =
            sent.length.map(|len| if sent.is_part { self.at.saturating_add(len) } else { len });
        if let (Some(whole), Some(size)) = (whole, self.size)
            && whole != size
        {
            let host = self.client.host();
            sent.discard();
            return Err(upstream::Error::TooLong(host));
        }
        self.size = self.size.or(whole);
        self.skip = if sent.is_part { 0 } else { self.at };
        self.body = sent.stream.as_ref().map(Body::open);
        if self.body.is_none() && self.size == Some(0) {
            return Ok(());
        }
        self.body.as_ref().map(drop).ok_or(upstream::Error::Broken("no bytes came".to_owned()))
    }
}

/// A number of bytes of one buffer.
fn low(bytes: u64) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// What a failure is to who waits for the blob.
pub(super) fn told(failure: Failure) -> FillReply {
    match failure {
        Failure::Reply(reply) => reply,
        Failure::Store(_) => FillReply::Failed { status: None },
    }
}
