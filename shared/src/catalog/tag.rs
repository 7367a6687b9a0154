//! A tag and what it points to, as the catalog shows it.

use super::{kind::Kind, platform::Platform};

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

    /// Tags that clients of the referrers API's fallback write (`sha256-<hex>`, and cosign's
    /// `.sig`, `.att`, `.sbom` after it) are bookkeeping, no names.
    pub fn is_bookkeeping(name: &str) -> bool {
        let Some(rest) = name.strip_prefix("sha256-").or_else(|| name.strip_prefix("sha512-"))
        else {
            return false;
        };
        let hex = rest.split('.').next().unwrap_or_default();
        matches!(hex.len(), 64 | 128)
            && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
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
    use super::{TagEntry, short_digest};

    #[test]
    fn fallback_tags_are_bookkeeping_and_short_hashes_are_not() {
        let hex = "0123456789abcdef".repeat(4);
        assert!(TagEntry::is_bookkeeping(&format!("sha256-{hex}")));
        assert!(TagEntry::is_bookkeeping(&format!("sha256-{hex}.sig")));
        assert!(TagEntry::is_bookkeeping(&format!("sha512-{hex}{hex}")));
        assert!(!TagEntry::is_bookkeeping("sha256-a91f3c"));
        assert!(!TagEntry::is_bookkeeping("sha-a91f3c"));
    }

    #[test]
    fn a_digest_is_shortened_in_the_middle() {
        assert_eq!(short_digest("sha256:9f2c41aaaaaaaaaaaad07a"), "sha256:9f2c41…d07a");
        assert_eq!(short_digest("sha256:9f2c"), "sha256:9f2c");
        assert_eq!(short_digest(""), "");
        assert_eq!(short_digest("ééééééééééééééééééé"), ":ééé…éé");
    }
}
