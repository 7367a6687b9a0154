//! Dockerfiles: what they are built from.

use super::Destination;
use super::found::{Edit, Fate, Found, Place, Why};
use super::instruction::{Word, directives, next};
use super::piece::{Declared, pieces};
use super::template::Template;
use std::collections::{HashMap, HashSet};

/// How often it is looked again whether what stays makes something else stay.
const MAX_ROUNDS: usize = 16;

/// How many `ARG`s are remembered.
const MAX_ARGUMENTS: usize = 500;

/// Finds the references of a Dockerfile, at most `limit`.
pub(super) fn found(text: &str, to: &Destination, limit: usize) -> Vec<Found> {
    let top = directives(text);
    let mut reader = Reader { to, arguments: Vec::new(), stages: Vec::new(), found: Vec::new() };
    if let Some((from, end)) = top.syntax {
        let image = text.get(from..end).unwrap_or_default();
        let template = Template::new(pieces(image, from, &[]));
        reader.found.push(template.found(image, from, Place::Syntax, to));
    }
    let mut at = 0;
    while let Some((words, next_at)) = next(text, at, top.escape) {
        reader.instruction(&words);
        at = next_at;
        if reader.found.len() > limit {
            break;
        }
    }
    let Reader { mut found, .. } = reader;
    keep_shared_variables(text, &mut found);
    found
}

struct Reader<'a> {
    to: &'a Destination,
    /// `ARG`s in front of the first stage: name, default, where that stands.
    arguments: Vec<(String, String, usize)>,
    /// The stages so far, by name; empty where one has none.
    stages: Vec<String>,
    found: Vec<Found>,
}

impl Reader<'_> {
    fn instruction(&mut self, words: &[Word]) {
        let Some((first, rest)) = words.split_first() else { return };
        match first.text.to_ascii_uppercase().as_str() {
            // Only what stands before the first stage is known to `FROM`.
            "ARG" if self.stages.is_empty() => rest.iter().for_each(|word| self.argument(word)),
            "FROM" => self.from(rest),
            "COPY" => self.copied(rest, |word| behind(word, "--from=")),
            "RUN" => self.copied(rest, mounted),
            _ => {}
        }
    }

    fn argument(&mut self, word: &Word) {
        let Some((name, value)) = word.text.split_once('=') else { return };
        let value = unquoted(value, word.at + name.len() + 1, word.is_whole);
        if let Some(value) = value.filter(|_| self.arguments.len() < MAX_ARGUMENTS) {
            self.arguments.push((name.to_owned(), value.text, value.at));
        }
    }

    fn from(&mut self, words: &[Word]) {
        let mut words = words.iter().skip_while(|word| word.text.starts_with("--"));
        let Some(image) = words.next() else { return };
        self.reference(image, Place::From);
        let named = words.next().is_some_and(|word| word.text.eq_ignore_ascii_case("as"));
        let name = words.next().filter(|_| named).map(|word| word.text.to_ascii_lowercase());
        self.stages.push(name.unwrap_or_default());
    }

    /// What flags name to copy from: a stage by name or number, or an image.
    fn copied(&mut self, words: &[Word], image: impl Fn(&Word) -> Option<Word>) {
        let flags = words.iter().take_while(|word| word.text.starts_with("--"));
        for word in flags.filter_map(image) {
            let is_number = word.text.bytes().all(|byte| byte.is_ascii_digit());
            if !is_number {
                self.reference(&word, Place::CopyFrom);
            }
        }
    }

    fn reference(&mut self, word: &Word, place: Place) {
        let Some(word) = unquoted(&word.text, word.at, word.is_whole) else { return };
        // A variable is known to `FROM` alone.
        let arguments = if place == Place::From { self.arguments.as_slice() } else { &[] };
        let declared = arguments.iter().map(|(name, text, at)| Declared { name, text, at: *at });
        let declared: Vec<Declared<'_>> = declared.collect();
        let template = Template::new(pieces(&word.text, word.at, &declared));
        let mut found = template.found(&word.text, word.at, place, self.to);
        let name = template.text().to_ascii_lowercase();
        let is_stage = template.is_known() && self.stages.contains(&name);
        let stays = if is_stage {
            Some(Why::Stage)
        } else if template.text() == "scratch" {
            Some(Why::Scratch)
        } else {
            (!word.is_whole).then_some(Why::Unread)
        };
        if let Some(why) = stays {
            found.edits.clear();
            found.floating = None;
            found.image = found.image.filter(|_| why == Why::Unread);
            found.fate = Fate::Stays(why);
        }
        self.found.push(found);
    }
}

