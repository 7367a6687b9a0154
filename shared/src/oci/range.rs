//! `Range` and `Content-Range`. RFC 9110, section 14, and distribution-spec 1.1 for uploads.

/// The most ranges that one request may ask for. podman's zstd:chunked asks for up to 1,024 and
/// falls back to one range on a 400; every range costs a read of the store.
pub const MAX_RANGES: usize = 32;

/// Bytes `first..=last` of something, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte.
    pub first: u64,
    /// The last byte, not before the first.
    pub last: u64,
}

impl ByteRange {
    /// How many bytes these are.
    pub fn len(self) -> u64 {
        self.last - self.first + 1
    }

    /// Never: a range has at least one byte.
    pub fn is_empty(self) -> bool {
        false
    }

    /// The value of `Content-Range` for these bytes of `size`.
    pub fn content_range(self, size: u64) -> String {
        format!("bytes {}-{}/{size}", self.first, self.last)
    }
}

/// What a `Range` header asks of something that has a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Everything: there is no range, or its unit is unknown and so ignored.
    Whole,
    /// These bytes, at least one range. 206.
    Ranges(Vec<ByteRange>),
    /// Nothing that there is, or nothing that can be understood. 416.
    Unsatisfiable,
    /// More ranges than [`MAX_RANGES`]. 400.
    TooMany,
}

/// Reads the value of `Range` against a `size` in bytes.
///
/// A range that begins past the end is left out; when none remains the request is unsatisfiable.
/// `last < first` and what is no range at all are unsatisfiable, too: RFC 9110 leaves the choice.
pub fn asked(header: Option<&str>, size: u64) -> Asked {
    let Some((unit, set)) = header.and_then(|value| value.split_once('=')) else {
        return Asked::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Asked::Whole;
    }
    let mut ranges = Vec::new();
    // RFC 9110, section 5.6.1: empty elements of a list are ignored.
    let specs = set.split(',').map(str::trim).filter(|spec| !spec.is_empty());
    for (count, spec) in specs.enumerate() {
        if count == MAX_RANGES {
            return Asked::TooMany;
        }
        match resolve(spec, size) {
            Ok(Some(range)) => ranges.push(range),
            Ok(None) => {}
            Err(()) => return Asked::Unsatisfiable,
        }
    }
    if ranges.is_empty() { Asked::Unsatisfiable } else { Asked::Ranges(ranges) }
}

/// One `first-last`, `first-` or `-suffix`: the bytes, or nothing past the end, or malformed.
fn resolve(spec: &str, size: u64) -> Result<Option<ByteRange>, ()> {
    let (first, last) = spec.split_once('-').ok_or(())?;
    let end = size.checked_sub(1);
    if first.is_empty() {
        let suffix = number(last)?;
        return Ok(end
            .filter(|_| suffix > 0)
            .map(|last| ByteRange { first: size.saturating_sub(suffix), last }));
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < first {
        return Err(());
    }
    Ok(end.filter(|end| first <= *end).map(|end| ByteRange { first, last: last.min(end) }))
}

/// Digits only; what does not fit counts as the largest number.
fn number(text: &str) -> Result<u64, ()> {
    if text.is_empty() || !text.bytes().all(|c| c.is_ascii_digit()) {
        return Err(());
    }
    Ok(text.parse().unwrap_or(u64::MAX))
}

/// Reads the `Content-Range: <first>-<last>` of a chunk, which has no unit in front.
/// distribution-spec 1.1, "Pushing a blob in chunks". `None` if it is malformed.
pub fn chunk(header: &str) -> Option<ByteRange> {
    let (first, last) = header.trim().split_once('-')?;
    let (first, last) = (number(first).ok()?, number(last).ok()?);
    (first <= last && last < u64::MAX).then_some(ByteRange { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(first: u64, last: u64) -> Asked {
        Asked::Ranges(vec![ByteRange { first, last }])
    }

    #[test]
    fn every_form_is_resolved_against_the_size() {
        for (header, expected) in [
            ("bytes=0-0", one(0, 0)),
            ("bytes=0-", one(0, 99)),
            ("bytes=10-19", one(10, 19)),
            ("bytes=90-1000", one(90, 99)),
            ("bytes=99-", one(99, 99)),
            ("bytes=-1", one(99, 99)),
            ("bytes=-1000", one(0, 99)),
            ("BYTES = 1-2", one(1, 2)),
            ("bytes=0-18446744073709551616", one(0, 99)),
            ("bytes=,0-1,,", one(0, 1)),
            ("bytes=100-", Asked::Unsatisfiable),
            ("bytes=-0", Asked::Unsatisfiable),
            ("bytes=500-0", Asked::Unsatisfiable),
            ("bytes=", Asked::Unsatisfiable),
            ("bytes=a-b", Asked::Unsatisfiable),
            ("bytes=--1", Asked::Unsatisfiable),
            ("bytes=1", Asked::Unsatisfiable),
            ("bytes=+1-2", Asked::Unsatisfiable),
            ("items=0-1", Asked::Whole),
            ("nonsense", Asked::Whole),
        ] {
            assert_eq!(asked(Some(header), 100), expected, "{header}");
        }
        assert_eq!(asked(None, 100), Asked::Whole);
    }

    #[test]
    fn several_ranges_keep_their_order_and_drop_what_is_past_the_end() {
        let ranges = asked(Some("bytes=5-6, 0-1,200-300 ,-2"), 100);
        let expected = [(5, 6), (0, 1), (98, 99)].map(|(first, last)| ByteRange { first, last });
        assert_eq!(ranges, Asked::Ranges(expected.to_vec()));
    }

    #[test]
    fn thirty_two_ranges_are_taken_and_thirty_three_are_not() {
        let header = |n: usize| format!("bytes={}", vec!["0-0"; n].join(","));
        assert!(matches!(asked(Some(&header(32)), 1), Asked::Ranges(r) if r.len() == 32));
        assert_eq!(asked(Some(&header(33)), 1), Asked::TooMany);
        assert_eq!(asked(Some(&header(10_000)), 1), Asked::TooMany);
    }

    #[test]
    fn nothing_can_be_taken_of_an_empty_blob() {
        for header in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
            assert_eq!(asked(Some(header), 0), Asked::Unsatisfiable, "{header}");
        }
    }

    #[test]
    fn a_chunk_has_no_unit() {
        assert_eq!(chunk("0-99"), Some(ByteRange { first: 0, last: 99 }));
        for bad in
            ["", "0", "-1", "1-", "2-1", "bytes 0-1/2", "bytes=0-1", "0-18446744073709551615"]
        {
            assert_eq!(chunk(bad), None, "{bad}");
        }
    }
}
