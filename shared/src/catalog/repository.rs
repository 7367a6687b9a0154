//! A repository, as the catalog lists it and as its own page shows it.

use super::tag::TagEntry;
use std::{collections::BTreeMap, fmt};

/// A repository in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositorySummary {
    /// `acme/edge-proxy`
    pub name: String,
    /// What its publisher says it is.
    pub description: Option<String>,
    /// How many tags there are.
    pub tag_count: TagCount,
    /// The names of a few tags, newest push first.
    pub recent_tags: Vec<String>,
    /// The tag that a pull command names; `None` while there is no tag at all.
    pub featured: Option<TagEntry>,
    /// The last push, in milliseconds since 1970.
    pub updated_at_ms: i64,
}

/// Everything that a repository's page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryDetail {
    /// `acme/edge-proxy`
    pub name: String,
    /// Whether the operator knows who its publisher is.
    pub verified: bool,
    /// What its publisher says it is.
    pub description: Option<String>,
    /// How many tags there are.
    pub tag_count: TagCount,
    /// One page of tags, newest push first.
    pub tags: Vec<TagEntry>,
    /// Whether there are tags after these.
    pub more_tags: bool,
    /// The tag that the pull line names: the one asked for, or the one that people mean.
    pub featured: Option<TagEntry>,
    /// Annotations of what the featured tag points to.
    pub annotations: BTreeMap<String, String>,
    /// The first push, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// The last push, in milliseconds since 1970.
    pub updated_at_ms: i64,
}

/// A number of tags, counted up to a limit: nobody waits for the exact count of 282,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagCount {
    counted: u64,
    limit: u64,
}

impl TagCount {
    /// `counted` tags were found before the counting stopped at `limit`.
    pub const fn new(counted: u64, limit: u64) -> Self {
        Self { counted, limit }
    }

    /// The number, as far as it was counted.
    pub const fn counted(self) -> u64 {
        self.counted
    }

    /// What to say after the names of `shown` of them; `None` if those are all.
    pub fn beyond(self, shown: usize) -> Option<String> {
        let shown = u64::try_from(shown).unwrap_or(u64::MAX);
        if self.counted >= self.limit {
            Some(format!("of {self}"))
        } else {
            self.counted.checked_sub(shown).filter(|rest| *rest > 0).map(|rest| format!("+{rest}"))
        }
    }
}

impl fmt::Display for TagCount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.counted >= self.limit {
            write!(formatter, "{}+", self.limit)
        } else {
            self.counted.fmt(formatter)
        }
    }
}

/// The publisher and the rest of a repository's name: `("acme", "edge-proxy")`. A name of one part
/// has no publisher.
pub fn split_name(name: &str) -> (Option<&str>, &str) {
    name.split_once('/').map_or((None, name), |(publisher, rest)| (Some(publisher), rest))
}

#[cfg(test)]
mod tests {
    use super::{TagCount, split_name};

    #[test]
    fn a_count_that_reached_its_limit_says_so() {
        assert_eq!(TagCount::new(41, 1000).to_string(), "41");
        assert_eq!(TagCount::new(1000, 1000).to_string(), "1000+");
        assert_eq!(TagCount::new(100, 100).beyond(3).as_deref(), Some("of 100+"));
        assert_eq!(TagCount::new(4, 100).beyond(3).as_deref(), Some("+1"));
        assert_eq!(TagCount::new(3, 100).beyond(3), None);
    }

    #[test]
    fn the_publisher_is_the_first_part() {
        assert_eq!(split_name("acme/edge/proxy"), (Some("acme"), "edge/proxy"));
        assert_eq!(split_name("busybox"), (None, "busybox"));
    }
}
