//! A file read as a whole: what it is, its references, and the file as it becomes.

use super::fields::Fields;
use super::found::{Edit, Found};
use super::tree::Tree;
use super::{Destination, block, dockerfile, flow};
use serde::Serialize;

/// The grammar of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A Dockerfile.
    Dockerfile,
    /// YAML.
    Yaml,
    /// JSON, one document or several.
    Json,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A Dockerfile.
    Dockerfile,
    /// A compose file.
    Compose,
    /// Kubernetes resources.
    Kubernetes,
    /// A kubeadm configuration.
    Kubeadm,
    /// An ECS task definition.
    TaskDefinition,
    /// Values of a Helm chart, or anything else with fields.
    Values,
}

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the file is for.
    pub kind: Kind,
    /// Its references, in the order of the file.
    pub references: Vec<Found>,
    /// Whether there were more than are looked at.
    pub is_cut: bool,
}

/// How much is read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest file, in bytes.
    pub bytes: usize,
    /// How many of its references are looked at.
    pub references: usize,
}

/// The file is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is longer than {} MiB", .0 / 1_048_576)]
pub struct TooLong(pub usize);

impl Limits {
    /// On a page, where it is done anew at each stroke of a key.
    pub const PAGE: Self = Self { bytes: 1024 * 1024, references: 2_000 };
    /// In a program of its own: what kubectl prints of a large cluster fits.
    pub const PROGRAM: Self = Self { bytes: 64 * 1024 * 1024, references: 100_000 };
}

impl Kind {
    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Dockerfile => "Dockerfile",
            Self::Compose => "compose file",
            Self::Kubernetes => "Kubernetes resources",
            Self::Kubeadm => "kubeadm configuration",
            Self::TaskDefinition => "ECS task definition",
            Self::Values => "Helm values",
        }
    }
}

impl Format {
    /// By a file's name; `None` where the name says nothing.
    pub fn of_name(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let (stem, ending) = lower.rsplit_once('.').unwrap_or((lower.as_str(), ""));
        let is_docker = |text: &str| matches!(text, "dockerfile" | "containerfile");
        let first = lower.split('.').next().unwrap_or_default();
        match ending {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            "dockerignore" | "containerignore" | "md" => None,
            _ if is_docker(&lower) || is_docker(ending) => Some(Self::Dockerfile),
            _ if is_docker(first) && !stem.is_empty() => Some(Self::Dockerfile),
            _ => None,
        }
    }

    /// By what stands in it.
    pub fn of_text(text: &str) -> Self {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        if start.starts_with(['{', '[']) && !start.starts_with("{{") {
            return Self::Json;
        }
        if super::instruction::directives(text).syntax.is_some() {
            return Self::Dockerfile;
        }
        let mut lines = start.lines().map(str::trim);
        let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
        let mut words = first.unwrap_or_default().split_whitespace();
        let is_instruction = words
            .next()
            .is_some_and(|word| ["FROM", "ARG"].iter().any(|name| word.eq_ignore_ascii_case(name)));
        if is_instruction && words.next().is_some() { Self::Dockerfile } else { Self::Yaml }
    }
}

/// Finds the references of a file and what becomes of each at `to`. Refuses what is longer than
/// `limits`; references beyond them are not looked at, and the report says so.
pub fn scan(
    text: &str,
    format: Format,
    to: &Destination,
    limits: Limits,
) -> Result<Report, TooLong> {
    if text.len() > limits.bytes {
        return Err(TooLong(limits.bytes));
    }
    let most = limits.references;
    let (kind, mut references) = match format {
        Format::Dockerfile => (Kind::Dockerfile, dockerfile::found(text, to, most)),
        Format::Yaml => of_tree(text, &block::read(text), to, most),
        Format::Json => of_tree(text, &documents(text), to, most),
    };
    references.sort_unstable_by_key(|found| found.at);
    let is_cut = references.len() > most;
    references.truncate(most);
    number(text, &mut references);
    Ok(Report { kind, references, is_cut })
}

fn of_tree(text: &str, tree: &Tree, to: &Destination, most: usize) -> (Kind, Vec<Found>) {
    let fields = Fields::new(text, tree, to);
    (fields.kind(), fields.found(most))
}

/// JSON, one document behind another.
fn documents(text: &str) -> Tree {
    let mut tree = Tree::default();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(['{', '['])) {
        at = flow::read(text, at + start, None, 0..0, &mut tree);
    }
    tree
}

/// Says line and column of each; they stand in the order of the file.
fn number(text: &str, references: &mut [Found]) {
    let (mut line, mut line_at, mut seen) = (1, 0, 0);
    for found in references {
        let between = text.get(seen..found.at).unwrap_or_default();
        line += between.matches('\n').count();
        if let Some(newline) = between.rfind('\n') {
            line_at = seen + newline + 1;
        }
        seen = found.at.max(seen);
        found.line = line;
        found.column = text.get(line_at..found.at).map_or(0, |text| text.chars().count()) + 1;
    }
}

impl Report {
    /// The file with its references rewritten; every other byte is what it was.
    pub fn rewrite(&self, text: &str) -> String {
        let mut edits: Vec<&Edit> = self.references.iter().flat_map(|it| &it.edits).collect();
        edits.sort_unstable_by_key(|edit| (edit.start, edit.end));
        // Several references may stand on the same bytes, as on a default or an anchor.
        edits.dedup_by(|one, other| one.start == other.start && one.end == other.end);
        let mut rewritten = String::with_capacity(text.len() + edits.len() * 32);
        let mut from = 0;
        for edit in edits {
            if edit.start < from {
                continue;
            }
            rewritten.push_str(text.get(from..edit.start).unwrap_or_default());
            rewritten.push_str(&edit.with);
            from = edit.end;
        }
        rewritten.push_str(text.get(from..).unwrap_or_default());
        rewritten
    }
}
