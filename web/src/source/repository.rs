//! What a repository's page shows.

use super::rows::{ChildRow, Children, TagRow, bytes, flag, millis, tag_columns, visible};
use roadstead_shared::catalog::{RepositoryDetail, TagCount, tag_order::featured};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Tags on one page.
pub const PAGE: u32 = 50;
/// Where counting stops.
const COUNTED: u64 = 1000;

/// The repository. Bound to its name.
pub const REPOSITORY: &str = concat!(
    "SELECT r.name, r.description, r.created_at_ms, r.updated_at_ms, \
            (SELECT COUNT(*) FROM (SELECT 1 FROM tags AS t WHERE t.repository = r.name AND ",
    visible!("t"),
    " LIMIT 1000)) AS tag_count, \
       EXISTS (SELECT 1 FROM namespaces AS n WHERE n.verified_at_ms IS NOT NULL \
               AND n.name = substr(r.name, 1, instr(r.name, '/') - 1)) AS verified \
     FROM repositories AS r WHERE r.name = ?1"
);

/// A page of its tags, and one more to know whether there are any after it. Bound to its name, to
/// that number, and to how many to skip.
pub const TAGS: &str = concat!(
    "SELECT ",
    tag_columns!(),
    " FROM tags AS t \
      LEFT JOIN manifests AS m ON m.repository = t.repository AND m.digest = t.digest \
      WHERE t.repository = ?1 AND ",
    visible!("t"),
    " ORDER BY t.pushed_at_ms DESC, t.tag LIMIT ?2 OFFSET ?3"
);

/// The tags among which one is featured: the one asked for, if it exists, and the newest. Bound to
/// the repository's name and the tag asked for, which may be empty.
pub const CANDIDATES: &str = concat!(
    "SELECT t.tag, t.digest FROM tags AS t WHERE t.repository = ?1 AND t.tag = ?2 \
     UNION ALL SELECT * FROM (SELECT t.tag, t.digest FROM tags AS t WHERE t.repository = ?1 AND ",
    visible!("t"),
    " ORDER BY t.pushed_at_ms DESC, t.tag LIMIT 100)"
);

/// The featured tag with its annotations. Bound to the repository's name and the tag.
pub const FEATURED: &str = concat!(
    "SELECT ",
    tag_columns!(),
    ", CASE WHEN length(m.annotations) <= 65536 THEN m.annotations END AS annotations \
      FROM tags AS t \
      LEFT JOIN manifests AS m ON m.repository = t.repository AND m.digest = t.digest \
      WHERE t.repository = ?1 AND t.tag = ?2"
);

/// The repository.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RepositoryRow {
    /// `acme/edge-proxy`
    pub name: String,
    /// What its publisher says it is.
    pub description: Option<String>,
    /// Milliseconds since 1970.
    pub created_at_ms: f64,
    /// Milliseconds since 1970.
    pub updated_at_ms: f64,
    /// Its tags, as far as they were counted.
    pub tag_count: f64,
    /// Whether the operator knows who its publisher is.
    #[serde(default, deserialize_with = "flag")]
    pub verified: bool,
}

/// A tag that may be featured.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CandidateRow {
    /// `1.4.2`
    pub tag: String,
    /// What it points to.
    pub digest: String,
}

/// The featured tag.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FeaturedRow {
    /// The tag itself.
    #[serde(flatten)]
    pub tag: TagRow,
    /// A JSON object of strings.
    pub annotations: Option<String>,
}

/// What the first queries found: enough to know what else is needed.
#[derive(Debug)]
pub struct Draft {
    repository: RepositoryRow,
    tags: Vec<TagRow>,
    more_tags: bool,
    chosen: Option<CandidateRow>,
}

/// Why there is nothing to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// No such repository.
    Repository,
    /// No such tag in it, or no such page of tags.
    Tag,
    /// No such page of its tags.
    Page,
}

impl Draft {
    /// Chooses the tag that the pull line names: the one `asked` for, else the one people mean.
    pub fn new(
        repository: Option<RepositoryRow>,
        mut tags: Vec<TagRow>,
        candidates: Vec<CandidateRow>,
        asked: Option<&str>,
        page: u32,
    ) -> Result<Self, Absent> {
        let repository = repository.ok_or(Absent::Repository)?;
        if tags.is_empty() && page > 1 {
            return Err(Absent::Page);
        }
        let shown = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more_tags = tags.len() > shown;
        tags.truncate(shown);
        let chosen = if let Some(asked) = asked {
            Some(candidates.into_iter().find(|it| it.tag == asked).ok_or(Absent::Tag)?)
        } else {
            let words: Vec<&str> = candidates.iter().map(|it| it.tag.as_str()).collect();
            featured(&words).and_then(|index| candidates.get(index).cloned())
        };
        Ok(Self { repository, tags, more_tags, chosen })
    }

