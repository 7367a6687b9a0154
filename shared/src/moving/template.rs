//! A reference made of pieces: what it names, and which bytes change so that it comes from here.

use super::found::{Edit, Fate, Found, Named, Place, Why};
use super::piece::Piece;
use super::{Destination, Floating};
use crate::upstream::Image;
use std::ops::Range;

/// What stands for a value that is not known, wherever a name or a tag is checked.
const PLACEHOLDER: &str = "x";

/// A reference with the pieces that it is made of.
pub(super) struct Template {
    pieces: Vec<Piece>,
    /// What they stand for together.
    text: String,
    /// Where each begins in it.
    starts: Vec<usize>,
}

/// The parts of a reference, as ranges of its text.
struct Parts {
    /// The registry with its slash; empty where none is written.
    registry: Range<usize>,
    /// The repository as it is written.
    name: Range<usize>,
    tag: Option<Range<usize>>,
    digest: Option<Range<usize>>,
}

impl Template {
    pub(super) fn new(pieces: Vec<Piece>) -> Self {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            starts.push(text.len());
            text.push_str(if piece.known { &piece.text } else { PLACEHOLDER });
        }
        Self { pieces, text, starts }
    }

    /// What it stands for; a placeholder for each unknown value.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether all of it is known.
    pub(super) fn is_known(&self) -> bool {
        self.pieces.iter().all(|piece| piece.known)
    }

    /// What becomes of it as a whole reference that is written as `written` at `at`.
    pub(super) fn found(&self, written: &str, at: usize, place: Place, to: &Destination) -> Found {
        let mut found = Found {
            line: 0,
            column: 0,
            written: written.to_owned(),
            place,
            image: None,
            fate: Fate::Stays(Why::Unread),
            floating: None,
            note: None,
            edits: Vec::new(),
            at,
        };
        if let Some(why) = self.unknown_registry() {
            found.fate = Fate::Stays(why);
            return found;
        }
        let parts = parts(&self.text);
        let Some(image) = self.image(&parts) else { return found };
        let named = self.named(&parts, &image);
        let known = |range: &Range<usize>| self.unknown_in(range).is_none();
        if parts.digest.is_none() && parts.tag.as_ref().is_none_or(known) {
            found.floating = Floating::of(named.tag.as_deref());
        }
        found.fate = self.fate(&parts, &named, to, &mut found.edits);
        found.image = Some(named);
        found
    }

    /// The same for a registry alone, or a registry with the beginning of names.
    pub(super) fn found_registry(&self, written: &str, at: usize, to: &Destination) -> Found {
        // A name behind it makes a reference of it.
        let mut whole = self.pieces.clone();
        whole.push(Piece::implied("/x/x"));
        let mut found = Self::new(whole).found(written, at, Place::Registry, to);
        found.floating = None;
        let cut = |text: &str| text.strip_suffix("/x/x").unwrap_or(text).to_owned();
        if let Fate::Becomes(text) = &mut found.fate {
            *text = cut(text);
        }
        if let Some(image) = &mut found.image {
            image.repository = image
                .repository
                .strip_suffix("x/x")
                .map_or_else(String::new, |it| it.trim_end_matches('/').to_owned());
        }
        found
    }

    /// Why nobody can say which registry it is, if that is so.
    fn unknown_registry(&self) -> Option<Why> {
        let unknown = self.pieces.iter().position(|piece| !piece.known)?;
        let known_until = self.starts.get(unknown).copied().unwrap_or(0);
        let body = self.text.split('@').next().unwrap_or_default();
        let end = body.find('/').map(|slash| slash + 1);
        // Without a slash all of it is the name.
        let end = end.unwrap_or_else(|| body.find(':').unwrap_or(body.len()));
        let written = self.pieces.get(unknown).map(|piece| piece.text.clone());
        (known_until < end).then(|| Why::Variable(written.unwrap_or_default()))
    }

    /// The reference as the grammar has it, with placeholders.
    fn image(&self, parts: &Parts) -> Option<Image> {
        let digest = parts.digest.as_ref();
        let known = digest.is_none_or(|digest| self.unknown_in(digest).is_none());
        let body = digest.map_or(self.text.len(), |digest| digest.start.saturating_sub(1));
        let text = if known { self.text.as_str() } else { self.text.get(..body)? };
        text.parse().ok()
    }

    fn named(&self, parts: &Parts, image: &Image) -> Named {
        let registry = image.registry.clone();
        let repository = format!("{}{}", library(parts, image, self), self.render(&parts.name));
        let text = |range: &Option<Range<usize>>| range.as_ref().map(|range| self.render(range));
        Named { registry, repository, tag: text(&parts.tag), digest: text(&parts.digest) }
    }

    fn fate(&self, parts: &Parts, named: &Named, to: &Destination, edits: &mut Vec<Edit>) -> Fate {
        if named.registry == to.host() {
            return Fate::Stays(Why::Here);
        }
        let Some(prefix) = to.prefix(&named.registry) else {
            return Fate::Stays(Why::NoRule(named.registry.clone()));
        };
        let head = format!("{}/{prefix}", to.host());
        match self.edits(parts, named, &head) {
            Ok(changes) => *edits = changes,
            Err(why) => return Fate::Stays(why),
        }
        let tail = self.render(&(parts.name.end..self.text.len()));
        Fate::Becomes(format!("{head}/{}{tail}", named.repository))
    }

    /// What changes: the registry, or the place where there is none, and Docker's `library/`.
    fn edits(&self, parts: &Parts, named: &Named, head: &str) -> Result<Vec<Edit>, Why> {
        let name = self.text.get(parts.name.clone()).unwrap_or_default();
        let library = !name.contains('/') && named.repository.starts_with("library/");
        let library = if library { "library/" } else { "" };
        if parts.registry.is_empty() {
            return Ok(vec![self.edit(&(0..0), &format!("{head}/{library}"))?]);
        }
        let mut edits = vec![self.edit(&(0..parts.registry.end - 1), head)?];
        if !library.is_empty() {
            edits.push(self.edit(&(parts.name.start..parts.name.start), library)?);
        }
        Ok(edits)
    }

    /// The bytes of the file behind a range of the text, which must lie in one piece.
    fn edit(&self, range: &Range<usize>, with: &str) -> Result<Edit, Why> {
        let index = self.starts.partition_point(|start| *start <= range.start).max(1) - 1;
        let piece = self.pieces.get(index).ok_or(Why::Unread)?;
        let start = self.starts.get(index).copied().unwrap_or_default();
        let at = piece.at.filter(|_| range.end <= start + piece.text.len()).ok_or_else(|| {
            let mut names = self.pieces.iter().filter_map(|piece| piece.variable.clone());
            names.next_back().map_or(Why::Unread, Why::Shared)
        })?;
        let (from, len) = (at + (range.start - start), range.len());
        let variable = piece.variable.clone();
        Ok(Edit { start: from, end: from + len, with: with.to_owned(), variable })
    }

    /// The first unknown piece of a range.
    fn unknown_in(&self, range: &Range<usize>) -> Option<&Piece> {
        let inside = |start: usize| start < range.end && start + PLACEHOLDER.len() > range.start;
        let mut pieces = self.pieces.iter().zip(&self.starts);
        pieces.find(|(piece, start)| !piece.known && inside(**start)).map(|(piece, _)| piece)
    }

    /// A range of the text, unknown values as they are written.
    fn render(&self, range: &Range<usize>) -> String {
        let mut shown = String::new();
        for (piece, start) in self.pieces.iter().zip(&self.starts) {
            if piece.known {
                let from = range.start.saturating_sub(*start).min(piece.text.len());
                let to = range.end.saturating_sub(*start).min(piece.text.len());
                shown.push_str(piece.text.get(from..to).unwrap_or_default());
            } else if (range.start..range.end).contains(start) {
                shown.push_str(&piece.text);
            }
        }
        shown
    }
}

/// `library/` where Docker leaves it out.
fn library(parts: &Parts, image: &Image, template: &Template) -> &'static str {
    let written = template.text.get(parts.name.clone()).unwrap_or_default();
    let added = !written.contains('/') && image.name.as_str().starts_with("library/");
    // A variable may bring a slash of its own; the edge adds what is missing.
    let known = template.unknown_in(&parts.name).is_none();
    if added && known { "library/" } else { "" }
}

/// Takes a reference apart, by Docker's rule: what cannot be a part of a name is a host.
fn parts(text: &str) -> Parts {
    let body = text.find('@').unwrap_or(text.len());
    let digest = (body < text.len()).then(|| body + 1..text.len());
    let registry = match text.get(..body).unwrap_or_default().split_once('/') {
        Some((first, _)) if first.contains(['.', ':', '[']) || first == "localhost" => {
            0..first.len() + 1
        }
        _ => 0..0,
    };
    let rest = text.get(registry.end..body).unwrap_or_default();
    let colon = rest.find(':').map(|colon| registry.end + colon);
    let name = registry.end..colon.unwrap_or(body);
    Parts { tag: colon.map(|colon| colon + 1..body), name, digest, registry }
}
