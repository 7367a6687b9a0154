//! What the index for people says of a manifest: computed from the manifest and its config,
//! parsed once when it is pushed, never typed by anybody.

use crate::oci::config::Config;
use crate::oci::{Manifest, Platform, media_type};
use std::collections::BTreeMap;

/// Annotations that the image specification names.
const DESCRIPTION: &str = "org.opencontainers.image.description";
const CREATED: &str = "org.opencontainers.image.created";

/// What a manifest is, in the words of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A container image for one platform.
    Image,
    /// A list of manifests.
    Index,
    /// A Helm chart.
    Chart,
    /// Anything else.
    Artifact,
}

impl Kind {
    /// As the index spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Index => "index",
            Self::Chart => "chart",
            Self::Artifact => "artifact",
        }
    }
}

/// One manifest's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its platform; images only.
    pub platform: Option<Platform>,
    /// When it was built, RFC 3339, as it says itself.
    pub built_at: Option<String>,
    /// One line of what it is.
    pub description: Option<String>,
    /// Free text by key.
    pub annotations: BTreeMap<String, String>,
}

/// Only the description of a Helm chart's config, which is its `Chart.yaml`.
#[derive(serde::Deserialize)]
struct Chart {
    description: Option<String>,
}

impl Entry {
    /// Computes the row of `manifest`, stored as `media_type`, whose config's bytes are `config`
    /// where it has one that could be read.
    pub fn compute(manifest: &Manifest, media_type: &str, config: Option<&[u8]>) -> Self {
        let kind = kind(manifest, media_type);
        let image = config.filter(|_| kind == Kind::Image).and_then(Config::parse);
        let chart = config
            .filter(|_| kind == Kind::Chart)
            .and_then(|config| serde_json::from_slice::<Chart>(config).ok());
        let label = |key: &str| image.as_ref().and_then(|i| i.labels().get(key).cloned());
        let said = |key: &str| manifest.annotations.get(key).cloned().or_else(|| label(key));
        Self {
            kind,
            description: said(DESCRIPTION).or_else(|| chart.and_then(|chart| chart.description)),
            built_at: said(CREATED).or_else(|| image.as_ref().and_then(|i| i.created.clone())),
            platform: image.map(|image| image.platform).filter(|p| !p.os.is_empty()),
            annotations: manifest.annotations.clone(),
        }
    }
}

fn kind(manifest: &Manifest, media_type: &str) -> Kind {
    if media_type::is_index(media_type) {
        return Kind::Index;
    }
    match manifest.config.as_ref().map(|config| config.media_type.as_str()) {
        Some(config) if media_type::is_image_config(config) => Kind::Image,
        Some(media_type::HELM_CONFIG) => Kind::Chart,
        _ => Kind::Artifact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use media_type::{HELM_CONFIG, IMAGE_CONFIG, IMAGE_INDEX, IMAGE_MANIFEST};

    fn entry(config_type: &str, annotations: &str, config: &str) -> Entry {
        let digest = format!("sha256:{}", "0".repeat(64));
        let text = format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"{config_type}","digest":"{digest}","size":1}},
            "layers":[],"annotations":{annotations}}}"#
        );
        let manifest = Manifest::parse(text.as_bytes(), IMAGE_MANIFEST).unwrap();
        Entry::compute(&manifest, IMAGE_MANIFEST, Some(config.as_bytes()))
    }

    #[test]
    fn an_image_says_its_platform_and_its_labels() {
        let config = r#"{"os":"linux","architecture":"arm64","created":"2026-01-01T00:00:00Z",
            "config":{"Labels":{"org.opencontainers.image.description":"from a label"}}}"#;
        let entry = entry(IMAGE_CONFIG, "{}", config);
        assert_eq!(entry.kind, Kind::Image);
        assert_eq!(entry.platform.unwrap().architecture, "arm64");
        assert_eq!(entry.description.as_deref(), Some("from a label"));
        assert_eq!(entry.built_at.as_deref(), Some("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn annotations_come_before_labels() {
        let annotations = r#"{"org.opencontainers.image.description":"from the manifest"}"#;
        let entry = entry(IMAGE_CONFIG, annotations, "{}");
        assert_eq!(entry.description.as_deref(), Some("from the manifest"));
        assert_eq!(entry.platform, None);
    }

    #[test]
    fn a_chart_is_described_by_its_config() {
        let entry = entry(HELM_CONFIG, "{}", r#"{"name":"c","description":"A chart"}"#);
        assert_eq!((entry.kind, entry.description.as_deref()), (Kind::Chart, Some("A chart")));
    }

    #[test]
    fn what_is_neither_is_an_artifact_and_nonsense_is_not_fatal() {
        assert_eq!(entry("application/vnd.oci.empty.v1+json", "{}", "\u{0}").kind, Kind::Artifact);
        assert_eq!(entry(IMAGE_CONFIG, "{}", "[1,2").platform, None);
        assert_eq!(kind(&Manifest::default(), IMAGE_INDEX), Kind::Index);
    }
}
