//! Rows as the index gives them, and the steps from them to what pages show. Nothing that a row can
//! hold makes these fail: what makes no sense is left out.

use roadstead_shared::catalog::{Kind, Platform, PlatformEntry, TagEntry, time::parse_rfc3339};
use serde::{Deserialize, Deserializer};
use std::collections::HashMap;

/// Tags that clients of the referrers API's fallback write (`sha256-<hex>`, and what cosign adds
/// after it) are bookkeeping, no names. In SQL, because lists and counts must agree.
macro_rules! visible {
    ($table:literal) => {
        concat!(
            "NOT (length(",
            $table,
            ".tag) >= 71 AND (",
            $table,
            ".tag GLOB 'sha256-*' OR ",
            $table,
            ".tag GLOB 'sha512-*'))"
        )
    };
}
/// Repositories that the operator has taken down are in no list.
macro_rules! shown {
    ($table:literal) => {
        concat!("NOT EXISTS (SELECT 1 FROM takedowns AS d WHERE d.repository = ", $table, ".name)")
    };
}
/// What of a tag `t` and its manifest `m` a `TagRow` is read from.
macro_rules! tag_columns {
    () => {
        "t.repository, t.tag, t.digest, t.pushed_at_ms, m.kind, m.artifact_type, m.content_bytes, \
         m.os, m.architecture, m.variant, m.built_at"
    };
}
pub(crate) use {shown, tag_columns, visible};

/// The children of the indexes of a page. Bound to the JSON list of `[repository, digest]`.
pub const CHILDREN: &str = "\
    SELECT c.repository, c.parent, c.digest, c.os, c.architecture, c.variant, \
           m.kind, m.content_bytes, \
           CASE WHEN c.position = 0 AND length(m.annotations) <= 16384 \
                THEN m.annotations END AS annotations \
    FROM json_each(?1) AS wanted \
    CROSS JOIN children AS c \
        ON c.repository = json_extract(wanted.value, '$[0]') \
       AND c.parent = json_extract(wanted.value, '$[1]') \
       AND c.position < 64 \
    LEFT JOIN manifests AS m ON m.repository = c.repository AND m.digest = c.digest \
    ORDER BY c.repository, c.parent, c.position \
    LIMIT 2000";

/// A tag, with the manifest that it points to as far as that is known.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct TagRow {
    /// `acme/edge-proxy`
    pub repository: String,
    /// `1.4.2`
    pub tag: String,
    /// What it points to.
    pub digest: String,
    /// Milliseconds since 1970.
    pub pushed_at_ms: f64,
    /// `image`, `index`, `chart`, `artifact`.
    pub kind: Option<String>,
    /// The media type that says which artifact it is.
    pub artifact_type: Option<String>,
    /// Config and layers, compressed.
    pub content_bytes: Option<f64>,
    /// The config's operating system.
    pub os: Option<String>,
    /// The config's architecture.
    pub architecture: Option<String>,
    /// The config's variant.
    pub variant: Option<String>,
    /// RFC 3339.
    pub built_at: Option<String>,
}

/// A manifest that an index names.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ChildRow {
    /// `acme/edge-proxy`
    pub repository: String,
    /// The index.
    pub parent: String,
    /// The manifest.
    pub digest: String,
    /// The operating system that the index says.
    pub os: Option<String>,
    /// The architecture that the index says.
    pub architecture: Option<String>,
    /// The variant that the index says.
    pub variant: Option<String>,
    /// The manifest's kind, if it has been pushed.
    pub kind: Option<String>,
    /// Config and layers, compressed.
    pub content_bytes: Option<f64>,
    /// The first child's annotations, JSON.
    pub annotations: Option<String>,
}

/// The children of a page's indexes, found by repository and index.
#[derive(Debug, Default)]
pub struct Children {
    of_index: HashMap<(String, String), Vec<ChildRow>>,
}

impl Children {
    /// Sorts the rows to their indexes.
    pub fn new(rows: Vec<ChildRow>) -> Self {
        let mut of_index: HashMap<(String, String), Vec<ChildRow>> = HashMap::new();
        for row in rows {
            of_index.entry((row.repository.clone(), row.parent.clone())).or_default().push(row);
        }
        Self { of_index }
    }

    /// The children of one index, in its order.
    pub fn of(&self, repository: &str, digest: &str) -> &[ChildRow] {
        let key = (repository.to_owned(), digest.to_owned());
        self.of_index.get(&key).map(Vec::as_slice).unwrap_or_default()
    }
}

impl TagRow {
    /// Whether the tag points to an index, whose children say what it is.
    pub fn is_index(&self) -> bool {
        self.kind.as_deref() == Some("index")
    }

    /// The tag as pages show it.
    pub fn into_entry(self, children: &Children) -> TagEntry {
        let children = children.of(&self.repository, &self.digest);
        let mut platforms: Vec<PlatformEntry> =
            children.iter().filter_map(ChildRow::platform).collect();
        let own = Platform::new(
            self.os.as_deref(),
            self.architecture.as_deref(),
            self.variant.as_deref(),
        );
        let own_bytes = self.content_bytes.map(bytes).filter(|_| !self.is_index());
        platforms.extend(own.map(|platform| PlatformEntry {
            platform,
            digest: self.digest.clone(),
            content_bytes: own_bytes,
        }));
        let kind = kind(&self, children);
        TagEntry {
            kind,
            artifact_type: self
                .artifact_type
                .filter(|media| kind != Kind::Image && !media.is_empty()),
            content_bytes: own_bytes,
            platforms,
            built_at_ms: self.built_at.as_deref().and_then(believable_time),
            pushed_at_ms: millis(self.pushed_at_ms),
            name: self.tag,
            digest: self.digest,
        }
    }
}

