//! What was found, for eyes and for programs.

use super::files::Input;
use super::{FailOn, Scanned};
use roadstead_shared::moving::{Fate, Found, Place, Report, Why};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

/// What a run counts.
#[derive(Debug, Default)]
pub(super) struct Summary {
    files: usize,
    references: usize,
    floating: usize,
    unmapped: usize,
    written: Vec<String>,
    cut: usize,
    troubles: Vec<String>,
}

impl Summary {
    /// Counts a file.
    pub(super) fn count(&mut self, report: &Report) {
        self.files += 1;
        self.references += report.references.len();
        self.floating += report.references.iter().filter(|it| it.floating.is_some()).count();
        self.unmapped += report.references.iter().filter(|it| it.is_unmapped()).count();
        self.cut += usize::from(report.is_cut);
    }

    /// Notes what became of rewriting a file.
    pub(super) fn wrote(&mut self, input: &Input, done: io::Result<bool>) {
        match done {
            Ok(true) => self.written.push(input.name.clone()),
            Ok(false) => {}
            Err(error) => self.trouble(&format!("{}: {error}", input.name)),
        }
    }

    /// Notes what could not be read or written. It is said at once: reports may be long.
    pub(super) fn trouble(&mut self, why: &str) {
        eprintln!("warning: {why}");
        self.troubles.push(why.to_owned());
    }

    /// Whether the run fails.
    pub(super) fn fails(&self, on: &[FailOn]) -> bool {
        let found = |what: &FailOn| match what {
            FailOn::Floating => self.floating > 0,
            FailOn::Unmapped => self.unmapped > 0,
        };
        !self.troubles.is_empty() || on.iter().any(found)
    }

    fn sentence(&self) -> String {
        let count = |count: usize, what: &str| format!("{count} {what}{}", plural(count));
        let mut text = format!(
            "{} in {}: {} floating, {} unmapped",
            count(self.references, "reference"),
            count(self.files, "file"),
            self.floating,
            self.unmapped
        );
        if self.cut > 0 {
            let _ = write!(
                text,
                "; {} had more references than are looked at",
                count(self.cut, "file")
            );
        }
        if !self.written.is_empty() {
            let _ = write!(text, "; rewrote {}", self.written.join(", "));
        }
        text
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// The registry under whose name a reference stands in the report.
fn registry(found: &Found) -> &str {
    match (&found.image, &found.fate) {
        (Some(image), _) => &image.registry,
        (None, Fate::Stays(Why::Stage | Why::Scratch | Why::Built)) => "no registry",
        (None, _) => "unknown registry",
    }
}

/// The report for eyes: a part for each registry, then what floats and what it costs.
pub(super) fn text(scanned: &[Scanned], summary: &Summary, host: Option<&str>) -> String {
    let mut parts: BTreeMap<&str, Vec<(&Scanned, &Found)>> = BTreeMap::new();
    for file in scanned {
        for found in &file.report.references {
            // Stages are no images: whoever reads wants to know what is pulled.
            if !matches!(found.fate, Fate::Stays(Why::Stage | Why::Scratch)) {
                parts.entry(registry(found)).or_default().push((file, found));
            }
        }
    }
    let mut text = String::new();
    for (registry, references) in &parts {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{registry} ({})", references.len());
        for (file, found) in references {
            line(&mut text, file, found, host);
        }
        text.push('\n');
    }
    costs(&mut text, &parts);
    let _ = writeln!(text, "{}", summary.sentence());
    text
}

fn line(text: &mut String, file: &Scanned, found: &Found, host: Option<&str>) {
    let _ = write!(text, "  {}:{}  {}", file.input.name, found.line, found.written);
    match &found.fate {
        Fate::Becomes(image) if host.is_some() => {
            let _ = write!(text, "  ->  {image}");
        }
        Fate::Becomes(_) => {}
        Fate::Stays(why) if found.is_unmapped() => {
            let _ = write!(text, "  ! unmapped: {why}");
        }
        Fate::Stays(why) => {
            let _ = write!(text, "  ({why})");
        }
    }
    if let Some(floating) = &found.floating {
        let _ = write!(text, "  ! floating: {}", floating.reason());
    }
    if let Some(note) = &found.note {
        let _ = write!(text, "  ({note})");
    }
    text.push('\n');
}

/// What floating tags cost: each sentence once, with how many references it is about.
fn costs(text: &mut String, parts: &BTreeMap<&str, Vec<(&Scanned, &Found)>>) {
    let mut costs: BTreeMap<String, usize> = BTreeMap::new();
    for (registry, references) in parts {
        for (file, found) in references {
            if let Some(floating) = &found.floating {
                *costs
                    .entry(floating.cost(registry, found.place, file.report.kind))
                    .or_default() += 1;
            }
        }
    }
    if costs.is_empty() {
        return;
    }
    text.push_str("What floating tags cost\n");
    for (cost, count) in costs {
        let _ = writeln!(text, "  {count} reference{}: {cost}", plural(count));
    }
    text.push('\n');
}

/// The report for programs: one document.
pub(super) fn json(scanned: &[Scanned], summary: &Summary, host: Option<&str>) -> String {
    let references = scanned.iter().flat_map(|file| {
        file.report.references.iter().map(|found| reference(file, found, host.is_some()))
    });
    let document = json!({
        "host": host,
        "references": references.collect::<Vec<_>>(),
        "files": summary.files,
        "floating": summary.floating,
        "unmapped": summary.unmapped,
        "written": summary.written,
        "troubles": summary.troubles,
    });
    format!("{document:#}\n")
}

fn reference(file: &Scanned, found: &Found, has_host: bool) -> Value {
    let stays = match &found.fate {
        Fate::Stays(why) => Some(why.to_string()),
        Fate::Becomes(_) => None,
    };
    let cost = found.floating.as_ref().zip(found.image.as_ref());
    json!({
        "file": file.input.name,
        "line": found.line,
        "column": found.column,
        "kind": file.report.kind,
        "place": found.place,
        "written": found.written,
        "image": found.image,
        "becomes": found.becomes().filter(|_| has_host),
        "stays": stays,
        "is_unmapped": found.is_unmapped(),
        "is_running": found.place == Place::Status,
        "floating": found.floating.as_ref().map(roadstead_shared::moving::Floating::reason),
        "cost": cost.map(|(floating, image)| floating.cost(&image.registry, found.place, file.report.kind)),
        "note": found.note,
    })
}
