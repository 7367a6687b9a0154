//! What a tag holds, as far as it changes how one pulls it.

/// The kinds that the catalog tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A container image, for one platform or for several under an index.
    Image,
    /// A Helm chart.
    Chart,
    /// Anything else: a policy, a signature bundle, a model, a WebAssembly module.
    Artifact,
}

impl Kind {
    /// Reads the word that the catalog's index stores. An index of manifests is an image until its
    /// children say otherwise; a word that is not known is some artifact.
    pub fn from_stored(word: &str) -> Self {
        match word {
            "image" | "index" => Self::Image,
            "chart" => Self::Chart,
            _ => Self::Artifact,
        }
    }

    /// The word on a chip beside a name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Chart => "chart",
            Self::Artifact => "artifact",
        }
    }

    /// The words in a list of facts.
    pub const fn long_label(self) -> &'static str {
        match self {
            Self::Image => "Container image",
            Self::Chart => "Helm chart",
            Self::Artifact => "OCI artifact",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn an_unknown_word_is_an_artifact() {
        assert_eq!(Kind::from_stored("index"), Kind::Image);
        assert_eq!(Kind::from_stored("chart"), Kind::Chart);
        assert_eq!(Kind::from_stored("\u{202e}"), Kind::Artifact);
    }
}
