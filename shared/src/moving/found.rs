//! One reference of a file: what it names, where it stands, what becomes of it.

use super::Floating;
use serde::Serialize;

/// A reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
    /// As it is written there; the parts of a block with what stands between them in a reference.
    pub written: String,
    /// What kind of place it is.
    pub place: Place,
    /// What it names, as far as that is known.
    pub image: Option<Named>,
    /// What becomes of it.
    pub fate: Fate,
    /// Why it may name another image tomorrow.
    pub floating: Option<Floating>,
    /// What else somebody has to know who moves it.
    pub note: Option<String>,
    /// What changes in the file.
    #[serde(skip)]
    pub(super) edits: Vec<Edit>,
    /// The first byte of it.
    #[serde(skip)]
    pub(super) at: usize,
}

/// The parts of a reference. A variable whose value is not known stands in them as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Host and port of the registry.
    pub registry: String,
    /// The repository there; what Docker leaves out is added.
    pub repository: String,
    /// The tag.
    pub tag: Option<String>,
    /// The digest.
    pub digest: Option<String>,
}

/// Where a reference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// `FROM` of a Dockerfile.
    From,
    /// `COPY --from=` or `RUN --mount=…,from=`.
    CopyFrom,
    /// `# syntax=`.
    Syntax,
    /// A field with a whole reference.
    Image,
    /// A block with registry, repository and tag as fields of their own.
    Block,
    /// A field with the registry alone, in front of names that stand elsewhere.
    Registry,
    /// What a node says that it runs.
    Status,
}

/// What becomes of a reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It becomes this.
    Becomes(String),
    /// It stays as it is.
    Stays(Why),
}

/// Why a reference stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "why", content = "what")]
pub enum Why {
    /// It is no image at all.
    #[error("scratch is no image")]
    Scratch,
    /// It is a stage of the same file.
    #[error("a build stage of this file")]
    Stage,
    /// It is what this file builds.
    #[error("this file builds it")]
    Built,
    /// Which registry it is depends on a variable that has no default.
    #[error("{0} has no default here, and could be any registry")]
    Variable(String),
    /// The variable that would have to change is used for something else, too.
    #[error("{0} is used for something else, too: change it by hand")]
    Shared(String),
    /// No rule leads to that registry.
    #[error("no rule for {0}")]
    NoRule(String),
    /// It is there already.
    #[error("comes from here already")]
    Here,
    /// It says what runs, and wishes for nothing.
    #[error("says what runs: change what asked for it")]
    Running,
    /// It is no reference.
    #[error("this is no image reference")]
    Unread,
}

/// Bytes of the file that are replaced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    /// The first byte that goes.
    pub(super) start: usize,
    /// The first byte that stays.
    pub(super) end: usize,
    /// What comes in their place.
    pub(super) with: String,
    /// The variable whose default this is.
    pub(super) variable: Option<String>,
}

impl Found {
    /// What it becomes, if it does.
    pub fn becomes(&self) -> Option<&str> {
        match &self.fate {
            Fate::Becomes(text) => Some(text),
            Fate::Stays(_) => None,
        }
    }

    /// Whether somebody has to do something about it: no rule, or no way to see what it is.
    pub fn is_unmapped(&self) -> bool {
        let open = |why: &Why| {
            matches!(why, Why::NoRule(_) | Why::Variable(_) | Why::Shared(_) | Why::Unread)
        };
        matches!(&self.fate, Fate::Stays(why) if open(why))
    }
}
