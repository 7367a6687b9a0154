//! The configuration of a container image, as far as the index for people shows it.
//! image-spec 1.1, config.md.

use super::Platform;
use super::descriptor::null_is_default;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The largest configuration that is read for the index, in bytes. Larger ones are served like
/// any blob; only what they say is not shown.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// What an image says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Config {
    /// When it was built, RFC 3339.
    #[serde(default)]
    pub created: Option<String>,
    /// What it runs on.
    #[serde(flatten)]
    pub platform: Platform,
    #[serde(default, rename = "config", deserialize_with = "null_is_default")]
    execution: Execution,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct Execution {
    #[serde(default, rename = "Labels", deserialize_with = "null_is_default")]
    labels: BTreeMap<String, String>,
}

impl Config {
    /// Reads `document`; `None` if it is no image configuration.
    pub fn parse(document: &[u8]) -> Option<Self> {
        serde_json::from_slice(document).ok()
    }

    /// Free text by key, from the Dockerfile's `LABEL`s.
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.execution.labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platform_and_labels_are_read() {
        let text =
            br#"{"created":"2026-01-01T00:00:00Z","os":"linux","architecture":"arm","variant":"v7",
            "config":{"Labels":{"a":"b"},"Env":null},"rootfs":{"type":"layers","diff_ids":[]}}"#;
        let config = Config::parse(text).unwrap();
        assert_eq!(config.platform.variant.as_deref(), Some("v7"));
        assert_eq!(config.labels()["a"], "b");
    }

    #[test]
    fn null_labels_are_none_and_other_documents_are_nothing() {
        let config = Config::parse(br#"{"config":{"Labels":null}}"#).unwrap();
        assert!(config.labels().is_empty());
        assert!(Config::parse(b"[]").is_none());
        assert!(Config::parse(br#"{"created":5}"#).is_none());
    }
}
