//! Which jobs may publish: a rule of a namespace's owner, and whether a job fits it.

use super::{Kind, token::Claims};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most claims of one rule.
const MAX_CLAIMS: usize = 10;
/// The longest claim, in bytes.
const MAX_BYTES: usize = 500;

/// What a job's token must say, claim by claim, and all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rule(BTreeMap<String, String>);

/// Why something is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// It would let in everybody.
    #[error("the claim '{0}' is missing: it says whose job it is")]
    Identity(&'static str),
    /// The issuer says no such thing.
    #[error("the claim '{0}' cannot be asked for; those are: {1}")]
    Unknown(String, String),
    /// It says nothing, or too much.
    #[error("the claim '{0}' is empty, too long, or has a line's end in it")]
    Value(String),
    /// A pattern where none is.
    #[error("'*' stands at the end of 'ref' only, behind refs/heads/… or refs/tags/… on GitHub")]
    Pattern,
    /// A workflow that is no file.
    #[error("'workflow' is the name of a file in .github/workflows, such as release.yml")]
    Workflow,
    /// Too many.
    #[error("a rule has at most {MAX_CLAIMS} claims")]
    TooMany,
}

impl Rule {
    /// Reads a rule for jobs of an issuer of this kind.
    pub fn parse(kind: Kind, claims: BTreeMap<String, String>) -> Result<Self, Invalid> {
        if claims.len() > MAX_CLAIMS {
            return Err(Invalid::TooMany);
        }
        if !claims.contains_key(kind.identity()) {
            return Err(Invalid::Identity(kind.identity()));
        }
        for (claim, value) in &claims {
            check(kind, claim, value)?;
        }
        Ok(Self(claims))
    }

    /// What is asked for as the identity of the job.
    pub fn identity(&self, kind: Kind) -> Option<&str> {
        self.0.get(kind.identity()).map(String::as_str)
    }

    /// Whether a job whose token says `claims` may publish.
    pub fn admits(&self, kind: Kind, claims: &Claims) -> bool {
        let named = self.0.contains_key("event_name") || !kind.is_foreign_start(claims);
        // A rule without an identity was never made here: it lets nobody in.
        let fits = |(claim, value): (&String, &String)| kind.meets(claims, claim, value);
        named && self.0.contains_key(kind.identity()) && self.0.iter().all(fits)
    }
}

fn check(kind: Kind, claim: &str, value: &str) -> Result<(), Invalid> {
    let letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    let known = match kind.claims() {
        Some(list) => list.contains(&claim),
        // What is the token's own is no property of a job.
        None => {
            let own = ["iss", "aud", "exp", "nbf", "iat", "jti", "nonce"];
            (1..=64).contains(&claim.len()) && claim.bytes().all(letter) && !own.contains(&claim)
        }
    };
    if !known {
        let list = kind.claims().map_or("small letters and '_'".to_owned(), |list| list.join(", "));
        return Err(Invalid::Unknown(claim.chars().take(64).collect(), list));
    }
    if value.is_empty() || value.len() > MAX_BYTES || value.chars().any(char::is_control) {
        return Err(Invalid::Value(claim.to_owned()));
    }
    if claim == "workflow" && kind == Kind::GitHub {
        let extension = value.rsplit_once('.').map(|(_, extension)| extension);
        let is_file = !value.contains(['/', '@', '*']) && matches!(extension, Some("yml" | "yaml"));
        return if is_file { Ok(()) } else { Err(Invalid::Workflow) };
    }
    if !value.contains('*') || kind == Kind::Other {
        return Ok(());
    }
    let start = value.strip_suffix('*').filter(|start| !start.contains('*'));
    let is_pattern = claim == "ref" && start.is_some_and(|start| is_start(kind, start));
    if is_pattern { Ok(()) } else { Err(Invalid::Pattern) }
}

/// Whether what stands before a `*` is enough to say what it is.
fn is_start(kind: Kind, start: &str) -> bool {
    match kind {
        Kind::GitHub => start.starts_with("refs/heads/") || start.starts_with("refs/tags/"),
        Kind::GitLab | Kind::Other => !start.is_empty(),
    }
}

#[cfg(test)]
mod tests;
