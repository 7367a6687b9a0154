//! `multipart/byteranges`: several ranges in one answer. RFC 9110, section 14.6.

use super::stream::Segment;
use crate::service::answer::Source;
use roadstead_shared::oci::media_type::OCTET_STREAM;
use roadstead_shared::oci::range::ByteRange;

/// Cannot occur by chance, and need not be secret: a client counts by `Content-Range`, and the
/// length of the whole is announced.
const BOUNDARY: &str = "roadstead-3f1a9c5e7b2d4860-part";

/// The ranges of an answer, in the order they were asked for.
pub struct Parts {
    ranges: Vec<(ByteRange, Source)>,
    size: u64,
}

impl Parts {
    /// These ranges of something that has `size` bytes.
    pub fn new(ranges: Vec<(ByteRange, Source)>, size: u64) -> Self {
        Self { ranges, size }
    }

    /// The value of `Content-Type`.
    pub fn content_type(&self) -> String {
        format!("multipart/byteranges; boundary={BOUNDARY}")
    }

    /// What is sent: a head before every range, and the end.
    pub fn segments(self) -> Vec<Segment> {
        let size = self.size;
        let mut segments = Vec::with_capacity(self.ranges.len() * 2 + 1);
        for (range, source) in self.ranges {
            segments.push(text(head(range, size)));
            segments.push(Segment { source, len: range.len() });
        }
        segments.push(text(format!("\r\n--{BOUNDARY}--\r\n")));
        segments
    }
}

fn head(range: ByteRange, size: u64) -> String {
    format!(
        "\r\n--{BOUNDARY}\r\nContent-Type: {OCTET_STREAM}\r\nContent-Range: {}\r\n\r\n",
        range.content_range(size)
    )
}

fn text(text: String) -> Segment {
    let bytes = text.into_bytes();
    Segment { len: bytes.len() as u64, source: Source::Bytes(bytes) }
}
