//! How a blob's bytes rest: as a body, either inline in its record or as pieces under keys of
//! their own, and which parts of which pieces a range of it takes.
//!
//! A body's pieces belong to the upload that brought them and are named after it, never after
//! the digest: nothing has to be renamed or copied when the digest is known at the end, and no
//! write to a key that was ever readable happens twice.

use crate::oci::range::ByteRange;
use serde::{Deserialize, Serialize};

/// Blobs up to this many bytes rest in their record itself, so that a config is one read, and a
/// small layer three writes.
pub const INLINE_MAX_BYTES: u64 = 64 * 1024;

/// The record of a body that rests in pieces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// All bytes together.
    pub size: u64,
    /// The upload that the pieces belong to.
    pub upload: String,
    /// The pieces, in order, as runs of equal ones.
    pub runs: Vec<Run>,
}

/// Pieces `first..first + count` of an epoch, each `bytes` long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The lease under which they were written.
    pub epoch: u32,
    /// The number of the first.
    pub first: u32,
    /// How many.
    pub count: u32,
    /// The length of each, in bytes.
    pub bytes: u64,
}

/// Bytes `offset..offset + len` of one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The lease under which the piece was written.
    pub epoch: u32,
    /// The number of the piece.
    pub number: u32,
    /// The first byte inside the piece.
    pub offset: u64,
    /// How many bytes, at least one.
    pub len: u64,
    /// Whether that is the whole piece.
    pub whole: bool,
}

/// Appends a piece, joining it to the run before where it continues it.
pub fn push(runs: &mut Vec<Run>, epoch: u32, number: u32, bytes: u64) {
    match runs.last_mut() {
        Some(run)
            if run.epoch == epoch
                && run.bytes == bytes
                && run.first.checked_add(run.count) == Some(number) =>
        {
            run.count += 1;
        }
        _ => runs.push(Run { epoch, first: number, count: 1, bytes }),
    }
}

impl Body {
    /// Appends a piece.
    pub fn push(&mut self, epoch: u32, number: u32, bytes: u64) {
        push(&mut self.runs, epoch, number, bytes);
        self.size = self.size.saturating_add(bytes);
    }

    /// The parts that make up `range`, in order. Bytes that the body does not have make none.
    pub fn parts(&self, range: ByteRange) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut begin = 0_u64;
        for run in &self.runs {
            let end = begin + run.bytes * u64::from(run.count);
            if run.bytes > 0 && range.first < end && range.last >= begin {
                run.parts(begin, range, &mut parts);
            }
            begin = end;
        }
        parts
    }

    /// The parts that make up everything, in order; none for an empty body.
    pub fn all_parts(&self) -> Vec<Part> {
        let all = self.size.checked_sub(1).map(|last| ByteRange { first: 0, last });
        all.map(|all| self.parts(all)).unwrap_or_default()
    }
}

impl Part {
    /// The same bytes as parts of at most `most` bytes each.
    pub fn split(self, most: u64) -> impl Iterator<Item = Self> {
        let most = most.max(1);
        (0..self.len.div_ceil(most)).map(move |index| {
            let skipped = index * most;
            let len = (self.len - skipped).min(most);
            let (offset, whole) = (self.offset + skipped, self.whole && len == self.len);
            Self { offset, len, whole, ..self }
        })
    }
}

impl Run {
    /// Adds the parts of this run, which begins at `begin`, that lie inside `range`.
    fn parts(self, begin: u64, range: ByteRange, parts: &mut Vec<Part>) {
        let skipped = range.first.saturating_sub(begin) / self.bytes;
        for index in skipped..u64::from(self.count) {
            let start = begin + index * self.bytes;
            if start > range.last {
                break;
            }
            let offset = range.first.saturating_sub(start);
            let len = (range.last - start + 1).min(self.bytes) - offset;
            let number = self.first + u32::try_from(index).unwrap_or(u32::MAX);
            parts.push(Part { epoch: self.epoch, number, offset, len, whole: len == self.bytes });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10 bytes: pieces of 3, 3 (epoch 1), 2 (epoch 1, short), 2 (epoch 2).
    fn body() -> Body {
        let mut runs = Vec::new();
        for (epoch, number, bytes) in [(1, 0, 3), (1, 1, 3), (1, 2, 2), (2, 0, 2)] {
            push(&mut runs, epoch, number, bytes);
        }
        Body { size: 10, upload: "u".into(), runs }
    }

    #[test]
    fn equal_neighbours_are_one_run() {
        assert_eq!(body().runs.len(), 3);
        assert_eq!(body().runs[0], Run { epoch: 1, first: 0, count: 2, bytes: 3 });
    }

    /// Every range of the body, against the same cut made by hand byte by byte.
    #[test]
    fn the_parts_of_every_range_are_exactly_its_bytes() {
        let owners = [
            (1, 0, 0),
            (1, 0, 1),
            (1, 0, 2),
            (1, 1, 0),
            (1, 1, 1),
            (1, 1, 2),
            (1, 2, 0),
            (1, 2, 1),
            (2, 0, 0),
            (2, 0, 1),
        ];
        for first in 0..10 {
            for last in first..10 {
                let bytes: Vec<_> = body()
                    .parts(ByteRange { first, last })
                    .into_iter()
                    .flat_map(|p| (p.offset..p.offset + p.len).map(move |o| (p.epoch, p.number, o)))
                    .collect();
                let expected =
                    &owners[usize::try_from(first).unwrap()..=usize::try_from(last).unwrap()];
                assert_eq!(bytes, expected, "{first}-{last}");
            }
        }
    }

    #[test]
    fn a_part_says_whether_it_is_the_whole_piece() {
        let parts = body().parts(ByteRange { first: 0, last: 4 });
        assert_eq!(parts.iter().map(|p| p.whole).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_part_is_split_without_a_gap() {
        let part = Part { epoch: 1, number: 2, offset: 5, len: 10, whole: true };
        let split: Vec<_> = part.split(4).map(|p| (p.offset, p.len, p.whole)).collect();
        assert_eq!(split, [(5, 4, false), (9, 4, false), (13, 2, false)]);
        assert_eq!(part.split(10).collect::<Vec<_>>(), [part]);
        assert_eq!(part.split(5).map(|p| p.len).collect::<Vec<_>>(), [5, 5]);
    }

    #[test]
    fn a_body_of_ten_gibibytes_is_a_short_record() {
        let mut runs = Vec::new();
        for number in 0..1280 {
            push(&mut runs, 0, number, 8 << 20);
        }
        push(&mut runs, 0, 1280, 5);
        assert_eq!(runs.len(), 2);
        let body = Body { size: (10 << 30) + 5, upload: "u".into(), runs };
        let last = body.parts(ByteRange { first: 10 << 30, last: (10 << 30) + 4 });
        assert_eq!(last, [Part { epoch: 0, number: 1280, offset: 0, len: 5, whole: true }]);
        assert_eq!(body.all_parts().len(), 1281);
    }
}
