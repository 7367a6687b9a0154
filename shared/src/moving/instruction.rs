//! Instructions of a Dockerfile: words with their places, lines joined, comments and the texts
//! of heredocs left out.

use super::flow::line_end;

/// A word, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The word as it is written, quotes too.
    pub(super) text: String,
    /// Its first byte.
    pub(super) at: usize,
    /// Whether it stands in one stretch in the file.
    pub(super) is_whole: bool,
}

/// What stands before the first instruction, as `# syntax=…`.
pub(super) struct Directives {
    /// The image that builds the file: where its name begins and ends.
    pub(super) syntax: Option<(usize, usize)>,
    /// What ends a line that goes on.
    pub(super) escape: char,
}

/// Reads the directives at the top. The first line that is none ends them.
pub(super) fn directives(text: &str) -> Directives {
    let mut found = Directives { syntax: None, escape: '\\' };
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or_default();
        let Some((name, value)) = line.strip_prefix('#').and_then(|line| line.split_once('='))
        else {
            break;
        };
        let value_at = end - value.len() + (value.len() - value.trim_start().len());
        match name.trim().to_ascii_lowercase().as_str() {
            "syntax" if found.syntax.is_none() => {
                found.syntax = Some((value_at, value_at + value.trim().len()));
            }
            "escape" if value.trim() == "`" => found.escape = '`',
            "escape" | "check" | "syntax" => {}
            _ => break,
        }
        at = end + 1;
    }
    found
}

/// Reads the instruction that begins at or behind `at`: its words, and where the next one begins.
/// `None` at the end of the file.
pub(super) fn next(text: &str, at: usize, escape: char) -> Option<(Vec<Word>, usize)> {
    let mut at = at;
    let mut words: Vec<Word> = Vec::new();
    // The word that a line which goes on ended in.
    let mut open: Option<Word> = None;
    while at < text.len() {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or_default();
        let start = at;
        at = end + 1;
        let is_comment = line.trim_start().starts_with('#') || line.trim().is_empty();
        if is_comment {
            continue;
        }
        let body = line.trim_end();
        let goes_on = body.ends_with(escape);
        let body = if goes_on { body.strip_suffix(escape).unwrap_or(body) } else { body };
        open = split(body, start, open, &mut words);
        if !goes_on {
            break;
        }
        if body.ends_with([' ', '\t']) {
            words.extend(open.take());
        }
    }
    words.extend(open);
    if words.is_empty() {
        return None;
    }
    let at = finish(text, &words, at);
    Some((words, at))
}

/// Adds the words of a line; the last one is given back, for the next line may go on with it.
fn split(line: &str, start: usize, open: Option<Word>, words: &mut Vec<Word>) -> Option<Word> {
    let mut word = open;
    let mut quote: Option<char> = None;
    let mut continued = word.is_some();
    for (at, c) in line.char_indices() {
        if quote.is_none() && c.is_whitespace() {
            words.extend(word.take());
            continued = false;
            continue;
        }
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        let word = word.get_or_insert_with(|| Word {
            text: String::new(),
            at: start + at,
            is_whole: true,
        });
        word.is_whole &= !continued;
        word.text.push(c);
    }
    word
}

/// Where the next instruction begins: behind the texts of heredocs that this one has.
fn finish(text: &str, words: &[Word], at: usize) -> usize {
    let takes = words.first().is_some_and(|word| {
        ["RUN", "COPY", "ADD"].iter().any(|name| word.text.eq_ignore_ascii_case(name))
    });
    let mut at = at;
    if !takes {
        return at;
    }
    for word in words {
        let Some(at_mark) = word.text.find("<<") else { continue };
        let name = word.text.get(at_mark + 2..).unwrap_or_default();
        let name = name.trim_start_matches('-').trim_matches(['"', '\'']);
        let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(letters) || name.starts_with('<') {
            continue;
        }
        while at < text.len() {
            let end = line_end(text, at);
            let line = text.get(at..end).unwrap_or_default().trim();
            at = end + 1;
            if line == name {
                break;
            }
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        let mut at = 0;
        let mut found = Vec::new();
        while let Some((words, next_at)) = next(text, at, '\\') {
            found
                .push(words.into_iter().map(|word| format!("{}@{}", word.text, word.at)).collect());
            at = next_at;
        }
        found
    }

    #[test]
    fn lines_that_go_on_are_one_instruction() {
        assert_eq!(
            words("FROM \\\n  # no\n  a:1\nRUN x"),
            [vec!["FROM@0", "a:1@16"], vec!["RUN@20", "x@24"]]
        );
        assert_eq!(words("FROM al\\\npine"), [vec!["FROM@0", "alpine@5"]]);
    }

    #[test]
    fn what_a_heredoc_holds_is_no_instruction() {
        assert_eq!(
            words("RUN <<EOF cat\nFROM x\nEOF\nFROM y"),
            [vec!["RUN@0", "<<EOF@4", "cat@10"], vec!["FROM@25", "y@30"]]
        );
    }

    #[test]
    fn directives_end_with_the_first_line_that_is_none() {
        let read =
            |text: &'static str| directives(text).syntax.and_then(|(from, to)| text.get(from..to));
        assert_eq!(read("# syntax = docker/dockerfile:1 \nFROM a"), Some("docker/dockerfile:1"));
        assert_eq!(read("# escape=`\n#syntax=a\n"), Some("a"));
        assert_eq!(read("# a comment\n# syntax=a\n"), None);
        assert_eq!(read("FROM a\n# syntax=a\n"), None);
    }
}