/// What follows a flag in its word.
fn behind(word: &Word, flag: &str) -> Option<Word> {
    let text = word.text.strip_prefix(flag)?;
    Some(Word { text: text.to_owned(), at: word.at + flag.len(), is_whole: word.is_whole })
}

/// The image of `--mount=type=bind,from=IMAGE,…`.
fn mounted(word: &Word) -> Option<Word> {
    let options = behind(word, "--mount=")?;
    let mut at = options.at;
    for option in options.text.split(',') {
        if let Some(image) = option.strip_prefix("from=") {
            let text = image.to_owned();
            return Some(Word { text, at: at + "from=".len(), is_whole: word.is_whole });
        }
        at += option.len() + 1;
    }
    None
}

/// A word without the quotes around it; nothing where quotes stand in the middle.
fn unquoted(text: &str, at: usize, is_whole: bool) -> Option<Word> {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    let (text, at) = match inner('"').or_else(|| inner('\'')) {
        Some(inner) => (inner, at + 1),
        None => (text, at),
    };
    let plain = !text.contains(['"', '\'']) && !text.is_empty();
    plain.then(|| Word { text: text.to_owned(), at, is_whole })
}

/// A default changes only where every use of its variable is a reference that changes with it in the
/// same way: else something else would change its meaning.
fn keep_shared_variables(text: &str, found: &mut [Found]) {
    let uses = uses(text);
    for round in 0..=MAX_ROUNDS {
        let wrong = used_otherwise(found, &uses, round == MAX_ROUNDS);
        if wrong.is_empty() {
            return;
        }
        for one in found.iter_mut() {
            let mut variables = one.edits.iter().filter_map(|edit| edit.variable.as_ref());
            // What stays because of one variable changes no other one any more: hence the rounds.
            if let Some(variable) = variables.find(|it| wrong.contains(*it)).cloned() {
                one.edits.clear();
                one.fate = Fate::Stays(Why::Shared(variable));
            }
        }
    }
}

/// The variables whose default may not change; `all` of those that would.
fn used_otherwise(found: &[Found], uses: &HashMap<&str, usize>, all: bool) -> HashSet<String> {
    // For each variable: the first reference that changes its default, how many do, and whether
    // all of them do it alike.
    let mut changes: HashMap<&str, (&Found, usize, bool)> = HashMap::new();
    for one in found {
        let mut last = None;
        for variable in one.edits.iter().filter_map(|edit| edit.variable.as_deref()) {
            // What one reference changes of one default stands together.
            if last.replace(variable) != Some(variable) {
                let (first, count, alike) = changes.entry(variable).or_insert((one, 0, true));
                *count += 1;
                *alike &= changed(first, variable).eq(changed(one, variable));
            }
        }
    }
    let is_wrong = |(variable, (_, count, alike)): &(&str, (&Found, usize, bool))| {
        all || !alike || uses.get(variable) != Some(count)
    };
    changes.into_iter().filter(is_wrong).map(|(variable, _)| variable.to_owned()).collect()
}

/// What a reference changes in the default of a variable.
fn changed<'a>(found: &'a Found, variable: &'a str) -> impl Iterator<Item = &'a Edit> {
    found.edits.iter().filter(move |edit| edit.variable.as_deref() == Some(variable))
}

/// How often each variable is used in a text.
fn uses(text: &str) -> HashMap<&str, usize> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut uses = HashMap::new();
    for (at, _) in text.match_indices('$') {
        let behind = text.get(at + 1..).unwrap_or_default();
        let behind = behind.strip_prefix('{').unwrap_or(behind);
        let len = behind.find(|c| !word(c)).unwrap_or(behind.len());
        *uses.entry(behind.get(..len).unwrap_or_default()).or_default() += 1;
    }
    uses
}
