//! JSON, and what YAML writes in braces: one scanner, since the one is a part of the other.

use super::tree::{Scalar, Tree, quoted};
use std::ops::Range;

/// What a brace or a bracket opened.
struct Frame {
    /// The mapping that texts belong to.
    mapping: usize,
    /// The key that the next value has.
    key: Range<usize>,
    /// Whether it is a mapping, in which a text may be a key.
    is_mapping: bool,
    /// Whether the key has come.
    has_key: bool,
}

/// Reads what begins with a brace or a bracket at `from`, as the value of `key` in `parent`; the
/// first byte behind it.
pub(super) fn read(
    text: &str,
    from: usize,
    parent: Option<usize>,
    key: Range<usize>,
    tree: &mut Tree,
) -> usize {
    let bytes = text.as_bytes();
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                let is_mapping = *byte == b'{';
                let frame = open(&frames, parent, &key, is_mapping, tree);
                frames.push(frame);
                at += 1;
            }
            b'}' | b']' => {
                frames.pop();
                at += 1;
                if frames.is_empty() {
                    return at;
                }
            }
            b',' => {
                if let Some(frame) = frames.last_mut().filter(|frame| frame.is_mapping) {
                    frame.has_key = false;
                    frame.key = 0..0;
                }
                at += 1;
            }
            b' ' | b'\t' | b'\r' | b'\n' | b':' => at += 1,
            b'#' => at = line_end(text, at),
            _ => {
                let (range, end) = match byte {
                    b'"' | b'\'' => quoted(text, at),
                    _ => plain(text, at),
                };
                take(&mut frames, text, range, end, tree);
                at = end.max(at + 1);
            }
        }
    }
    bytes.len()
}

/// The frame of a brace or bracket that opens inside of `frames`.
fn open(
    frames: &[Frame],
    parent: Option<usize>,
    key: &Range<usize>,
    is_mapping: bool,
    tree: &mut Tree,
) -> Frame {
    let (parent, key) = match frames.last() {
        Some(frame) => (Some(frame.mapping), frame.key.clone()),
        None => (parent, key.clone()),
    };
    if is_mapping {
        let mapping = tree.mapping(parent, key);
        return Frame { mapping, key: 0..0, is_mapping, has_key: false };
    }
    // A list at the top has no mapping around it: one without a name stands in.
    let mapping = parent.unwrap_or_else(|| tree.mapping(None, 0..0));
    Frame { mapping, key, is_mapping, has_key: true }
}

/// A text is a key where one is due and a colon follows, else a value.
fn take(frames: &mut [Frame], text: &str, range: Range<usize>, end: usize, tree: &mut Tree) {
    let Some(frame) = frames.last_mut() else { return };
    let behind = text.get(end..).unwrap_or_default().trim_start();
    if frame.is_mapping && !frame.has_key && behind.starts_with(':') {
        frame.key = range;
        frame.has_key = true;
    } else if frame.is_mapping && frame.has_key {
        let (mapping, key) = (frame.mapping, frame.key.clone());
        tree.scalar(Scalar { mapping, key, value: range });
    }
}

/// A text without quotes.
fn plain(text: &str, at: usize) -> (Range<usize>, usize) {
    let bytes = text.as_bytes();
    let mut end = at;
    let mut line = None;
    while let Some(byte) = bytes.get(end) {
        let next = bytes.get(end + 1).copied().unwrap_or(b' ');
        let ends = match byte {
            b',' | b'[' | b']' | b'{' | b'}' | b'\n' => true,
            b':' => matches!(next, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'}' | b']'),
            b' ' => next == b'#',
            _ => false,
        };
        // A variable has braces of its own.
        if *byte == b'$' && next == b'{' {
            let line = *line.get_or_insert_with(|| line_end(text, end));
            let close = text.get(end..line).and_then(|rest| rest.find('}'));
            end = close.map_or(line, |close| end + close + 1);
            continue;
        }
        if ends {
            break;
        }
        end += 1;
    }
    let end = end.min(bytes.len());
    let len = text.get(at..end).map_or(0, |text| text.trim_end().len());
    (at..at + len, end)
}

/// Where the line ends that `at` is in.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}