    /// The featured tag's name; empty if there is none.
    pub fn chosen_tag(&self) -> &str {
        self.chosen.as_ref().map(|it| it.tag.as_str()).unwrap_or_default()
    }

    /// The digests whose children are needed, as JSON. What is no index has none.
    pub fn wanted_children(&self) -> String {
        let listed = self.tags.iter().filter(|tag| tag.is_index()).map(|tag| tag.digest.as_str());
        let digests: BTreeSet<&str> =
            listed.chain(self.chosen.as_ref().map(|it| it.digest.as_str())).collect();
        let name = self.repository.name.as_str();
        let wanted: Vec<[&str; 2]> = digests.into_iter().map(|digest| [name, digest]).collect();
        serde_json::json!(wanted).to_string()
    }

    /// The page's content.
    pub fn finish(
        self,
        featured: Option<FeaturedRow>,
        children: Vec<ChildRow>,
    ) -> RepositoryDetail {
        let children = Children::new(children);
        let (featured, own) = featured.map(|it| (it.tag, it.annotations)).unzip();
        let of_child = featured.as_ref().and_then(|tag: &TagRow| {
            children
                .of(&tag.repository, &tag.digest)
                .iter()
                .find_map(|child| child.annotations.clone())
        });
        RepositoryDetail {
            verified: self.repository.verified,
            description: self.repository.description,
            tag_count: TagCount::new(bytes(self.repository.tag_count), COUNTED),
            tags: self.tags.into_iter().map(|tag| tag.into_entry(&children)).collect(),
            more_tags: self.more_tags,
            featured: featured.map(|tag| tag.into_entry(&children)),
            annotations: annotations(of_child, own.flatten()),
            created_at_ms: millis(self.repository.created_at_ms),
            updated_at_ms: millis(self.repository.updated_at_ms),
            name: self.repository.name,
        }
    }
}

/// The annotations of a platform's image, and over them those of the index.
fn annotations(of_child: Option<String>, own: Option<String>) -> BTreeMap<String, String> {
    let read =
        |text: String| serde_json::from_str::<BTreeMap<String, String>>(&text).unwrap_or_default();
    let mut all = of_child.map(read).unwrap_or_default();
    all.extend(own.map(read).unwrap_or_default());
    all
}

#[cfg(test)]
mod tests {
    use super::{Absent, CandidateRow, ChildRow, Draft, FeaturedRow, RepositoryRow, TagRow};

    fn repository() -> RepositoryRow {
        RepositoryRow { name: "acme/x".into(), ..RepositoryRow::default() }
    }

    fn candidate(tag: &str) -> CandidateRow {
        CandidateRow { tag: tag.into(), digest: format!("sha256:{tag}") }
    }

    #[test]
    fn the_tag_asked_for_is_featured_or_it_does_not_exist() {
        let candidates = || vec![candidate("latest"), candidate("1.0"), candidate("0.9")];
        let choose = |asked| Draft::new(Some(repository()), Vec::new(), candidates(), asked, 1);
        assert_eq!(choose(Some("0.9")).unwrap().chosen_tag(), "0.9");
        assert_eq!(choose(None).unwrap().chosen_tag(), "1.0");
        assert_eq!(choose(Some("2.0")).unwrap_err(), Absent::Tag);
    }

    #[test]
    fn nothing_is_absent_for_its_own_reason() {
        assert_eq!(
            Draft::new(None, Vec::new(), Vec::new(), None, 1).unwrap_err(),
            Absent::Repository
        );
        assert_eq!(
            Draft::new(Some(repository()), Vec::new(), Vec::new(), None, 2).unwrap_err(),
            Absent::Page
        );
        let bare = Draft::new(Some(repository()), Vec::new(), Vec::new(), None, 1).unwrap();
        assert_eq!((bare.chosen_tag(), bare.wanted_children().as_str()), ("", "[]"));
    }

    #[test]
    fn annotations_of_the_index_win_and_broken_ones_are_left_out() {
        let finish = |own: &str| {
            let draft = Draft::new(Some(repository()), Vec::new(), vec![candidate("1.0")], None, 1)
                .unwrap();
            let tag = TagRow {
                repository: "acme/x".into(),
                digest: "sha256:1.0".into(),
                kind: Some("index".into()),
                ..TagRow::default()
            };
            let child = ChildRow {
                repository: "acme/x".into(),
                parent: "sha256:1.0".into(),
                annotations: Some(r#"{"a":"child","b":"child"}"#.into()),
                ..ChildRow::default()
            };
            draft
                .finish(Some(FeaturedRow { tag, annotations: Some(own.into()) }), vec![child])
                .annotations
        };
        assert_eq!(finish(r#"{"a":"index"}"#)["a"], "index");
        assert_eq!(finish(r#"{"a":"index"}"#)["b"], "child");
        assert_eq!(finish(r#"{"a":1}"#)["a"], "child");
    }
}
