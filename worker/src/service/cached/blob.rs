//! Blobs of other registries: from here, or while they come.

use super::{Place, Registry, Unanswered};
use crate::clock;
use crate::durable::wire::{FillReply, FillWanted};
use crate::service::answer::{Content, Source};
use crate::service::blob::{Conditions, of_body};
use crate::service::cached::asking::Failure;
use crate::service::{Answer, Error};
use crate::store::{self, Store};
use roadstead_shared::blob::Body;
use roadstead_shared::oci::Digest;
use roadstead_shared::oci::range::{self, Asked};
use web_sys::ReadableStream;

/// How long the bytes of a blob may not move while somebody waits for them, in ms.
const PATIENCE_MS: u64 = 10 * 60 * 1000;

/// How long somebody waits for a blob to be complete who wants a part from its middle, in ms.
const WHOLE_MS: u64 = 60 * 1000;

/// How often somebody begins anew whose slices were taken away while he read them.
const MAX_RETURNS: u32 = 3;

/// Some next bytes of a blob.
pub enum Piece {
    /// As they come; how many.
    Live(ReadableStream, u64),
    /// Those that rest here; all of it, or the beginning.
    Stored(Body),
    /// It is not kept: fetched for this one client.
    Alone,
}

/// The bytes of a blob, piece by piece: those that rest here, and those that are still coming.
pub struct Coming {
    /// Where.
    pub place: Place,
    /// Which blob.
    pub digest: Digest,
    /// The next byte that the client gets.
    pub at: u64,
    /// The first byte that he does not get.
    pub end: u64,
    /// How many the blob has.
    pub size: u64,
    /// The first piece, where it was asked for already.
    pub first: Option<Piece>,
    returns: u32,
}

/// HEAD of a blob: what rests here, or what the registry says.
pub async fn head(
    store: &Store,
    place: &Place,
    digest: Digest,
    conditions: &Conditions,
) -> Result<Answer, Error> {
    let stored = store.cached_blob(&place.rule.prefix, &place.name, &digest).await?;
    let size = match stored {
        Some(body) => body.size,
        None => said(store, place, &digest).await?,
    };
    if conditions.has(digest.as_str()) {
        return Ok(Answer::NotModified { digest, immutable: true });
    }
    Ok(Answer::Blob { digest, size, content: Content::Head })
}

/// How many bytes the registry says that a blob has.
async fn said(store: &Store, place: &Place, digest: &Digest) -> Result<u64, Error> {
    let registry = Registry::new(store, &place.rule, &place.name);
    let asked = async {
        let client = registry.client(&place.subject).await?;
        let size = client.blob_head(digest).await;
        registry.note(&client, size, |_| 0)
    };
    match asked.await {
        Ok(size) => size.ok_or_else(|| place.failed().into()),
        Err(failure) => Err(refusal(place, digest, failure)),
    }
}

fn refusal(place: &Place, digest: &Digest, failure: Failure) -> Error {
    match failure {
        Failure::Store(error) => error.into(),
        Failure::Reply(FillReply::Missing | FillReply::Refused) => {
            let host = place.rule.host.clone();
            Unanswered::MissingBlob { host, digest: digest.clone() }.into()
        }
        Failure::Reply(reply) => {
            let of = Unanswered::of(&reply, &place.rule.host, &place.name, "");
            of.unwrap_or_else(|| place.failed()).into()
        }
    }
}

/// GET of a blob, whole or in ranges.
pub async fn get(
    store: &Store,
    place: Place,
    digest: Digest,
    conditions: &Conditions,
) -> Result<Answer, Error> {
    let stored = store.cached_blob(&place.rule.prefix, &place.name, &digest).await?;
    let range = conditions.range_of(digest.as_str()).map(str::to_owned);
    let (size, first) = match stored {
        Some(body) => {
            place.hit(store, None, body.size);
            (body.size, Piece::Stored(body))
        }
        None => begin(store, &place, &digest, range.as_deref()).await?,
    };
    if conditions.has(digest.as_str()) {
        return Ok(Answer::NotModified { digest, immutable: true });
    }
    let coming = |at, end, first| {
        let (place, digest) = (place.clone(), digest.clone());
        Source::Coming(Box::new(Coming { place, digest, at, end, size, first, returns: 0 }))
    };
    let content = match (range::asked(range.as_deref(), size), first) {
        (Asked::Unsatisfiable, _) => return Err(Error::RangeNotSatisfiable { size }),
        (Asked::TooMany, _) => return Err(Error::TooManyRanges),
        (Asked::Whole, first) => Content::Whole(coming(0, size, Some(first))),
        (Asked::Ranges(ranges), first) => match (ranges.as_slice(), first) {
            ([one], first) => Content::Range(*one, coming(one.first, one.last + 1, Some(first))),
            (several, Piece::Stored(body)) if body.size == size => of_body(&body, several),
            // Nobody asks so for what is larger than everything that may be kept.
            (_, _) => return Err(Error::TooManyRanges),
        },
    };
    Ok(Answer::Blob { digest, size, content })
}

