//! What the fields of YAML and JSON have in common: mappings, and texts under keys, with the place
//! of each in the file.

use std::ops::Range;

/// Mappings and the texts in them, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The mappings; one in a list has the key of the list.
    pub(super) mappings: Vec<Mapping>,
    /// The texts.
    pub(super) scalars: Vec<Scalar>,
    /// Texts with an anchor: its name, and the text.
    pub(super) anchors: Vec<(Range<usize>, Range<usize>)>,
}

/// A mapping.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    /// The mapping that it is in.
    pub(super) parent: Option<usize>,
    /// Its key there.
    pub(super) key: Range<usize>,
}

/// A text under a key.
#[derive(Clone, Debug)]
pub(super) struct Scalar {
    /// Which mapping it is in.
    pub(super) mapping: usize,
    /// Its key.
    pub(super) key: Range<usize>,
    /// The text, without quotes, escapes as they stand: no reference has any, so that what is none
    /// for that reason is left alone.
    pub(super) value: Range<usize>,
}

impl Tree {
    /// Adds a mapping; its number.
    pub(super) fn mapping(&mut self, parent: Option<usize>, key: Range<usize>) -> usize {
        self.mappings.push(Mapping { parent, key });
        self.mappings.len() - 1
    }

    /// Adds a text.
    pub(super) fn scalar(&mut self, scalar: Scalar) {
        self.scalars.push(scalar);
    }
}

/// A text in quotes that begins at `at` of `text`: the range inside, and the first byte behind it.
/// What nothing closes goes to the end.
pub(super) fn quoted(text: &str, at: usize) -> (Range<usize>, usize) {
    let bytes = text.as_bytes();
    let quote = bytes.get(at).copied().unwrap_or(b'"');
    let mut here = at + 1;
    while let Some(byte) = bytes.get(here) {
        let next = bytes.get(here + 1);
        let escapes = (*byte == b'\\' && quote == b'"')
            // Two single quotes are one.
            || (*byte == quote && quote == b'\'' && next == Some(&quote));
        if escapes {
            here += 2;
        } else if *byte == quote {
            return (at + 1..here, here + 1);
        } else {
            here += 1;
        }
    }
    let end = text.len();
    ((at + 1).min(end)..end, end)
}
