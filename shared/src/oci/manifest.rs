//! Manifests and indexes, read for what they name. image-spec 1.1, manifest.md, image-index.md.
//!
//! Only what the edge has to know is read. The document itself is kept byte for byte: its digest
//! is its name, and fields that are unknown today are somebody's feature tomorrow.

use super::descriptor::null_is_default;
use super::{Descriptor, Digest, media_type};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// The largest manifest that is taken, in bytes; the size that the specification asks every
/// registry to support at least, and more than any client accepts.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Why a document is no manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// It is no JSON object, or a field has a form that no manifest has.
    #[error("the manifest cannot be read: {0}")]
    Json(String),
    /// The document names another media type than the request that brought it.
    #[error("the manifest says it is {inside}, the request says it is {outside}")]
    MediaType {
        /// The document's `mediaType`.
        inside: String,
        /// The request's `Content-Type`.
        outside: String,
    },
    /// A field that its media type cannot be without is missing.
    #[error("the manifest has no '{0}'")]
    Missing(&'static str),
    /// Docker's schema 1, which no client of today pulls.
    #[error("manifests of schema version 1 are not supported")]
    Schema1,
}

/// A manifest or index, as far as the edge needs to understand it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    #[serde(default)]
    schema_version: Option<u32>,
    #[serde(default)]
    media_type: Option<String>,
    /// What kind of artifact it says it is.
    #[serde(default)]
    pub artifact_type: Option<String>,
    /// The configuration; an image manifest has one.
    #[serde(default)]
    pub config: Option<Descriptor>,
    /// The layers, in order.
    #[serde(default, deserialize_with = "null_is_default")]
    pub layers: Vec<Descriptor>,
    /// The manifests of an index, in order.
    #[serde(default, deserialize_with = "null_is_default")]
    pub manifests: Vec<Descriptor>,
    /// What it says something about.
    #[serde(default)]
    pub subject: Option<Descriptor>,
    /// Free text by key.
    #[serde(default, deserialize_with = "null_is_default")]
    pub annotations: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads `document`, which came as `content_type` (without parameters).
    ///
    /// Refuses what is no JSON object, what contradicts its own media type, and schema 1. Any media
    /// type is taken; documents of types that nobody knows are kept without being understood.
    pub fn parse(document: &[u8], content_type: &str) -> Result<Self, Invalid> {
        // serde would take a list of the fields' values for the struct, too.
        if document.trim_ascii_start().first() != Some(&b'{') {
            return Err(Invalid::Json("it is no JSON object".to_owned()));
        }
        let manifest: Self =
            serde_json::from_slice(document).map_err(|error| Invalid::Json(error.to_string()))?;
        if manifest.schema_version == Some(1) {
            return Err(Invalid::Schema1);
        }
        require_fields(document, content_type)?;
        match &manifest.media_type {
            Some(inside) if inside != content_type => {
                Err(Invalid::MediaType { inside: inside.clone(), outside: content_type.to_owned() })
            }
            _ => Ok(manifest),
        }
    }

    /// The blobs that must be here before the manifest is: config and layers, foreign ones aside.
    pub fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        self.config
            .iter()
            .chain(&self.layers)
            .filter(|blob| !media_type::is_foreign_layer(&blob.media_type))
    }

    /// What a list of referrers says this is: its `artifactType`, else its config's media type.
    /// distribution-spec 1.1, "Listing Referrers".
    pub fn referrer_type(&self) -> Option<&str> {
        let named = self.artifact_type.as_deref().filter(|t| !t.is_empty());
        named.or_else(|| self.config.as_ref().map(|c| c.media_type.as_str()))
    }

    /// The digest of what this says something about.
    pub fn subject_digest(&self) -> Option<&Digest> {
        self.subject.as_ref().map(|subject| &subject.digest)
    }

    /// How many bytes a pull of this manifest moves, the manifest aside.
    pub fn content_bytes(&self) -> u64 {
        let sizes = self.config.iter().chain(&self.layers).map(|blob| blob.size);
        sizes.fold(0, u64::saturating_add)
    }
}

