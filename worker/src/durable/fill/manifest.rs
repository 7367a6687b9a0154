//! Manifests: one look at the registry at a time, whose outcome everybody gets who waits for it.

use super::changed::Changed;
use crate::clock;
use crate::durable::wire::{self, FillReply, UpstreamCommand, UpstreamReply, Waiting};
use crate::service::cached::Registry;
use crate::service::cached::asking::{Failure, answered, reply};
use crate::upstream::{self, Upstream, manifest::Sent};
use roadstead_shared::oci::{Algorithm, Digest, Manifest, Reference, media_type};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;
use worker::{Response, ResponseBody, Result};

/// How long one look may take: a manifest that is slow has two minutes.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long the outcome is given to those who ask a moment later, in ms; and for how long it is
/// remembered that there is no such thing.
const FRESH_MS: u64 = 500;
const MISSING_MS: u64 = 3_000;

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) reference: Reference,
    pub(super) head: bool,
    pub(super) has: Option<Digest>,
    pub(super) subject: String,
}

/// What came of a look, and when, ms UTC.
#[derive(Clone)]
struct Outcome {
    reply: FillReply,
    document: Rc<Vec<u8>>,
    at_ms: u64,
}

/// A look at the registry.
#[derive(Default)]
pub(super) struct Look {
    subject: String,
    head: bool,
    has: Option<Digest>,
    outcome: RefCell<Option<Outcome>>,
    changed: Changed,
}

impl Look {
    /// Whether its outcome is of use to who asks this now.
    fn serves(&self, asked: &Asked) -> bool {
        let is_fresh =
            self.outcome.borrow().as_ref().is_none_or(|Outcome { reply, at_ms, .. }| {
                let good_ms = match reply {
                    FillReply::Waits { .. } | FillReply::Failed { .. } => 0,
                    FillReply::Missing | FillReply::Refused if asked.has.is_none() => MISSING_MS,
                    _ => FRESH_MS,
                };
                clock::now_ms() < at_ms.saturating_add(good_ms)
            });
        is_fresh && self.has == asked.has && (!self.head || asked.head)
    }
}

/// The outcome of a look: the one that is under way, or a new one.
pub(super) async fn answer(
    place: &Rc<RefCell<Option<Rc<Look>>>>,
    registry: Registry,
    asked: Asked,
) -> Result<Response> {
    let running = place.borrow().clone().filter(|look| look.serves(&asked));
    let outcome = match running {
        // That somebody else has asked too often says nothing to this one.
        Some(look) => {
            look.outcome().await.filter(|it| look.subject == asked.subject || !it.is_limit())
        }
        None => None,
    };
    let outcome = match outcome {
        Some(outcome) => Some(outcome),
        None => begin(place, registry, asked).outcome().await,
    };
    let Some(Outcome { reply, document, .. }) = outcome else {
        return wire::reply(&FillReply::Failed { status: None });
    };
    match reply {
        FillReply::Manifest { .. } => {
            wire::reply_with(&reply, ResponseBody::Body(document.to_vec()))
        }
        reply => wire::reply(&reply),
    }
}

/// Begins a look. Whoever asked may go away; those who wait with him do not.
fn begin(place: &Rc<RefCell<Option<Rc<Look>>>>, registry: Registry, asked: Asked) -> Rc<Look> {
    let (subject, head, has) = (asked.subject.clone(), asked.head, asked.has.clone());
    let look = Rc::new(Look { subject, head, has, ..Look::default() });
    place.replace(Some(look.clone()));
    let own = look.clone();
    spawn_local(async move {
        let (reply, document) = take(&registry, &asked).await;
        let (document, at_ms) = (Rc::new(document), clock::now_ms());
        own.outcome.replace(Some(Outcome { reply, document, at_ms }));
        own.changed.note();
    });
    look
}

impl Look {
    /// What came of it, once that is known; `None` where that takes too long.
    async fn outcome(&self) -> Option<Outcome> {
        let wait = async {
            while self.outcome.borrow().is_none() {
                let seen = self.changed.count();
                self.changed.after(seen).await;
            }
        };
        clock::within(PATIENCE, wait).await?;
        self.outcome.borrow().clone()
    }
}

impl Outcome {
    fn is_limit(&self) -> bool {
        matches!(self.reply, FillReply::Waits { why: Waiting::TooManyMisses, .. })
    }
}

