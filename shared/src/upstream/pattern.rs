//! Patterns of names and tags: `library/*`, `*-alpine`, `v1.?`.

use serde::{Deserialize, Serialize};

/// Text in which `*` stands for any characters, also none, and `?` for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(String);

/// The longest pattern, in bytes.
pub const MAX_LEN: usize = 256;

impl Pattern {
    /// A pattern; `None` where it is empty or too long.
    pub fn parse(text: &str) -> Option<Self> {
        (1..=MAX_LEN).contains(&text.len()).then(|| Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the whole of `text` fits.
    pub fn fits(&self, text: &str) -> bool {
        fits(&self.0, text)
    }
}

/// Whether the whole of `text` is what `pattern` says. It takes time in proportion to both lengths'
/// product, however many stars there are.
pub fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut here) = (0, 0);
    // Where to go on if what follows the last star does not fit: one character later.
    let mut again: Option<(usize, usize)> = None;
    while here < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                again = Some((at + 1, here));
                at += 1;
            }
            Some(b'?') => (at, here) = (at + 1, here + 1),
            Some(byte) if text.get(here) == Some(byte) => (at, here) = (at + 1, here + 1),
            _ => match again {
                Some((after, from)) => {
                    again = Some((after, from + 1));
                    (at, here) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn stars_and_question_marks_stand_for_what_they_always_did() {
        for (pattern, text, fits) in [
            ("library/*", "library/alpine", true),
            ("library/*", "library/", true),
            ("library/*", "other/alpine", false),
            ("*-alpine", "3.20-alpine", true),
            ("*-alpine", "3.20-alpine3", false),
            ("v?.1", "v2.1", true),
            ("v?.1", "v22.1", false),
            ("*", "", true),
            ("a", "", false),
            ("*a*b*c", "xxaxxbxxbc", true),
            ("*a*b*c", "xxaxxbxxb", false),
            ("**", "a", true),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().fits(text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_longer() {
        let pattern = Pattern::parse(&"*a".repeat(100)).unwrap();
        assert!(!pattern.fits(&"a".repeat(99)));
    }
}