/// That what the media type requires is there, `null` or not: Go writes empty lists so.
fn require_fields(document: &[u8], content_type: &str) -> Result<(), Invalid> {
    let required: &[&'static str] = match content_type {
        media_type::IMAGE_MANIFEST | media_type::DOCKER_MANIFEST => {
            &["schemaVersion", "config", "layers"]
        }
        media_type::IMAGE_INDEX | media_type::DOCKER_MANIFEST_LIST => {
            &["schemaVersion", "manifests"]
        }
        _ => &[],
    };
    #[expect(
        clippy::zero_sized_map_values,
        reason = "serde reads an object into a map; its keys matter"
    )]
    let fields: BTreeMap<String, IgnoredAny> =
        serde_json::from_slice(document).map_err(|error| Invalid::Json(error.to_string()))?;
    match required.iter().find(|field| !fields.contains_key(**field)) {
        Some(missing) => Err(Invalid::Missing(missing)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use media_type::{DOCKER_MANIFEST, IMAGE_INDEX, IMAGE_MANIFEST};

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn image(extra: &str) -> String {
        format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"c/c","digest":"{DIGEST}","size":3}},
            "layers":[{{"mediaType":"l/l","digest":"{DIGEST}","size":4}},
            {{"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
              "digest":"{DIGEST}","size":5,"urls":["https://example.org"]}}]{extra}}}"#
        )
    }

    #[test]
    fn blobs_are_config_and_layers_without_foreign_ones() {
        let manifest = Manifest::parse(image("").as_bytes(), IMAGE_MANIFEST).unwrap();
        assert_eq!(manifest.blobs().map(|b| b.size).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(manifest.content_bytes(), 12);
    }

    #[test]
    fn the_referrer_type_falls_back_to_the_config() {
        let plain = Manifest::parse(image("").as_bytes(), IMAGE_MANIFEST).unwrap();
        assert_eq!(plain.referrer_type(), Some("c/c"));
        let typed = image(r#","artifactType":"a/a""#);
        let typed = Manifest::parse(typed.as_bytes(), IMAGE_MANIFEST).unwrap();
        assert_eq!(typed.referrer_type(), Some("a/a"));
    }

    #[test]
    fn null_lists_and_unknown_fields_are_taken() {
        let text = r#"{"schemaVersion":2,"manifests":null,"annotations":null,"future":{"a":[1]}}"#;
        assert!(Manifest::parse(text.as_bytes(), IMAGE_INDEX).is_ok());
    }

    #[test]
    fn a_document_that_contradicts_its_media_type_is_refused() {
        let text = image(&format!(r#","mediaType":"{IMAGE_MANIFEST}""#));
        assert!(Manifest::parse(text.as_bytes(), IMAGE_MANIFEST).is_ok());
        let refused = Manifest::parse(text.as_bytes(), DOCKER_MANIFEST);
        assert!(matches!(refused, Err(Invalid::MediaType { .. })));
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        for text in
            ["", "[]", "null", "{", r#"{"layers":{}}"#, r#"{"config":{"digest":"x"}}"#, "\u{0}"]
        {
            let refused = Manifest::parse(text.as_bytes(), IMAGE_MANIFEST);
            assert!(matches!(refused, Err(Invalid::Json(_))), "{text}");
        }
        let old = Manifest::parse(br#"{"schemaVersion":1}"#, DOCKER_MANIFEST);
        assert_eq!(old, Err(Invalid::Schema1));
    }

    #[test]
    fn a_manifest_without_its_required_fields_is_refused() {
        let parse = |text: &str, media_type| Manifest::parse(text.as_bytes(), media_type).err();
        assert_eq!(parse("{}", IMAGE_MANIFEST), Some(Invalid::Missing("schemaVersion")));
        let two = r#"{"schemaVersion":2}"#;
        assert_eq!(parse(two, IMAGE_MANIFEST), Some(Invalid::Missing("config")));
        assert_eq!(parse(two, IMAGE_INDEX), Some(Invalid::Missing("manifests")));
        assert_eq!(parse("{}", "application/vnd.example+json"), None);
    }

    #[test]
    fn sizes_that_overflow_do_not_panic() {
        let text = image("").replace("\"size\":3", "\"size\":18446744073709551615");
        let manifest = Manifest::parse(text.as_bytes(), IMAGE_MANIFEST).unwrap();
        assert_eq!(manifest.content_bytes(), u64::MAX);
    }
}
