//! Blobs of other registries. distribution-spec 1.1, "Pulling blobs" (`end-2`); RFC 9110,
//! section 14.

use super::fetch::Method;
use super::{Error, Upstream};
use roadstead_shared::oci::range::ByteRange;
use roadstead_shared::oci::{Digest, path};
use web_sys::ReadableStream;

/// The bytes of a blob, unread and unchecked.
pub struct Sent {
    /// The bytes; `None` where there are none.
    pub stream: Option<ReadableStream>,
    /// How many they are, where that was announced.
    pub length: Option<u64>,
    /// Whether they are the range that was asked for, rather than all of the blob.
    pub is_part: bool,
}

impl Sent {
    /// Says that nobody will read the bytes.
    pub fn discard(self) {
        if let Some(stream) = self.stream {
            // Nobody waits for it, and it cannot fail in a way that matters.
            let _ = stream.cancel();
        }
    }
}

impl Upstream {
    /// Whether the registry has the blob `digest`, and how many bytes it says that are.
    pub async fn blob_head(&self, digest: &Digest) -> Result<Option<u64>, Error> {
        let target = path::blob(&self.name, digest);
        let answer = self.ask(Method::Head, &target, &[]).await?;
        let size = answer.length();
        answer.discard();
        Ok(size)
    }

    /// The blob `digest`, or `range` of it. A registry may send all of it where a range was asked
    /// for.
    pub async fn blob(&self, digest: &Digest, range: Option<ByteRange>) -> Result<Sent, Error> {
        let target = path::blob(&self.name, digest);
        let asked = range.map(|range| format!("bytes={}-{}", range.first, range.last));
        let headers: Vec<(&str, &str)> =
            asked.iter().map(|asked| ("range", asked.as_str())).collect();
        let answer = self.ask(Method::Get, &target, &headers).await?;
        let is_part = answer.status == 206;
        let first = answer.header("content-range").as_deref().and_then(first_of);
        let host = self.host();
        let what = "another part of a blob than was asked for";
        let wanted = range.map(|range| range.first);
        if is_part && (wanted.is_none() || first != wanted) {
            answer.discard();
            return Err(Error::Unreadable { host, what });
        }
        Ok(Sent { length: answer.length(), stream: answer.body, is_part })
    }
}

/// The first byte of `bytes 5-9/20`.
fn first_of(content_range: &str) -> Option<u64> {
    content_range.strip_prefix("bytes ")?.split_once('-')?.0.trim().parse().ok()
}
