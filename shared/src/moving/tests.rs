//! Samples as people have them, and everything else that a file may hold.

mod compose;
mod docker;
mod garbage;
mod json;
mod kubernetes;
mod values;

use super::{Destination, Format, Limits, Report, scan};

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn there() -> Destination {
    Destination::new("reg.example", Vec::new()).unwrap()
}

fn report(format: Format, text: &str) -> Report {
    scan(text, format, &there(), Limits::PAGE).unwrap()
}

/// A line for each reference: where, what is written, what becomes of it.
fn shown(format: Format, text: &str) -> Vec<String> {
    let one = |found: &super::Found| {
        let fate = match &found.fate {
            super::Fate::Becomes(text) => text.clone(),
            super::Fate::Stays(why) => format!("({why})"),
        };
        format!("{}:{} {} -> {fate}", found.line, found.column, found.written)
    };
    report(format, text).references.iter().map(one).collect()
}

/// The file as it becomes; rewriting it again changes nothing.
fn rewritten(format: Format, text: &str) -> String {
    let once = report(format, text).rewrite(text);
    let twice = report(format, &once).rewrite(&once);
    assert_eq!(once, twice, "rewriting twice");
    once
}