impl ChildRow {
    fn platform(&self) -> Option<PlatformEntry> {
        let platform = Platform::new(
            self.os.as_deref(),
            self.architecture.as_deref(),
            self.variant.as_deref(),
        )?;
        let content_bytes = self.content_bytes.map(bytes);
        Some(PlatformEntry { platform, digest: self.digest.clone(), content_bytes })
    }
}

/// An index is what its children are; one of images alone has platforms.
fn kind(tag: &TagRow, children: &[ChildRow]) -> Kind {
    let of_child = || children.iter().find_map(|child| child.kind.as_deref());
    let stored =
        if tag.is_index() { of_child().or(tag.kind.as_deref()) } else { tag.kind.as_deref() };
    stored.map_or(Kind::Image, Kind::from_stored)
}

/// Builds that are meant to be reproducible say 1970 or the year 1: that is no news to anybody.
fn believable_time(text: &str) -> Option<i64> {
    const YEAR_2000_MS: i64 = 946_684_800_000;
    parse_rfc3339(text).filter(|at_ms| *at_ms > YEAR_2000_MS)
}

/// Reads a number of bytes that may be missing.
pub(crate) fn number_of<'a, D: Deserializer<'a>>(from: D) -> Result<Option<u64>, D::Error> {
    Ok(Option::<f64>::deserialize(from)?.map(bytes))
}

/// Reads a time that may be missing.
pub(crate) fn millis_of<'a, D: Deserializer<'a>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<f64>::deserialize(from)?.map(millis))
}

/// Reads a condition, which SQL gives as 0 or 1.
pub(crate) fn flag<'a, D: Deserializer<'a>>(from: D) -> Result<bool, D::Error> {
    Ok(Option::<f64>::deserialize(from)?.is_some_and(|number| number > 0.0))
}

/// Numbers of the index come as JavaScript has them.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
pub(crate) fn bytes(number: f64) -> u64 {
    number as u64
}

/// A time, likewise.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
pub(crate) fn millis(number: f64) -> i64 {
    number as i64
}

#[cfg(test)]
mod tests {
    use super::{ChildRow, Children, TagRow};
    use roadstead_shared::catalog::Kind;

    fn child(os: &str, architecture: &str, content_bytes: Option<f64>) -> ChildRow {
        ChildRow {
            repository: "acme/x".into(),
            parent: "sha256:a".into(),
            os: Some(os.into()),
            architecture: Some(architecture.into()),
            kind: content_bytes.map(|_| "image".into()),
            content_bytes,
            ..ChildRow::default()
        }
    }

    fn tag(kind: &str) -> TagRow {
        TagRow {
            repository: "acme/x".into(),
            tag: "1".into(),
            digest: "sha256:a".into(),
            kind: Some(kind.into()),
            content_bytes: Some(7.0),
            ..TagRow::default()
        }
    }

    #[test]
    fn an_index_shows_its_platforms_and_hides_attestations() {
        let rows = vec![
            child("linux", "amd64", Some(71e6)),
            child("linux", "arm64", None),
            child("unknown", "unknown", Some(9.0)),
        ];
        let entry = tag("index").into_entry(&Children::new(rows));
        let platforms: Vec<String> =
            entry.platforms.iter().map(|it| it.platform.to_string()).collect();
        assert_eq!(platforms, ["linux/amd64", "linux/arm64"]);
        assert_eq!(entry.sizes(), Some((71_000_000, 71_000_000)));
        assert_eq!(entry.kind, Kind::Image);
    }

    #[test]
    fn a_plain_manifest_is_its_own_platform() {
        let row =
            TagRow { os: Some("linux".into()), architecture: Some("amd64".into()), ..tag("image") };
        let entry = row.into_entry(&Children::default());
        assert_eq!(entry.platforms.len(), 1);
        assert_eq!(entry.sizes(), Some((7, 7)));
    }

    #[test]
    fn a_tag_whose_manifest_is_not_indexed_yet_is_shown_all_the_same() {
        let row = TagRow { kind: None, content_bytes: None, ..tag("image") };
        let entry = row.into_entry(&Children::default());
        assert_eq!((entry.kind, entry.sizes()), (Kind::Image, None));
    }

    #[test]
    fn numbers_and_times_that_make_no_sense_do_no_harm() {
        let row = TagRow {
            pushed_at_ms: f64::NAN,
            content_bytes: Some(-1.0),
            built_at: Some("1970-01-01T00:00:00Z".into()),
            ..tag("chart")
        };
        let entry = row.into_entry(&Children::default());
        assert_eq!(
            (entry.pushed_at_ms, entry.content_bytes, entry.built_at_ms),
            (0, Some(0), None)
        );
    }
}
