//! A rule: which registry a prefix stands for, how long its tags are trusted, how much of it is
//! kept, and who may pull it.

use super::{Origin, Pattern, image};
use crate::oci::Name;
use crate::oci::name::Invalid;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// What Docker's own images are under at Docker Hub.
const LIBRARY: &str = "library/";

/// How long a tag is trusted by default, in seconds: a day, as ECR does.
pub const TAG_TTL_S: u64 = 86_400;

/// How many misses one subject may cause in an hour by default, for each rule.
pub const MISSES_PER_HOUR: u32 = 1_000;

/// How long a tag is trusted that never moves, in seconds: a hundred years.
pub const FOR_EVER_S: u64 = 100 * 365 * 24 * 60 * 60;

/// What one prefix stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The first component of the names that it answers for.
    pub prefix: String,
    /// What the registry is called in `?ns=` and in references: `docker.io`.
    pub host: String,
    /// A host name of its own here: every name that is asked for there is the rule's.
    pub hostname: Option<String>,
    /// Where it answers.
    pub origin: Origin,
    /// What is put in front of every name there; empty for nothing.
    pub path: String,
    /// The account there.
    pub username: Option<String>,
    /// The name of the secret that holds the account's password.
    pub password_secret: Option<String>,
    /// How long a tag is trusted, in seconds, where no pattern says otherwise.
    pub tag_ttl_s: u64,
    /// The same for tags that fit a pattern; the first that fits counts.
    pub tag_ttl_patterns: Vec<(Pattern, u64)>,
    /// How many bytes of it are kept at most; `None`: no limit.
    pub budget_bytes: Option<u64>,
    /// Which of its repositories are asked for; none: all of them.
    pub allow: Vec<Pattern>,
    /// Which are not, also where `allow` has them.
    pub deny: Vec<Pattern>,
    /// The platforms that are fetched ahead, as `linux/arm64`.
    pub platforms: Vec<String>,
    /// Whether the registry, its token server and where its blobs lie may be addresses that are not
    /// public.
    pub allow_private: bool,
    /// Who may pull.
    pub pull: Pull,
    /// Whether it answers for every name of the root that is not published here.
    pub is_default: bool,
    /// Whether its repositories are in the catalog.
    pub is_listed: bool,
    /// How long what is stored is given out while the registry does not answer, in seconds; `None`:
    /// for as long as that lasts.
    pub stale_s: Option<u64>,
    /// How many misses one subject may cause in an hour; `None`: any number.
    pub misses_per_hour: Option<u32>,
}

/// Who may pull by a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pull {
    /// Everybody.
    #[default]
    Anonymous,
    /// Who signed in, and networks without a limit.
    Account,
    /// Networks without a limit.
    Network,
}

/// A repository of another registry, by the rule that leads there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The rule.
    pub rule: Rc<Rule>,
    /// What the repository is called there, the rule's `path` in front.
    pub name: Name,
}

impl Target {
    /// The name that the repository has here: the rule's prefix and what follows there. `None` where
    /// that would be too long.
    pub fn called_here(&self) -> Option<Name> {
        let Self { rule, name } = self;
        let below = name.as_str().strip_prefix(rule.path.as_str());
        let below = below.and_then(|rest| rest.strip_prefix('/')).filter(|_| !rule.path.is_empty());
        format!("{}/{}", rule.prefix, below.unwrap_or(name.as_str())).parse().ok()
    }
}

impl Rule {
    /// How long `tag` is trusted, in seconds.
    pub fn ttl_s(&self, tag: &str) -> u64 {
        let own = self.tag_ttl_patterns.iter().find(|(pattern, _)| pattern.fits(tag));
        own.map_or(self.tag_ttl_s, |(_, ttl_s)| *ttl_s)
    }

    /// Whether `name`, as the registry calls it, may be asked for.
    pub fn allows(&self, name: &Name) -> bool {
        let fits = |patterns: &[Pattern]| patterns.iter().any(|it| it.fits(name.as_str()));
        (self.allow.is_empty() || fits(&self.allow)) && !fits(&self.deny)
    }

    /// The repository that is called `name` in references to the registry: the rule's `path` goes in
    /// front, and Docker Hub's `library/` where that goes without saying. Refuses what is no name
    /// then.
    pub fn target(self: &Rc<Self>, name: &str) -> Result<Target, Invalid> {
        let mut whole =
            if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) };
        if self.host == image::DOCKER && !whole.contains('/') {
            whole.insert_str(0, LIBRARY);
        }
        Ok(Target { rule: self.clone(), name: whole.parse()? })
    }
}
