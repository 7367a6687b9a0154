//! Text with variables in it, taken apart: what it stands for, and where each part is written.

/// How many variables may stand in each other's defaults.
const MAX_DEPTH: usize = 8;

/// The longest text that is taken apart, in bytes, and the most pieces that it may have: beyond, it
/// is no reference that anybody could pull.
const MAX_LEN: usize = 4 * 1024;
const MAX_PIECES: usize = 256;

/// A stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// What it stands for; a variable without a value as it is written.
    pub(super) text: String,
    /// Where it is written in the file; `None`: nowhere, as the colon in front of a tag that has a
    /// field of its own.
    pub(super) at: Option<usize>,
    /// Whether its value is known.
    pub(super) known: bool,
    /// The variable whose default it is, where that is declared elsewhere.
    pub(super) variable: Option<String>,
}

/// The default of a declared variable: its text, and where that begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared<'a> {
    /// The variable's name.
    pub(super) name: &'a str,
    /// Its default.
    pub(super) text: &'a str,
    /// Where the default is written.
    pub(super) at: usize,
}

impl Piece {
    /// Text that is written at `at`.
    pub(super) fn written(text: &str, at: usize) -> Self {
        Self { text: text.to_owned(), at: Some(at), known: true, variable: None }
    }

    /// Text that goes without saying.
    pub(super) fn implied(text: &str) -> Self {
        Self { text: text.to_owned(), at: None, known: true, variable: None }
    }

    fn unknown(text: &str) -> Self {
        Self { text: text.to_owned(), at: None, known: false, variable: None }
    }
}

/// Takes apart `text`, which is written at `at`: `$NAME`, `${NAME}`, `${NAME:-default}` as shells and
/// compose have them, `$(NAME)` as Kubernetes does, `{{ … }}` as Helm does.
pub(super) fn pieces(text: &str, at: usize, declared: &[Declared<'_>]) -> Vec<Piece> {
    let mut found = Vec::new();
    if text.len() > MAX_LEN {
        return Vec::new();
    }
    Reader { declared, found: &mut found }.read(text, at, None, 0);
    found
}

struct Reader<'a> {
    declared: &'a [Declared<'a>],
    found: &'a mut Vec<Piece>,
}

impl Reader<'_> {
    fn read(&mut self, text: &str, at: usize, variable: Option<&str>, depth: usize) {
        let mut from = 0;
        while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
            // Defaults that name each other twice would be without end otherwise.
            if self.found.len() >= MAX_PIECES {
                self.found.push(Piece::unknown(rest));
                return;
            }
            let plain = [rest.find('$'), rest.find("{{")].into_iter().flatten().min();
            let plain = plain.unwrap_or(rest.len());
            if plain > 0 {
                let mut piece = Piece::written(rest.get(..plain).unwrap_or_default(), at + from);
                piece.variable = variable.map(str::to_owned);
                self.found.push(piece);
            } else {
                let len = self.variable(rest, at + from, variable, depth);
                from += len.max(1);
                continue;
            }
            from += plain;
        }
    }

    /// Reads the variable that `rest` begins with; how long it is written.
    fn variable(&mut self, rest: &str, at: usize, within: Option<&str>, depth: usize) -> usize {
        let closed = |open: usize, close: &str| {
            let end = rest.get(open..)?.find(close)?;
            Some((open + end, open + end + close.len()))
        };
        let unknown = |end: usize| Piece::unknown(rest.get(..end).unwrap_or_default());
        if rest.starts_with("{{") || rest.starts_with("$(") {
            let close = if rest.starts_with('{') { "}}" } else { ")" };
            let end = closed(2, close).map_or(rest.len(), |(_, end)| end);
            self.found.push(unknown(end));
            return end;
        }
        if !rest.starts_with("${") {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = rest.get(1..).unwrap_or_default();
            let len = name.find(|c| !word(c)).unwrap_or(name.len());
            let name = name.get(..len).unwrap_or_default();
            if !self.declared_default(name, depth) {
                self.found.push(unknown(1 + len));
            }
            return 1 + len;
        }
        let Some(end) = matching_brace(rest) else {
            self.found.push(unknown(rest.len()));
            return rest.len();
        };
        let inner = rest.get(2..end).unwrap_or_default();
        let len = inner.find([':', '-', '+', '?']).unwrap_or(inner.len());
        let (name, operation) = inner.split_at(len);
        if self.declared_default(name, depth) {
            return end + 1;
        }
        let default = operation.strip_prefix(":-").or_else(|| operation.strip_prefix('-'));
        match default.filter(|_| depth < MAX_DEPTH) {
            Some(default) => {
                self.read(default, at + end - default.len(), within, depth + 1);
            }
            None => self.found.push(unknown(end + 1)),
        }
        end + 1
    }

    /// Reads the default of a declared variable; whether there is one.
    fn declared_default(&mut self, name: &str, depth: usize) -> bool {
        let declared = self.declared;
        // The last one counts.
        let found = declared.iter().rfind(|it| it.name == name).filter(|_| depth < MAX_DEPTH);
        let Some(found) = found else { return false };
        self.read(found.text, found.at, Some(found.name), depth + 1);
        true
    }
}

/// Where the brace is that closes the one at the second byte.
fn matching_brace(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => open += 1,
            '}' if open <= 1 => return Some(at),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, declared: &[Declared<'_>]) -> String {
        let pieces = pieces(text, 100, declared);
        let one = |piece: Piece| match (piece.known, piece.at) {
            (true, Some(at)) => format!("{}@{at}", piece.text),
            _ => format!("?{}", piece.text),
        };
        pieces.into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn variables_stand_for_their_defaults() {
        let base = [Declared { name: "BASE", text: "alpine", at: 7 }];
        for (text, expected) in [
            ("nginx:1", "nginx:1@100"),
            ("a:${TAG:-1.0}", "a:@100 1.0@109"),
            ("a:${TAG-1.0}b", "a:@100 1.0@108 b@112"),
            ("$BASE:${V}", "alpine@7 :@105 ?${V}"),
            ("${BASE:-x}", "alpine@7"),
            ("${A:-${B:-c}}", "c@110"),
            ("${A:?no}", "?${A:?no}"),
            ("$(A)/b", "?$(A) /b@104"),
            ("a:{{ .Tag }}", "a:@100 ?{{ .Tag }}"),
            ("${A", "?${A"),
            ("{{ x", "?{{ x"),
            ("$", "?$"),
            ("$$é", "?$ ?$ é@102"),
        ] {
            assert_eq!(shown(text, &base), expected, "{text}");
        }
    }

    #[test]
    fn variables_that_name_each_other_come_to_an_end() {
        let ring = [
            Declared { name: "A", text: "$B", at: 0 },
            Declared { name: "B", text: "${A}$A", at: 3 },
        ];
        assert!(!pieces("$A", 0, &ring).is_empty());
    }
}
