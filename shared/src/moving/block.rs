//! YAML in lines, as far as it takes to know which text stands under which key. What a scanner of
//! lines cannot know (tags, complex keys) is passed over, never guessed at.

use super::flow::{self, line_end};
use super::tree::{Scalar, Tree, quoted};
use std::ops::Range;

/// A mapping that is open.
struct Frame {
    indent: usize,
    mapping: usize,
    /// The key that was read last.
    key: Range<usize>,
}

/// Reads all documents of a file.
pub(super) fn read(text: &str) -> Tree {
    let mut reader = Reader { text, tree: Tree::default(), frames: Vec::new() };
    let mut at = 0;
    while at < text.len() {
        // Always to a later line.
        at = reader.line(at).max(line_end(text, at) + 1);
    }
    reader.tree
}

struct Reader<'a> {
    text: &'a str,
    tree: Tree,
    frames: Vec<Frame>,
}

impl Reader<'_> {
    /// Reads the line that begins at `start`, and what its value takes of the next ones; where to
    /// go on.
    fn line(&mut self, start: usize) -> usize {
        let end = line_end(self.text, start);
        let line = self.text.get(start..end).unwrap_or_default();
        if line.starts_with("---") || line.starts_with("...") {
            self.frames.clear();
            return end;
        }
        let mut column = line.len() - line.trim_start_matches(' ').len();
        loop {
            let rest = line.get(column..).unwrap_or_default();
            let Some(behind) = rest.strip_prefix('-') else { break };
            if !(behind.trim_start().is_empty() || behind.starts_with(' ')) {
                break;
            }
            self.frames.retain(|frame| frame.indent <= column);
            column += 1 + (behind.len() - behind.trim_start_matches(' ').len());
            self.frames.retain(|frame| frame.indent < column);
        }
        let rest = line.get(column..).unwrap_or_default();
        let from = start + column;
        if rest.trim().is_empty() || rest.starts_with('#') || rest.starts_with("{{") {
            return end;
        }
        if rest.starts_with(['{', '[']) {
            let (parent, key) = self.innermost(column);
            return flow::read(self.text, from, parent, key, &mut self.tree);
        }
        match self.key(from, end) {
            Some((key, value)) => self.field(column, key, value, end),
            None if rest.starts_with(['"', '\'']) => quoted(self.text, from).1,
            None if is_block_scalar(rest) => self.skip_block(end, column.saturating_sub(1)),
            None => end,
        }
    }

    /// The key that stands at `from`, and where what follows its colon begins.
    fn key(&self, from: usize, end: usize) -> Option<(Range<usize>, usize)> {
        let rest = self.text.get(from..end)?;
        let is_end = |text: &str| text.is_empty() || text.starts_with([' ', '\t', '\r']);
        if rest.starts_with(['"', '\'']) {
            let (key, behind) = quoted(self.text, from);
            let after = self.text.get(behind..end)?;
            let spaces = after.len() - after.trim_start().len();
            let colon = after.trim_start().strip_prefix(':').filter(|text| is_end(text));
            return colon.map(|_| (key, behind + spaces + 1));
        }
        let mut colons = rest.match_indices(':').map(|(at, _)| at);
        let colon = colons.find(|at| is_end(rest.get(at + 1..).unwrap_or_default()))?;
        // A comment ends the line before any colon in it.
        let key = rest.get(..colon)?;
        (!key.contains(" #")).then(|| (from..from + key.trim_end().len(), from + colon + 1))
    }

    /// The mapping that something at this column is in, and its key there.
    fn innermost(&self, column: usize) -> (Option<usize>, Range<usize>) {
        let found = self.frames.iter().rfind(|frame| frame.indent < column);
        found.map_or((None, 0..0), |frame| (Some(frame.mapping), frame.key.clone()))
    }

    /// Takes in a key at `column` whose value begins at `from` or later; where to go on.
    fn field(&mut self, column: usize, key: Range<usize>, from: usize, end: usize) -> usize {
        self.frames.retain(|frame| frame.indent <= column);
        if self.frames.last().is_none_or(|frame| frame.indent < column) {
            let (parent, name) = self.innermost(column);
            let mapping = self.tree.mapping(parent, name);
            self.frames.push(Frame { indent: column, mapping, key: key.clone() });
        }
        let Some(frame) = self.frames.last_mut() else { return end };
        frame.key = key.clone();
        let mapping = frame.mapping;
        let (from, anchor) = self.properties(from, end);
        let rest = self.text.get(from..end).unwrap_or_default();
        if is_block_scalar(rest) {
            return self.skip_block(end, column);
        }
        if rest.starts_with(['{', '[']) && !rest.starts_with("{{") {
            return flow::read(self.text, from, Some(mapping), key, &mut self.tree);
        }
        let (value, next) = if rest.starts_with(['"', '\'']) {
            quoted(self.text, from)
        } else {
            let len = rest.find(" #").unwrap_or(rest.len());
            let comment = rest.starts_with('#');
            let len = if comment { 0 } else { rest.get(..len).map_or(0, |it| it.trim_end().len()) };
            (from..from + len, end)
        };
        if let Some(anchor) = anchor {
            self.tree.anchors.push((anchor, value.clone()));
        }
        self.tree.scalar(Scalar { mapping, key, value });
        next
    }

    /// Passes over spaces, tags and the anchor in front of a value.
    fn properties(&self, from: usize, end: usize) -> (usize, Option<Range<usize>>) {
        let mut at = from;
        let mut anchor = None;
        loop {
            let rest = self.text.get(at..end).unwrap_or_default();
            let text = rest.trim_start();
            at += rest.len() - text.len();
            if !text.starts_with(['&', '!']) {
                return (at, anchor);
            }
            let len = text.find([' ', '\t', '\r']).unwrap_or(text.len());
            if text.starts_with('&') {
                anchor = Some(at + 1..at + len);
            }
            at += len;
        }
    }

    /// The end of a text in lines, all of which stand further in than `indent`.
    fn skip_block(&self, end: usize, indent: usize) -> usize {
        let mut at = end + 1;
        while at < self.text.len() {
            let end = line_end(self.text, at);
            let line = self.text.get(at..end).unwrap_or_default();
            let inner = line.len() - line.trim_start_matches(' ').len();
            if !line.trim().is_empty() && inner <= indent {
                break;
            }
            at = end + 1;
        }
        at
    }
}

/// Whether a value is a text in the lines below: `|`, `>-`, `|2+`, with a comment.
fn is_block_scalar(rest: &str) -> bool {
    let Some(behind) = rest.strip_prefix(['|', '>']) else { return false };
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit() || "+-".contains(c));
    behind.trim().is_empty() || behind.trim_start().starts_with('#')
}