async fn take(registry: &Registry, asked: &Asked) -> (FillReply, Vec<u8>) {
    match look(registry, asked).await {
        Ok(found) => found,
        Err(Failure::Reply(reply)) => (reply, Vec::new()),
        Err(Failure::Store(error)) => {
            registry.log(&error.to_string());
            (FillReply::Failed { status: None }, Vec::new())
        }
    }
}

async fn look(registry: &Registry, asked: &Asked) -> Result<(FillReply, Vec<u8>), Failure> {
    let is_counted = !asked.head && asked.has.is_none();
    let client = registry.client_for(&asked.subject, is_counted).await?;
    let tag = match &asked.reference {
        Reference::Tag(tag) => Some(tag),
        Reference::Digest(_) => None,
    };
    // Registries that count manifests do not count a HEAD.
    if asked.head || asked.has.is_some() {
        match client.manifest_head(&asked.reference).await {
            Ok(Some(said)) => {
                if let Some(tag) = tag
                    && registry.confirm(tag.clone(), said.digest.clone()).await?
                {
                    registry.note(&client, Ok(()), |()| 0)?;
                    return Ok((FillReply::Same { digest: said.digest }, Vec::new()));
                }
                if asked.head
                    && let Some(size) = said.size
                {
                    registry.note(&client, Ok(()), |()| 0)?;
                    let (digest, media_type) = (said.digest, said.media_type);
                    return Ok((FillReply::Head { digest, media_type, size }, Vec::new()));
                }
            }
            // It does not say what it has, or that it has nothing: GET is looked at, too.
            Ok(None) | Err(upstream::Error::NotFound(_)) => {}
            Err(error) => return Ok(failed(registry, &client, &error)),
        }
    }
    match client.manifest(&asked.reference).await {
        Ok(sent) => keep(registry, &client, asked, sent).await,
        Err(error) => {
            if let (upstream::Error::NotFound(_), Some(tag)) = (&error, tag)
                && asked.has.is_some()
            {
                // The first time that may be a slip: what rests here is given out until it is said again.
                if registry.gone(tag.clone()).await? {
                    registry.said(&client, answered(&error));
                    return Ok((FillReply::Failed { status: Some(404) }, Vec::new()));
                }
            }
            Ok(failed(registry, &client, &error))
        }
    }
}

fn failed(registry: &Registry, client: &Upstream, error: &upstream::Error) -> (FillReply, Vec<u8>) {
    registry.said(client, answered(error));
    (reply(error), Vec::new())
}

/// Verifies what was sent, and has it kept.
async fn keep(
    registry: &Registry,
    client: &Upstream,
    asked: &Asked,
    sent: Sent,
) -> Result<(FillReply, Vec<u8>), Failure> {
    let (digest, tag) = match &asked.reference {
        Reference::Digest(digest) => (digest.clone(), None),
        Reference::Tag(tag) => {
            let announced = sent.digest.as_ref().map_or(Algorithm::Sha256, Digest::algorithm);
            (Digest::of(announced, &sent.document), Some(tag.clone()))
        }
    };
    let media_type = match sent.media_type.as_str() {
        "" | "text/plain" | "application/json" | "application/octet-stream" => {
            media_type::of_document(&sent.document).unwrap_or_default()
        }
        said => said.to_owned(),
    };
    let is_right = Digest::of(digest.algorithm(), &sent.document) == digest
        && sent.digest.is_none_or(|said| said.algorithm() != digest.algorithm() || said == digest)
        && media_type::is_well_formed(&media_type)
        && Manifest::parse(&sent.document, &media_type).is_ok();
    if !is_right {
        registry.said(client, crate::durable::wire::Answered::Lied);
        return Ok((FillReply::Lied, Vec::new()));
    }
    let bytes = sent.document.len() as u64;
    registry.note(client, Ok(()), |()| bytes)?;
    let command = UpstreamCommand::KeepManifest {
        name: registry.name().clone(),
        tag,
        digest: digest.clone(),
        media_type: media_type.clone(),
    };
    // What does not fit is given out all the same.
    let kept = registry.tell(command, Some(&sent.document)).await;
    if let Err(error) = kept.map(|reply: UpstreamReply| drop(reply)) {
        registry.log(&error.to_string());
    }
    Ok((FillReply::Manifest { digest, media_type }, sent.document))
}
