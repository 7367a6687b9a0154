//! How issuers of jobs say which job it is.

use super::token::{Claims, text};
use serde_json::Value;

/// Whose words an issuer's tokens use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// GitHub Actions, "OpenID Connect reference".
    GitHub,
    /// GitLab CI/CD, "ID token payload".
    GitLab,
    /// Anybody else: `sub` says who it is.
    Other,
}

impl Kind {
    /// The claim without which a rule would let in everybody whom the issuer knows.
    pub fn identity(self) -> &'static str {
        match self {
            Self::GitHub => "repository",
            Self::GitLab => "project_path",
            Self::Other => "sub",
        }
    }

    /// The claims that a rule may name; `None` where it may name any.
    pub fn claims(self) -> Option<&'static [&'static str]> {
        match self {
            Self::GitHub => Some(&[
                "environment",
                "event_name",
                "job_workflow_ref",
                "ref",
                "ref_protected",
                "ref_type",
                "repository",
                "repository_id",
                "repository_owner_id",
                "workflow",
            ]),
            Self::GitLab => Some(&[
                "ci_config_ref_uri",
                "environment",
                "environment_protected",
                "namespace_id",
                "pipeline_source",
                "project_id",
                "project_path",
                "ref",
                "ref_protected",
                "ref_type",
            ]),
            Self::Other => None,
        }
    }

    /// Whether `rule` is met by what the token says for `claim`.
    pub fn meets(self, claims: &Claims, claim: &str, rule: &str) -> bool {
        let said = |name: &str| claims.get(name).and_then(text);
        match (self, claim) {
            // The file of the workflow that was started, in the very repository: what a workflow
            // calls itself is whatever anybody writes into it.
            (Self::GitHub, "workflow") => {
                let (repository, file) = (said("repository"), said("workflow_ref"));
                let (Some(repository), Some(file)) = (repository, file) else { return false };
                path(&file) == Some(format!("{repository}/.github/workflows/{rule}").as_str())
            }
            // With what comes behind `@` or without it.
            (Self::GitLab, "ci_config_ref_uri") => {
                said(claim).is_some_and(|said| said == rule || path(&said) == Some(rule))
            }
            (Self::GitHub | Self::GitLab, "ref") => said(claim).is_some_and(|said| {
                let begins = rule.strip_suffix('*').is_some_and(|start| said.starts_with(start));
                begins || said == rule
            }),
            _ => said(claim).is_some_and(|said| said == rule),
        }
    }

    /// Whether what started the job lets somebody else's change decide what it does, so that a rule
    /// has to name it: GitHub starts these two with the rights of the repository itself.
    pub fn is_foreign_start(self, claims: &Claims) -> bool {
        let event = claims.get("event_name").and_then(Value::as_str);
        self == Self::GitHub && matches!(event, Some("pull_request_target" | "workflow_run"))
    }

    /// What a token says of its job, for people: what a rule could name.
    pub fn describe(self, claims: &Claims) -> String {
        let names = match self {
            Self::GitHub => &["repository", "workflow_ref", "environment", "ref", "event_name"][..],
            Self::GitLab => &["project_path", "ci_config_ref_uri", "environment", "ref"],
            Self::Other => &["sub"],
        };
        let said = |name: &&str| Some(format!("{name}={}", text(claims.get(*name)?)?));
        let mut line = names.iter().filter_map(said).collect::<Vec<_>>().join(" ");
        let end = line.char_indices().map(|(at, _)| at).find(|at| *at >= MAX_LINE);
        line.truncate(end.unwrap_or(line.len()));
        line
    }
}

/// The file of `FILE@refs/heads/main`. Of several `@refs/` the last one counts: a branch may be called
/// almost anything, and must not be able to make another file of it.
fn path(file: &str) -> Option<&str> {
    file.rsplit_once("@refs/").map(|(path, _)| path)
}

/// The longest description of a job, in bytes.
const MAX_LINE: usize = 500;
