//! The media types that the edge itself has to know. Everything else is kept and passed on as it
//! was given: distribution-spec 1.1 knows no closed list.

/// OCI image manifest.
pub const IMAGE_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// OCI image index.
pub const IMAGE_INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Docker's image manifest, version 2, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker's manifest list.
pub const DOCKER_MANIFEST_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// OCI image configuration.
pub const IMAGE_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// Docker's image configuration.
pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
/// Configuration of a Helm chart.
pub const HELM_CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
/// The config of an artifact that has none.
pub const EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// Any bytes.
pub const OCTET_STREAM: &str = "application/octet-stream";

/// The longest media type that is taken, in characters: RFC 6838 allows 127 for each half.
pub const MAX_LEN: usize = 255;

/// The media type without its parameters and surrounding white space.
pub fn essence(text: &str) -> &str {
    text.split(';').next().unwrap_or_default().trim()
}

/// Whether `text` is `type "/" subtype` of RFC 6838 without parameters.
pub fn is_well_formed(text: &str) -> bool {
    let restricted = |half: &str| {
        half.starts_with(|c: char| c.is_ascii_alphanumeric())
            && half.bytes().all(|c| c.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&c))
    };
    text.len() <= MAX_LEN
        && text.split_once('/').is_some_and(|(a, b)| restricted(a) && restricted(b))
}

/// What a document says of itself that came without a media type: its `mediaType`, else what its
/// fields show. `None` where it is no manifest.
pub fn of_document(document: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Typed {
        media_type: Option<String>,
        manifests: Option<serde::de::IgnoredAny>,
        config: Option<serde::de::IgnoredAny>,
    }
    let typed: Typed = serde_json::from_slice(document).ok()?;
    let shown = match (typed.manifests, typed.config) {
        (Some(_), _) => Some(IMAGE_INDEX),
        (None, Some(_)) => Some(IMAGE_MANIFEST),
        (None, None) => None,
    };
    typed.media_type.or_else(|| shown.map(str::to_owned))
}

/// Whether this is a list of manifests.
pub fn is_index(media_type: &str) -> bool {
    matches!(media_type, IMAGE_INDEX | DOCKER_MANIFEST_LIST)
}

/// Whether this is the configuration of a container image.
pub fn is_image_config(media_type: &str) -> bool {
    matches!(media_type, IMAGE_CONFIG | DOCKER_CONFIG)
}

/// Whether the layer is one that is not distributed with the image ("foreign"), so that no
/// registry needs to hold it. image-spec 1.1, layer.md, "Non-distributable layers".
pub fn is_foreign_layer(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.oci.image.layer.nondistributable.")
        || media_type.starts_with("application/vnd.docker.image.rootfs.foreign.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_what_it_is_or_shows_it() {
        for (document, expected) in [
            (r#"{"mediaType":"a/b","config":{}}"#, Some("a/b")),
            (r#"{"manifests":[]}"#, Some(IMAGE_INDEX)),
            (r#"{"config":{},"layers":[]}"#, Some(IMAGE_MANIFEST)),
            ("{}", None),
            ("<html>", None),
        ] {
            assert_eq!(of_document(document.as_bytes()).as_deref(), expected, "{document}");
        }
    }

    #[test]
    fn the_essence_has_no_parameters() {
        assert_eq!(essence(" application/json ; charset=utf-8"), "application/json");
        assert_eq!(essence(""), "");
    }

    #[test]
    fn only_types_with_a_subtype_are_well_formed() {
        for good in [IMAGE_MANIFEST, "a/b", "application/vnd.a+json"] {
            assert!(is_well_formed(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a/",
            "/b",
            "a/b/c",
            "a b/c",
            "a/é",
            "a/b;c=d",
            &format!("a/{}", "b".repeat(300)),
        ] {
            assert!(!is_well_formed(bad), "{bad}");
        }
    }
}
