//! A tag and what it points to, as the catalog shows it.

use super::{kind::Kind, platform::Platform, tag_order::by_exactness};
use std::collections::HashMap;

/// One tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagEntry {
    /// `1.4.2`
    pub name: String,
    /// The manifest or index that the tag points to.
    pub digest: String,
    /// What one pulls.
    pub kind: Kind,
    /// The media type that says which artifact it is; for an image, nobody needs it.
    pub artifact_type: Option<String>,
    /// One entry an image, in the order of the index; empty for what has no platform.
    pub platforms: Vec<PlatformEntry>,
    /// Config and layers, compressed, where there is one manifest and no index.
    pub content_bytes: Option<u64>,
    /// When it was built, in milliseconds since 1970, if the publisher said so believably.
    pub built_at_ms: Option<i64>,
    /// When the tag was last pushed, in milliseconds since 1970.
    pub pushed_at_ms: i64,
}

impl TagEntry {
    /// The smallest and the largest download among the platforms.
    pub fn sizes(&self) -> Option<(u64, u64)> {
        let sizes = || {
            self.platforms.iter().filter_map(|entry| entry.content_bytes).chain(self.content_bytes)
        };
        Some((sizes().min()?, sizes().max()?))
    }
}

/// One platform of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformEntry {
    /// What it was built for.
    pub platform: Platform,
    /// The image for that platform.
    pub digest: String,
    /// Config and layers, compressed; `None` while that image has not been pushed.
    pub content_bytes: Option<u64>,
}

/// The tags of a list that point to the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagGroup {
    /// The tag with the most exact name, pushed when the latest of them was.
    pub tag: TagEntry,
    /// The other names, the most exact first.
    pub aliases: Vec<String>,
}

impl TagGroup {
    /// Groups `tags` by digest; a group stands where its first member stood.
    pub fn of(tags: Vec<TagEntry>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::with_capacity(tags.len());
        let mut places: HashMap<String, usize> = HashMap::with_capacity(tags.len());
        for tag in tags {
            let place = *places.entry(tag.digest.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.aliases.push(tag.name),
                None => groups.push(Self { tag, aliases: Vec::new() }),
            }
        }
        groups.iter_mut().for_each(Self::order_names);
        groups
    }

    fn order_names(&mut self) {
        self.aliases.push(std::mem::take(&mut self.tag.name));
        self.aliases.sort_by(|left, right| by_exactness(left, right));
        self.tag.name = self.aliases.remove(0);
    }
}

/// The start and the end of a digest, enough to compare two by eye: `sha256:9f2c41…d07a`.
pub fn short_digest(digest: &str) -> String {
    let (algorithm, hex) = digest.split_once(':').unwrap_or(("", digest));
    let (Some(head), Some(tail)) =
        (hex.get(..6), hex.len().checked_sub(4).and_then(|from| hex.get(from..)))
    else {
        return digest.to_owned();
    };
    if hex.len() <= 12 { digest.to_owned() } else { format!("{algorithm}:{head}…{tail}") }
}

#[cfg(test)]
mod tests {
    use super::{TagEntry, TagGroup, short_digest};
    use crate::catalog::Kind;

    #[test]
    fn a_digest_is_shortened_in_the_middle() {
        assert_eq!(short_digest("sha256:9f2c41aaaaaaaaaaaad07a"), "sha256:9f2c41…d07a");
        assert_eq!(short_digest("sha256:9f2c"), "sha256:9f2c");
        assert_eq!(short_digest(""), "");
        assert_eq!(short_digest("ééééééééééééééééééé"), ":ééé…éé");
    }

    #[test]
    fn tags_of_one_digest_share_a_row_under_the_most_exact_name() {
        let tag = |name: &str, digest: &str| TagEntry {
            name: name.to_owned(),
            digest: digest.to_owned(),
            kind: Kind::Image,
            artifact_type: None,
            platforms: Vec::new(),
            content_bytes: Some(7),
            built_at_ms: None,
            pushed_at_ms: 1,
        };
        let tags = vec![tag("latest", "a"), tag("main", "b"), tag("3.4", "a"), tag("3.4.2", "a")];
        let groups = TagGroup::of(tags);
        let names: Vec<_> =
            groups.iter().map(|group| (group.tag.name.as_str(), group.aliases.join(" "))).collect();
        assert_eq!(names, [("3.4.2", "3.4 latest".to_owned()), ("main", String::new())]);
    }
}
