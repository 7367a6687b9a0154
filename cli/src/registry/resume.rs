//! Where an upload goes on: arithmetic, and nothing that sends.

use roadstead_shared::oci::range::{self, ByteRange};

/// What is to be done next with an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Send these bytes.
    Send(ByteRange),
    /// Everything is there: say so.
    Finish,
}

/// The next step of a blob of `size` bytes of which the first `offset` are there, in chunks of
/// `chunk` bytes.
pub(crate) fn step(offset: u64, size: u64, chunk: u64) -> Step {
    if offset >= size {
        return Step::Finish;
    }
    let end = offset.saturating_add(chunk.max(1)).min(size);
    Step::Send(ByteRange { first: offset, last: end - 1 })
}

/// How many bytes the registry has, by its `Range: 0-LAST`.
///
/// An upload without a byte and one with a single byte are both `0-0`. `nothing_refused` says
/// that bytes from the very beginning have just been refused: then there is one byte. `None`:
/// that is no such header, or it names more than `size` bytes, so that this is another upload.
pub(crate) fn held(header: &str, size: u64, nothing_refused: bool) -> Option<u64> {
    let range = range::chunk(header.trim().trim_start_matches("bytes="))?;
    if range.first != 0 {
        return None;
    }
    let held = match range.last {
        0 => u64::from(nothing_refused),
        last => last + 1,
    };
    (held <= size).then_some(held)
}

/// How many bytes the registry has after it took `sent`, by its answer. What was sent whole needs
/// no guess: `0-0` after one byte is one byte.
pub(crate) fn taken(header: Option<&str>, sent: ByteRange, size: u64) -> Option<u64> {
    let all = sent.last + 1;
    let Some(header) = header else { return Some(all) };
    let held = held(header, size, sent.last == 0)?;
    (held <= all).then_some(held)
}

/// The length of chunks: what was asked for, or the least that the registry takes.
pub(crate) fn chunk(asked: u64, least: Option<&str>) -> u64 {
    let least = least.and_then(|least| least.trim().parse().ok()).unwrap_or(0);
    asked.max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(first: u64, last: u64) -> Step {
        Step::Send(ByteRange { first, last })
    }

    #[test]
    fn chunks_cover_a_blob_without_gap_or_overlap() {
        for (size, chunk) in [(1, 5), (5, 5), (6, 5), (40, 7), (100, 1), (3, u64::MAX)] {
            let (mut offset, mut count) = (0, 0);
            while let Step::Send(range) = step(offset, size, chunk) {
                assert_eq!(range.first, offset);
                assert!(range.len() <= chunk && range.last < size);
                offset = range.last + 1;
                count += 1;
            }
            assert_eq!((offset, count), (size, size.div_ceil(chunk)), "{size} in {chunk}");
        }
        assert_eq!(step(0, 0, 5), Step::Finish);
        assert_eq!(step(9, 5, 5), Step::Finish);
        assert_eq!(step(0, 2, 0), send(0, 0), "a chunk of nothing would never end");
        assert_eq!(step(u64::MAX - 2, u64::MAX, 5), send(u64::MAX - 2, u64::MAX - 1));
    }

    #[test]
    fn no_byte_and_one_byte_are_told_apart_by_what_was_refused() {
        assert_eq!(held("0-0", 10, false), Some(0));
        assert_eq!(held("0-0", 10, true), Some(1));
        assert_eq!(held("0-1", 10, false), Some(2));
        assert_eq!(held("0-9", 10, false), Some(10));
        assert_eq!(held("bytes=0-4", 10, false), Some(5));
    }

    #[test]
    fn what_cannot_be_of_this_blob_is_none() {
        for header in ["0-10", "1-4", "4", "", "-4", "0-", "a-b", "0-99999999999999999999"] {
            assert_eq!(held(header, 10, false), None, "{header}");
        }
    }

    #[test]
    fn an_answer_says_how_much_of_a_chunk_was_taken() {
        let sent = ByteRange { first: 5, last: 9 };
        assert_eq!(taken(Some("0-9"), sent, 20), Some(10));
        assert_eq!(taken(Some("0-7"), sent, 20), Some(8), "less than was sent");
        assert_eq!(taken(None, sent, 20), Some(10));
        assert_eq!(taken(Some("0-12"), sent, 20), None, "more than was sent");
        let one = ByteRange { first: 0, last: 0 };
        assert_eq!(taken(Some("0-0"), one, 20), Some(1));
    }

    #[test]
    fn the_registry_may_ask_for_longer_chunks() {
        assert_eq!(chunk(5, None), 5);
        assert_eq!(chunk(5, Some("9")), 9);
        assert_eq!(chunk(5, Some("3")), 5);
        assert_eq!(chunk(5, Some("x")), 5);
    }
}
