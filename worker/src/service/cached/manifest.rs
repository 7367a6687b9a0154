//! Manifests of other registries: from here while they are trusted, else after a look at the
//! registry; and from here all the same where that does not answer.

use super::{Place, Unanswered};
use crate::clock;
use crate::durable::wire::{FillReply, FillWanted};
use crate::service::answer::Source;
use crate::service::blob::Conditions;
use crate::service::manifest::{Found, give};
use crate::service::{Answer, Error, Meter};
use crate::store::Store;
use crate::store::cached::Fresh;
use crate::upstream::body::Body;
use futures_util::future::join;
use roadstead_shared::oci::manifest::MAX_BYTES;
use roadstead_shared::oci::{Digest, Manifest, Reference};
use roadstead_shared::tier::Weight;

/// GET and HEAD of a manifest. One that is trusted is one operation of the store.
pub async fn get(
    store: &Store,
    place: &Place,
    reference: &Reference,
    head: bool,
    conditions: &Conditions,
    meter: &Meter<'_>,
) -> Result<Answer, Error> {
    let prefix = &place.rule.prefix;
    let stored = store.cached_manifest(prefix, &place.name, reference);
    let (stored, rule) = join(stored, meter.look()).await;
    let found = match stored? {
        Some(fresh) if place.trusts(reference, fresh.checked_at_ms) => {
            place.hit(store, Some(&fresh.stored.digest), fresh.stored.object.size());
            here(fresh, false)
        }
        stale => ask(store, place, reference, head, stale).await?,
    };
    let immutable = matches!(reference, Reference::Digest(_));
    give(store, found, immutable, head, conditions, meter, rule).await
}

/// What rests here.
fn here(fresh: Fresh, is_stale: bool) -> Found {
    let stored = fresh.stored;
    Found {
        digest: stored.digest,
        media_type: stored.media_type,
        weight: stored.weight,
        size: stored.object.size(),
        source: Some(Source::Object(stored.object)),
        is_stale,
    }
}

/// What the registry has; or what rests here, where it does not say.
async fn ask(
    store: &Store,
    place: &Place,
    reference: &Reference,
    head: bool,
    stale: Option<Fresh>,
) -> Result<Found, Error> {
    let has = stale.as_ref().map(|fresh| fresh.stored.digest.clone());
    let wanted = FillWanted::Manifest { reference: reference.clone(), head, has };
    let asked = store.ask_fill(&place.call(wanted)).await;
    let (reply, stream) = match (asked, &stale) {
        (Ok(asked), _) => asked,
        // Not even our own object answers: what rests here is better than nothing.
        (Err(error), Some(_)) => {
            store.log(&error.to_string());
            (FillReply::Failed { status: None }, None)
        }
        (Err(error), None) => return Err(error.into()),
    };
    match reply {
        FillReply::Same { digest } => confirmed(store, place, reference, &digest, stale).await,
        FillReply::Manifest { digest, media_type } => {
            place.miss(store);
            let document = match &stream {
                Some(stream) => Body::open(stream).all(MAX_BYTES, &place.rule.host).await,
                None => Ok(Vec::new()),
            };
            let document = document.map_err(|_| place.failed())?;
            let manifest = Manifest::parse(&document, &media_type).map_err(|_| place.failed())?;
            let weight = Weight::of(&manifest, &media_type);
            let size = document.len() as u64;
            let source = Some(Source::Bytes(document));
            Ok(Found { digest, media_type, weight, size, source, is_stale: false })
        }
        FillReply::Head { digest, media_type, size } => {
            place.miss(store);
            let weight = Weight::Nothing;
            Ok(Found { digest, media_type, weight, size, source: None, is_stale: false })
        }
        reply => {
            let unanswered = place.unanswered(&reply, reference);
            match stale {
                Some(fresh) if place.may_be_stale(&unanswered, fresh.checked_at_ms) => {
                    place.hit(store, Some(&fresh.stored.digest), fresh.stored.object.size());
                    Ok(here(fresh, true))
                }
                _ => Err(unanswered.into()),
            }
        }
    }
}

/// What rests here under a tag that the registry says is `digest`: what was read before, or what
/// the tag was pointed at meanwhile.
async fn confirmed(
    store: &Store,
    place: &Place,
    reference: &Reference,
    digest: &Digest,
    stale: Option<Fresh>,
) -> Result<Found, Error> {
    let found = match stale.filter(|fresh| fresh.stored.digest == *digest) {
        Some(fresh) => Some(fresh),
        None => store.cached_manifest(&place.rule.prefix, &place.name, reference).await?,
    };
    let found = found.ok_or_else(|| place.failed())?;
    place.hit(store, Some(&found.stored.digest), found.stored.object.size());
    Ok(here(found, false))
}

impl Place {
    /// Whether what was looked at then is trusted now.
    fn trusts(&self, reference: &Reference, checked_at_ms: u64) -> bool {
        match reference {
            Reference::Digest(_) => true,
            Reference::Tag(tag) => {
                let ttl_ms = self.rule.ttl_s(tag.as_str()).saturating_mul(1000);
                clock::now_ms() < checked_at_ms.saturating_add(ttl_ms)
            }
        }
    }

    /// Whether what was looked at then is given out instead.
    fn may_be_stale(&self, unanswered: &Unanswered, checked_at_ms: u64) -> bool {
        // An account that is refused is the operator's to mend: until then nobody goes without.
        let is_ours = matches!(unanswered, Unanswered::Refused { .. });
        let is_silence = unanswered.is_silence() || (is_ours && self.rule.username.is_some());
        let is_young = self.rule.stale_s.is_none_or(|stale_s| {
            clock::now_ms() < checked_at_ms.saturating_add(stale_s.saturating_mul(1000))
        });
        is_silence && is_young
    }
}
