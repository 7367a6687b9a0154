//! Whatever a file holds: no panic, and no byte changes outside of the references.

use super::*;

const FORMATS: [Format; 3] = [Format::Dockerfile, Format::Yaml, Format::Json];

/// Words that scanners trip over.
const WORDS: [&str; 62] = [
    "image:",
    "image",
    "\"image\":",
    "repository:",
    "registry:",
    "tag:",
    "digest:",
    "FROM ",
    "ARG ",
    "COPY --from=",
    "RUN <<EOF",
    "EOF",
    "--mount=from=",
    "AS ",
    "# syntax=",
    "# escape=`",
    "nginx",
    "docker.io",
    "ghcr.io/a/b",
    ":1.0",
    "@sha256:",
    "${A}",
    "${A:-b}",
    "${",
    "}",
    "$A",
    "A=",
    "$(A)",
    "{{",
    "}}",
    "{",
    "[",
    "]",
    ",",
    ":",
    ": ",
    "- ",
    "-",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\r\n",
    "\t",
    " ",
    "\"",
    "'",
    "\\",
    "\\\n",
    "#",
    " #",
    "|",
    ">-\n",
    "&a ",
    "*a",
    "!!str ",
    "---\n",
    "é",
    "\u{1f6a2}",
    "\u{feff}",
    "containerStatuses:",
    "imageRepository:",
];

/// A small generator: the same numbers on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

/// What is left of a file when what may change is taken out: nothing else may differ.
fn check(format: Format, text: &str) {
    let report = report(format, text);
    let edits: Vec<_> = report.references.iter().flat_map(|it| &it.edits).collect();
    for edit in &edits {
        // Only a registry goes; everything else that changes comes in addition.
        let gone = &text[edit.start..edit.end];
        assert!(
            gone.is_empty()
                || there().prefix(&gone.to_ascii_lowercase()).is_some()
                || gone.ends_with("docker.io"),
            "{gone:?} of {text:?}"
        );
        assert!(edit.with.starts_with("reg.example/") || edit.with == "library/");
    }
    let once = report.rewrite(text);
    let mut rest = once.as_str();
    let mut from = 0;
    let mut sorted = edits.clone();
    sorted.sort();
    sorted.dedup();
    for edit in sorted {
        rest = rest.strip_prefix(&text[from..edit.start]).unwrap();
        rest = rest.strip_prefix(edit.with.as_str()).unwrap();
        from = edit.end;
    }
    assert_eq!(rest, &text[from..], "{text:?}");
    assert_eq!(super::report(format, &once).rewrite(&once), once, "twice: {text:?}");
}

#[test]
fn random_words_change_nothing_but_references() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..8_000 {
        let len = 1 + dice.roll(24);
        let text: String = (0..len).map(|_| WORDS[dice.roll(WORDS.len())]).collect();
        for format in FORMATS {
            check(format, &text);
        }
        let _ = Format::of_text(&text);
    }
}

#[test]
fn every_beginning_of_a_real_file_is_read() {
    let files = [
        (
            Format::Dockerfile,
            "# syntax=a/b:1\nARG A=docker.io\nFROM ${A}/x:1 AS y\nCOPY --from=y a b\n",
        ),
        (
            Format::Yaml,
            "a:\n- image: 'x'\n  b: {image: \"é${A:-b}\", c: [d]}\n- &e image: |\n    f\n",
        ),
        (
            Format::Json,
            "{\"a\":[{\"image\":\"ghcr.io/a/\\\"b\"},{\"repository\":\"a\",\"tag\":1}]}",
        ),
    ];
    for (format, text) in files {
        for cut in (0..=text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            check(format, &text[..cut]);
            check(format, &text[cut..]);
        }
    }
}

#[test]
fn there_is_an_end_to_what_is_read() {
    for format in FORMATS {
        assert!(scan(&" ".repeat(Limits::PAGE.bytes + 1), format, &there(), Limits::PAGE).is_err());
    }
    let many = "- image: a/b:1\n".repeat(Limits::PAGE.references + 1);
    let report = report(Format::Yaml, &many);
    assert!(report.is_cut && report.references.len() == Limits::PAGE.references);
    let rewritten = report.rewrite(&many);
    assert_eq!(rewritten.matches("reg.example").count(), Limits::PAGE.references);
}

#[test]
fn deep_and_repetitive_files_take_no_longer() {
    for unit in [
        "[",
        "{",
        "- ",
        "\"",
        "'",
        "${",
        "{{",
        "a: ",
        "${A:-",
        "FROM $A\nARG A=$A\n",
        "image: *a\n",
        "image: &a x\n",
    ] {
        for start in ["", "image: ", "FROM ", "{\"image\":\""] {
            let text = format!("{start}{}", unit.repeat(200_000 / unit.len()));
            for format in FORMATS {
                let _ = report(format, &text).rewrite(&text);
            }
        }
    }
}