/// The size of a blob that does not rest here, and the first piece of what is asked for. A part from
/// its middle is only given once all of it is known to be right: nothing in it would show a lie.
async fn begin(
    store: &Store,
    place: &Place,
    digest: &Digest,
    range: Option<&str>,
) -> Result<(u64, Piece), Error> {
    place.miss(store);
    let at = match range {
        None => Some(0),
        Some(range) => open_ended(range),
    };
    let (whole, at) = (at.is_none(), at.unwrap_or_default());
    let wanted = FillWanted::Blob { digest: digest.clone(), at, whole };
    let call = place.call(wanted);
    let patience_ms = if whole { WHOLE_MS } else { PATIENCE_MS };
    let until_ms = clock::now_ms().saturating_add(patience_ms);
    loop {
        match store.ask_fill(&call).await? {
            (FillReply::Live { len, size }, Some(stream)) => {
                return Ok((size, Piece::Live(stream, len)));
            }
            (FillReply::Stored { body, size }, _) => return Ok((size, Piece::Stored(body))),
            (FillReply::Alone { size: Some(size) }, _) => return Ok((size, Piece::Alone)),
            (FillReply::Alone { size: None }, _) => {
                return Ok((said(store, place, digest).await?, Piece::Alone));
            }
            (FillReply::Later, _) if clock::now_ms() < until_ms => {}
            (FillReply::Later, _) => return Err(Error::Busy),
            (reply, _) => return Err(refusal(place, digest, Failure::Reply(reply))),
        }
    }
}

/// The first byte of `bytes=N-`.
fn open_ended(range: &str) -> Option<u64> {
    let first = range.strip_prefix("bytes=")?.strip_suffix('-')?;
    if first.bytes().all(|c| c.is_ascii_digit()) { first.parse().ok() } else { None }
}

impl Coming {
    /// The next piece: the one that was asked for already, or whatever there is now.
    pub async fn piece(&mut self, store: &Store) -> Result<Piece, store::Error> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        // A part from the middle is not read along: see `begin`.
        let whole = self.end < self.size;
        let wanted = FillWanted::Blob { digest: self.digest.clone(), at: self.at, whole };
        let call = self.place.call(wanted);
        let until_ms = clock::now_ms().saturating_add(PATIENCE_MS);
        loop {
            match store.ask_fill(&call).await? {
                (FillReply::Live { len, .. }, Some(stream)) => return Ok(Piece::Live(stream, len)),
                (FillReply::Stored { body, .. }, _) => return Ok(Piece::Stored(body)),
                (FillReply::Alone { .. }, _) => return Ok(Piece::Alone),
                (FillReply::Later, _) if clock::now_ms() < until_ms => {}
                (reply, _) => {
                    return Err(store::Error::BrokenBody(format!("the fill said {reply:?}")));
                }
            }
        }
    }

    /// Whether to go on elsewhere when a slice could not be read: it may have made room for others
    /// while it was read.
    pub fn returns(&mut self, error: &store::Error) -> bool {
        self.returns += 1;
        matches!(error, store::Error::Record(_)) && self.returns <= MAX_RETURNS
    }
}

#[cfg(test)]
mod tests {
    use super::open_ended;

    #[test]
    fn only_a_range_to_the_end_is_open() {
        for (range, first) in [
            ("bytes=0-", Some(0)),
            ("bytes=17-", Some(17)),
            ("bytes=0-1", None),
            ("bytes=-5", None),
            ("bytes=-", None),
            ("bytes=+1-", None),
            ("bytes=0-,5-", None),
            ("items=0-", None),
        ] {
            assert_eq!(open_ended(range), first.or(None), "{range}");
        }
    }
}
