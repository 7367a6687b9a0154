//! What the home page lists.

use super::rows::{
    CHILDREN, ChildRow, Children, TagRow, bytes, millis, shown, tag_columns, visible,
};
use roadstead_shared::catalog::{RepositorySummary, TagCount, tag_order::featured};
use serde::Deserialize;
use std::collections::HashMap;

/// Repositories on one page.
pub const PAGE: u32 = 30;
/// Where the home page stops counting tags.
const COUNTED: u64 = 100;

/// The repositories of a page, and one more to know whether there are any after it. Bound to that
/// number and to how many to skip.
pub const REPOSITORIES: &str = concat!(
    "SELECT r.name, r.description, r.updated_at_ms, \
            (SELECT COUNT(*) FROM (SELECT 1 FROM tags AS t WHERE t.repository = r.name AND ",
    visible!("t"),
    " LIMIT 100)) AS tag_count \
     FROM repositories AS r WHERE ",
    shown!("r"),
    " ORDER BY r.updated_at_ms DESC, r.name LIMIT ?1 OFFSET ?2"
);

/// A few tags of each of them, newest first. Bound likewise.
pub const TAGS: &str = concat!(
    "WITH listed AS (SELECT name FROM repositories AS r WHERE ",
    shown!("r"),
    " ORDER BY updated_at_ms DESC, name LIMIT ?1 OFFSET ?2) SELECT ",
    tag_columns!(),
    " FROM listed \
      CROSS JOIN tags AS t ON t.repository = listed.name AND t.tag IN \
          (SELECT n.tag FROM tags AS n WHERE n.repository = listed.name AND ",
    visible!("n"),
    " ORDER BY n.pushed_at_ms DESC, n.tag LIMIT 8) \
      LEFT JOIN manifests AS m ON m.repository = t.repository AND m.digest = t.digest \
      ORDER BY t.repository, t.pushed_at_ms DESC, t.tag"
);

/// The platforms of the tags that rows feature. Bound to what [`Draft::wanted_children`] gives.
pub const PLATFORMS: &str = CHILDREN;

/// A repository of the list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RepositoryRow {
    /// `acme/edge-proxy`
    pub name: String,
    /// What its publisher says it is.
    pub description: Option<String>,
    /// Milliseconds since 1970.
    pub updated_at_ms: f64,
    /// Its tags, as far as they were counted.
    pub tag_count: f64,
}

/// A page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The repositories, the last updated first.
    pub repositories: Vec<RepositorySummary>,
    /// Whether there are more after these.
    pub more: bool,
}

/// The list before the platforms are known: which tag of a repository they are wanted of is
/// decided here.
#[derive(Debug)]
pub struct Draft {
    rows: Vec<(RepositoryRow, Vec<String>, Option<TagRow>)>,
    more: bool,
}

impl Draft {
    /// Puts tags to their repositories and chooses the tag that each one's pull command names.
    pub fn new(mut repositories: Vec<RepositoryRow>, tags: Vec<TagRow>) -> Self {
        let shown = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more = repositories.len() > shown;
        repositories.truncate(shown);
        let mut of_repository: HashMap<String, Vec<TagRow>> = HashMap::new();
        for tag in tags {
            of_repository.entry(tag.repository.clone()).or_default().push(tag);
        }
        let rows = repositories.into_iter().map(|repository| {
            let mut tags = of_repository.remove(&repository.name).unwrap_or_default();
            let names: Vec<String> = tags.iter().map(|tag| tag.tag.clone()).collect();
            let words: Vec<&str> = names.iter().map(String::as_str).collect();
            let chosen = featured(&words).map(|index| tags.swap_remove(index));
            (repository, names, chosen)
        });
        Self { rows: rows.collect(), more }
    }

    /// The indexes whose children the list needs, as JSON.
    pub fn wanted_children(&self) -> String {
        let indexes =
            self.rows.iter().filter_map(|(_, _, tag)| tag.as_ref()).filter(|tag| tag.is_index());
        let wanted: Vec<[&str; 2]> =
            indexes.map(|tag| [tag.repository.as_str(), tag.digest.as_str()]).collect();
        serde_json::json!(wanted).to_string()
    }

    /// The list.
    pub fn finish(self, children: Vec<ChildRow>) -> Listing {
        let children = Children::new(children);
        let repositories =
            self.rows.into_iter().map(|(repository, recent_tags, tag)| RepositorySummary {
                description: repository.description,
                tag_count: TagCount::new(bytes(repository.tag_count), COUNTED),
                recent_tags,
                featured: tag.map(|tag| tag.into_entry(&children)),
                updated_at_ms: millis(repository.updated_at_ms),
                name: repository.name,
            });
        Listing { repositories: repositories.collect(), more: self.more }
    }
}

#[cfg(test)]
mod tests {
    use super::{ChildRow, Draft, PAGE, RepositoryRow, TagRow};

    fn repository(name: &str) -> RepositoryRow {
        RepositoryRow { name: name.into(), tag_count: 2.0, ..RepositoryRow::default() }
    }

    fn tag(repository: &str, tag: &str, kind: &str) -> TagRow {
        TagRow {
            repository: repository.into(),
            tag: tag.into(),
            digest: format!("sha256:{tag}"),
            kind: Some(kind.into()),
            ..TagRow::default()
        }
    }

    #[test]
    fn each_repository_features_its_own_tag_with_its_platforms() {
        let tags =
            vec![tag("a", "latest", "image"), tag("a", "1.2", "index"), tag("b", "main", "index")];
        let draft = Draft::new(vec![repository("b"), repository("a"), repository("bare")], tags);
        assert_eq!(draft.wanted_children(), r#"[["b","sha256:main"],["a","sha256:1.2"]]"#);
        let child = ChildRow {
            repository: "a".into(),
            parent: "sha256:1.2".into(),
            os: Some("linux".into()),
            architecture: Some("arm64".into()),
            ..ChildRow::default()
        };
        let listing = draft.finish(vec![child]);
        let told: Vec<_> = listing
            .repositories
            .iter()
            .map(|it| {
                let tag = it.featured.as_ref();
                (
                    it.name.as_str(),
                    tag.map(|tag| tag.name.as_str()),
                    tag.map(|tag| tag.platforms.len()),
                )
            })
            .collect();
        assert_eq!(
            told,
            [("b", Some("main"), Some(0)), ("a", Some("1.2"), Some(1)), ("bare", None, None)]
        );
        assert!(!listing.more);
    }

    #[test]
    fn one_more_than_a_page_says_that_there_is_more() {
        let rows: Vec<RepositoryRow> =
            (0..=PAGE).map(|number| repository(&format!("r{number}"))).collect();
        let listing = Draft::new(rows, Vec::new()).finish(Vec::new());
        assert_eq!((listing.repositories.len(), listing.more), (30, true));
    }
}
