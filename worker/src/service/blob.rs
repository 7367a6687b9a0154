//! Blobs: HEAD and GET, whole, in ranges, or not at all because the client has it.

use super::answer::{Content, Source};
use super::{Answer, Error};
use crate::durable::wire::RepositoryCommand;
use crate::store::blob::Blob;
use crate::store::{self, Store};
use roadstead_shared::blob::Body;
use roadstead_shared::oci::range::{self, Asked, ByteRange};
use roadstead_shared::oci::{Digest, Name};

/// What the headers of a request for a blob or manifest ask for.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
    /// `Range`.
    pub range: Option<String>,
    /// `If-Range`.
    pub if_range: Option<String>,
}

impl Conditions {
    /// Whether the client says that it has what is called `etag` (without quotes).
    /// RFC 9110, section 13.1.2: weak comparison.
    pub fn has(&self, etag: &str) -> bool {
        self.if_none_match.as_deref().is_some_and(|list| {
            list.split(',').map(str::trim).any(|tag| {
                let tag = tag.strip_prefix("W/").unwrap_or(tag);
                tag == "*" || tag.trim_matches('"') == etag
            })
        })
    }

    /// The range, unless it was meant for another version. RFC 9110, section 13.1.5.
    pub fn range_of(&self, etag: &str) -> Option<&str> {
        let meant = self.if_range.as_deref().is_none_or(|tag| tag.trim() == format!("\"{etag}\""));
        self.range.as_deref().filter(|_| meant)
    }
}

/// HEAD of a blob: one operation of the store. Who may push here is told of the blobs of others,
/// too, and has them from then on, so that no base layer is sent twice.
pub async fn head(
    store: &Store,
    name: &Name,
    digest: Digest,
    conditions: &Conditions,
    may_push: bool,
) -> Result<Answer, Error> {
    let mut size = store.blob_size(name, &digest).await?;
    match size {
        // Who is told that it is here will not send it: it must not go just now.
        Some(_) if may_push => store.touch(name, &digest).await?,
        None if may_push => {
            size = offered(store.hold(name, &digest, None, None, false).await)?;
        }
        Some(_) | None => {}
    }
    let size = size.ok_or_else(|| Error::BlobUnknown(digest.clone()))?;
    if conditions.has(digest.as_str()) {
        return Ok(Answer::NotModified { digest, immutable: true });
    }
    Ok(Answer::Blob { digest, size, content: Content::Head })
}

/// What of a blob of others is offered. Where it does not fit into the quota it is not there: who
/// then begins to push it is told why, which no answer to a HEAD can say.
fn offered(held: Result<Option<(bool, u64)>, store::Error>) -> Result<Option<u64>, Error> {
    match held {
        Err(store::Error::Spent(_)) => Ok(None),
        held => Ok(held?.map(|(_, size)| size)),
    }
}

/// DELETE of a blob: this repository's link to it. Others keep theirs.
pub async fn delete(store: &Store, name: &Name, digest: Digest) -> Result<Answer, Error> {
    let command = RepositoryCommand::DeleteBlob(name.clone(), digest.clone());
    match store.ask_repository(name, &command).await? {
        Ok(_) => Ok(Answer::Deleted),
        Err(_) => Err(Error::BlobUnknown(digest)),
    }
}

/// GET of a blob: the record, and behind it one read a slice.
pub async fn get(
    store: &Store,
    name: &Name,
    digest: Digest,
    conditions: &Conditions,
) -> Result<Answer, Error> {
    let blob = store.blob(name, &digest).await?;
    let blob = blob.ok_or_else(|| Error::BlobUnknown(digest.clone()))?;
    if conditions.has(digest.as_str()) {
        return Ok(Answer::NotModified { digest, immutable: true });
    }
    let size = blob.size();
    let content = match range::asked(conditions.range_of(digest.as_str()), size) {
        Asked::Unsatisfiable => return Err(Error::RangeNotSatisfiable { size }),
        Asked::TooMany => return Err(Error::TooManyRanges),
        Asked::Whole => Content::Whole(whole(blob)),
        Asked::Ranges(ranges) => some(blob, &ranges).await?,
    };
    Ok(Answer::Blob { digest, size, content })
}

fn whole(blob: Blob) -> Source {
    match blob {
        Blob::Inline { object } => Source::Object(object),
        Blob::Sliced(body) => {
            let parts = body.all_parts();
            Source::Slices { upload: body.upload, parts }
        }
    }
}

/// Several ranges of a body.
pub(super) fn of_body(body: &Body, ranges: &[ByteRange]) -> Content {
    let source =
        |range: ByteRange| Source::Slices { upload: body.upload.clone(), parts: body.parts(range) };
    Content::Ranges(ranges.iter().map(|range| (*range, source(*range))).collect())
}

async fn some(blob: Blob, ranges: &[ByteRange]) -> Result<Content, Error> {
    let inline = match &blob {
        Blob::Inline { object } => Some(object.bytes().await?),
        Blob::Sliced(_) => None,
    };
    let source = |range: ByteRange| match (&blob, &inline) {
        (Blob::Sliced(body), _) => {
            Source::Slices { upload: body.upload.clone(), parts: body.parts(range) }
        }
        (Blob::Inline { .. }, bytes) => Source::Bytes(cut(bytes.as_deref(), range)),
    };
    Ok(match ranges {
        [one] => Content::Range(*one, source(*one)),
        several => Content::Ranges(several.iter().map(|range| (*range, source(*range))).collect()),
    })
}

/// The bytes of a range that is known to lie inside.
fn cut(bytes: Option<&[u8]>, range: ByteRange) -> Vec<u8> {
    let first = usize::try_from(range.first).unwrap_or(usize::MAX);
    let last = usize::try_from(range.last).unwrap_or(usize::MAX);
    bytes.and_then(|bytes| bytes.get(first..=last)).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_tag_is_found_in_every_form() {
        for (header, has) in [
            ("\"sha256:a\"", true),
            ("W/\"sha256:a\"", true),
            ("\"x\", \"sha256:a\"", true),
            ("*", true),
            ("sha256:a", true),
            ("\"sha256:b\"", false),
            ("", false),
        ] {
            let conditions =
                Conditions { if_none_match: Some(header.into()), ..Default::default() };
            assert_eq!(conditions.has("sha256:a"), has, "{header}");
        }
        assert!(!Conditions::default().has("sha256:a"));
    }

    #[test]
    fn a_range_for_another_version_is_no_range() {
        let conditions = |if_range: Option<&str>| Conditions {
            range: Some("bytes=0-1".into()),
            if_range: if_range.map(str::to_owned),
            ..Default::default()
        };
        assert_eq!(conditions(None).range_of("d"), Some("bytes=0-1"));
        assert_eq!(conditions(Some("\"d\"")).range_of("d"), Some("bytes=0-1"));
        assert_eq!(conditions(Some("\"e\"")).range_of("d"), None);
        assert_eq!(conditions(Some("W/\"d\"")).range_of("d"), None);
    }
}
