//! Tags that point at something else tomorrow, and what that costs.

use super::{Kind, Place};
use serde::Serialize;

/// Tags that everybody moves.
const MOVING: [&str; 17] = [
    "latest", "main", "master", "edge", "nightly", "dev", "develop", "devel", "head", "next",
    "canary", "rolling", "snapshot", "stable", "lts", "current", "trunk",
];

/// The longest bare number that is a version; a longer one is a date or a build.
const MAX_MAJOR_DIGITS: usize = 3;

/// Why a reference may mean another image tomorrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "tag")]
pub enum Floating {
    /// There is no tag, so it is `latest`.
    Absent,
    /// A tag that moves with each build.
    Named(String),
    /// A major version alone: it moves with each release.
    Major(String),
}

impl Floating {
    /// What of a reference without a digest floats; nothing where the tag names one release.
    pub fn of(tag: Option<&str>) -> Option<Self> {
        let Some(tag) = tag else { return Some(Self::Absent) };
        if MOVING.iter().any(|moving| tag.eq_ignore_ascii_case(moving)) {
            return Some(Self::Named(tag.to_owned()));
        }
        is_major(tag).then(|| Self::Major(tag.to_owned()))
    }

    /// Why it floats, in a few words.
    pub fn reason(&self) -> String {
        match self {
            Self::Absent => "no tag, so \"latest\"".to_owned(),
            Self::Named(tag) => format!("\"{tag}\" moves with each build"),
            Self::Major(tag) => format!("\"{tag}\" moves with each release of that version"),
        }
    }

    /// What it costs in pulls from this registry, where a reference stands at such a place of such a
    /// file.
    pub fn cost(&self, registry: &str, place: Place, kind: Kind) -> String {
        let is_latest = match self {
            Self::Absent => true,
            Self::Named(tag) => tag == "latest",
            Self::Major(_) => false,
        };
        let asks = match place {
            Place::From | Place::CopyFrom | Place::Syntax => "each build asks what it is now",
            _ if kind == Kind::Compose => {
                "compose asks again only when it is told to pull, else machines keep what they \
                 have and drift apart"
            }
            _ if kind == Kind::TaskDefinition => {
                "ECS asks for it at every start of a task, unless its agent prefers what is cached"
            }
            _ if is_latest => "Kubernetes asks for it at every start of a container",
            _ => {
                "Kubernetes asks again only with imagePullPolicy: Always, else nodes keep what \
                 they have and drift apart"
            }
        };
        let pulls = if registry == crate::upstream::image::DOCKER {
            "when it has moved, each machine pulls it again, and Docker Hub counts that once for \
             each platform, of 100 pulls in 6 hours for an address without an account"
        } else {
            "when it has moved, each machine pulls what has changed again"
        };
        format!("{asks}; {pulls}.")
    }
}

/// `3`, `v1`, and the same with a variant: `22-alpine`.
fn is_major(tag: &str) -> bool {
    let rest = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    let (number, variant) = rest.split_once('-').unwrap_or((rest, ""));
    let digits = (1..=MAX_MAJOR_DIGITS).contains(&number.len());
    digits
        && number.bytes().all(|c| c.is_ascii_digit())
        && !variant.starts_with(|c: char| c.is_ascii_digit())
        && !rest.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::{Floating, Kind, Place};

    #[test]
    fn what_moves_is_told_from_what_stays() {
        for tag in ["latest", "main", "Nightly", "3", "v1", "22", "22-alpine", "18-bookworm-slim"] {
            assert!(Floating::of(Some(tag)).is_some(), "{tag}");
        }
        for tag in
            ["1.27", "3.20.1", "v1.2", "20240101", "2024", "12-1", "bookworm", "3-", "v", "a1"]
        {
            assert_eq!(Floating::of(Some(tag)), None, "{tag}");
        }
        assert_eq!(Floating::of(None), Some(Floating::Absent));
    }

    #[test]
    fn only_docker_hub_counts() {
        assert!(
            Floating::Absent
                .cost("docker.io", Place::Image, Kind::Kubernetes)
                .contains("100 pulls in 6 hours")
        );
        assert!(!Floating::Absent.cost("quay.io", Place::From, Kind::Dockerfile).contains("100"));
    }
}
