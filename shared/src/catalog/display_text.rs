//! Text that a publisher wrote, made fit to be shown to somebody else.
//!
//! Escaping is the renderer's work. What escaping does not help against is taken out here: control
//! characters, marks that turn the direction of what follows, characters of no width, and towers
//! of combining marks that paint over the neighbouring lines.

/// Combining marks that may follow one character; the most that a living script needs.
const MARKS_IN_A_ROW: usize = 4;

/// Cleans `raw` for display: one line, no invisible characters, at most `limit` characters, of
/// which the last is an ellipsis if something was left off.
///
/// ```
/// use roadstead_shared::catalog::display_text;
/// assert_eq!(display_text("  safe\u{202e}\n\ttext ", 80), "safe text");
/// assert_eq!(display_text("lighthouse", 6), "light…");
/// ```
pub fn display_text(raw: &str, limit: usize) -> String {
    let mut shown = String::with_capacity(raw.len().min(limit.saturating_mul(4)));
    let mut length = 0;
    let mut marks = 0;
    let mut gap = false;
    for character in raw.chars() {
        if character.is_whitespace() {
            gap = length > 0;
            continue;
        }
        if is_invisible(character) {
            continue;
        }
        marks = if is_combining(character) { marks + 1 } else { 0 };
        if marks > MARKS_IN_A_ROW {
            continue;
        }
        let needed = 1 + usize::from(gap);
        if length + needed > limit {
            return cut(shown, limit, length);
        }
        if gap {
            shown.push(' ');
            gap = false;
        }
        shown.push(character);
        length += needed;
    }
    shown
}

/// Ends `shown` with an ellipsis in place of its last character when there is no room for one more.
fn cut(mut shown: String, limit: usize, length: usize) -> String {
    if limit == 0 {
        return String::new();
    }
    if length == limit {
        shown.pop();
    }
    shown.truncate(shown.trim_end().len());
    shown.push('…');
    shown
}

/// Characters that change how others are drawn, or that are not drawn at all.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}'                          // soft hyphen
            | '\u{034f}'                        // combining grapheme joiner
            | '\u{061c}'                        // Arabic letter mark
            | '\u{115f}' | '\u{1160}'           // Hangul fillers
            | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'           // Mongolian selectors
            | '\u{200b}' | '\u{200e}' | '\u{200f}' // zero width space, direction marks
            | '\u{202a}'..='\u{202e}'           // direction embeddings and overrides
            | '\u{2060}'..='\u{206f}'           // word joiner, isolates, deprecated formats
            | '\u{3164}' | '\u{ffa0}'           // Hangul fillers
            | '\u{feff}'                        // byte order mark
            | '\u{fff0}'..='\u{fffb}'           // specials, interlinear annotation
            | '\u{1d173}'..='\u{1d17a}'         // musical formats
            | '\u{e0000}'..='\u{e0fff}') // tags, variation selectors supplement
}

fn is_combining(character: char) -> bool {
    matches!(character,
        '\u{0300}'..='\u{036f}'
        | '\u{0483}'..='\u{0489}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::display_text;

    #[test]
    fn direction_marks_and_controls_are_taken_out() {
        let raw = "a\u{202e}b\u{2066}c\u{200f}d\u{0}e\u{1b}[31mf\u{feff}";
        assert_eq!(display_text(raw, 80), "abcde[31mf");
    }

    #[test]
    fn lines_and_runs_of_space_become_one_space() {
        assert_eq!(display_text("\n one\r\n\ttwo\u{2028}three  ", 80), "one two three");
    }

    #[test]
    fn markup_is_left_to_the_renderer() {
        assert_eq!(display_text("<script>", 80), "<script>");
    }

    #[test]
    fn long_text_ends_with_an_ellipsis_inside_the_limit() {
        assert_eq!(display_text("abcdef", 6), "abcdef");
        assert_eq!(display_text("abcdefg", 6), "abcde…");
        assert_eq!(display_text("abcde fgh", 6), "abcde…");
        assert_eq!(display_text("ab", 0), "");
    }

    #[test]
    fn a_tower_of_marks_is_cut_and_an_accent_is_kept() {
        let tower = format!("a{}b", "\u{0301}".repeat(60));
        assert_eq!(display_text(&tower, 80).chars().count(), 6);
        assert_eq!(display_text("cafe\u{0301}", 80), "cafe\u{0301}");
    }
}
