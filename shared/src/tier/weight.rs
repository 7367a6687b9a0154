//! What a manifest counts as when somebody gets it: an image, or nothing.

use crate::oci::{Descriptor, Digest, Manifest, media_type};
use serde::{Deserialize, Serialize};

/// The first 48 bits of a digest: enough to know a manifest again for an hour. Who makes two of
/// one mark by force gains that one of them is let through after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mark(u64);

/// How many hexadecimal digits a mark has.
const MARK_DIGITS: usize = 12;

impl Mark {
    /// That of a digest.
    pub fn of(digest: &Digest) -> Self {
        let hex = digest.as_str().split_once(':').map_or("", |(_, hex)| hex);
        Self(hex.get(..MARK_DIGITS).map_or(0, |hex| u64::from_str_radix(hex, 16).unwrap_or(0)))
    }

    /// Reads one as it is written in metadata.
    fn parse(text: &str) -> Option<Self> {
        let is_hex = text.len() == MARK_DIGITS && text.bytes().all(|c| c.is_ascii_hexdigit());
        is_hex.then(|| u64::from_str_radix(text, 16).ok().map(Self))?
    }
}

/// What a manifest counts as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weight {
    /// An image, or another thing that is pulled for its own sake, such as a chart.
    Image,
    /// Several under an index; a client goes on with some of these, the first [`MAX_CHILDREN`] of
    /// it. None are known of an index that was written before any were.
    Index(Vec<Mark>),
    /// Nothing: it says something about an image.
    Nothing,
}

/// How many manifests under an index are known by it: they stand in the metadata of its object, of
/// which R2 takes 8,192 bytes, so that no pull has to read its bytes.
pub const MAX_CHILDREN: usize = 400;

const IMAGE: &str = "image";
const INDEX: &str = "index";
const NOTHING: &str = "nothing";

/// Layers of which signatures, attestations and lists of materials are made.
const ABOUT: [&str; 5] = [
    "application/vnd.in-toto",
    "application/vnd.dsse.envelope",
    "application/vnd.dev.cosign.",
    "application/vnd.dev.sigstore.",
    "application/vnd.cncf.notary.",
];

impl Weight {
    /// That of a manifest which was just read.
    pub fn of(manifest: &Manifest, media_type: &str) -> Self {
        if media_type::is_index(media_type) {
            return Self::of_index(manifest);
        }
        let is_image = manifest
            .config
            .as_ref()
            .is_some_and(|config| media_type::is_image_config(&config.media_type));
        let layers = &manifest.layers;
        let says = |layer: &Descriptor| ABOUT.iter().any(|it| layer.media_type.starts_with(it));
        let only_says = !layers.is_empty() && layers.iter().all(says);
        // An image that claims to be about something is an image all the same.
        if only_says || (manifest.subject.is_some() && !is_image) {
            Self::Nothing
        } else {
            Self::Image
        }
    }

    fn of_index(index: &Manifest) -> Self {
        let children = &index.manifests;
        // The list of referrers of clients that know no call for it.
        let only_about =
            !children.is_empty() && children.iter().all(|child| child.artifact_type.is_some());
        if only_about || index.subject.is_some() {
            return Self::Nothing;
        }
        let known = children.iter().take(MAX_CHILDREN);
        Self::Index(known.map(|child| Mark::of(&child.digest)).collect())
    }

    /// As metadata of the manifest's object.
    pub fn word(&self) -> String {
        match self {
            Self::Image => IMAGE.to_owned(),
            Self::Nothing => NOTHING.to_owned(),
            Self::Index(children) => {
                let known = children.iter().take(MAX_CHILDREN);
                let marks = known.map(|Mark(mark)| format!(" {mark:012x}"));
                marks.fold(INDEX.to_owned(), |text, mark| text + &mark)
            }
        }
    }

    /// Reads the metadata of an object; where it has none, since it was written before there was
    /// any, its media type says it.
    pub fn read(word: Option<&str>, media_type: &str) -> Self {
        match word.map(|word| word.split_once(' ').unwrap_or((word, ""))) {
            Some((IMAGE, _)) => Self::Image,
            Some((NOTHING, _)) => Self::Nothing,
            Some((INDEX, marks)) => {
                let known = marks.split(' ').filter_map(Mark::parse).take(MAX_CHILDREN);
                Self::Index(known.collect())
            }
            _ if media_type::is_index(media_type) => Self::Index(Vec::new()),
            _ => Self::Image,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Algorithm;
    use crate::oci::media_type::{IMAGE_CONFIG, IMAGE_INDEX, IMAGE_MANIFEST};
    use serde_json::{Value, json};

    fn digest(text: &str) -> Digest {
        Digest::of(Algorithm::Sha256, text.as_bytes())
    }

    fn descriptor(media_type: &str, text: &str) -> Value {
        json!({ "mediaType": media_type, "digest": digest(text), "size": text.len() })
    }

    fn weight(document: &Value, media_type: &str) -> Weight {
        let document = document.to_string();
        Weight::of(&Manifest::parse(document.as_bytes(), media_type).unwrap(), media_type)
    }

    fn image(config: &str, layer: &str, subject: bool) -> Value {
        let mut image = json!({
            "schemaVersion": 2,
            "config": descriptor(config, "config"), "layers": [descriptor(layer, "layer")],
        });
        if subject {
            image["subject"] = descriptor(IMAGE_MANIFEST, "subject");
        }
        image
    }

    #[test]
    fn images_and_charts_count_and_what_is_about_them_does_not() {
        let layer = "application/vnd.oci.image.layer.v1.tar+gzip";
        let chart = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
        let helm = "application/vnd.cncf.helm.config.v1+json";
        let empty = "application/vnd.oci.empty.v1+json";
        for (config, layer, subject, expected) in [
            (IMAGE_CONFIG, layer, false, Weight::Image),
            (IMAGE_CONFIG, layer, true, Weight::Image),
            (helm, chart, false, Weight::Image),
            (empty, "text/plain", false, Weight::Image),
            (empty, "text/plain", true, Weight::Nothing),
            // An attestation of BuildKit's, a signature of cosign's older form.
            (IMAGE_CONFIG, "application/vnd.in-toto+json", false, Weight::Nothing),
            (
                IMAGE_CONFIG,
                "application/vnd.dev.cosign.simplesigning.v1+json",
                false,
                Weight::Nothing,
            ),
        ] {
            let found = weight(&image(config, layer, subject), IMAGE_MANIFEST);
            assert_eq!(found, expected, "{config} {layer} {subject}");
        }
    }

    #[test]
    fn an_index_counts_with_its_children() {
        let index = |children: Value| json!({ "schemaVersion": 2, "manifests": children });
        let child = descriptor(IMAGE_MANIFEST, "child");
        let found = weight(&index(json!([child])), IMAGE_INDEX);
        assert_eq!(found, Weight::Index(vec![Mark::of(&digest("child"))]));
        let mut about = child.clone();
        about["artifactType"] = json!("application/x.signature");
        assert_eq!(weight(&index(json!([about])), IMAGE_INDEX), Weight::Nothing);
        let found = weight(&index(json!([child, about])), IMAGE_INDEX);
        assert!(matches!(found, Weight::Index(children) if children.len() == 2));
    }

    #[test]
    fn what_was_written_is_read_again() {
        let children = [digest("a"), digest("b")].iter().map(Mark::of).collect();
        for weight in [Weight::Image, Weight::Nothing, Weight::Index(children)] {
            assert_eq!(Weight::read(Some(&weight.word()), IMAGE_MANIFEST), weight);
        }
    }

    #[test]
    fn of_a_long_index_the_first_children_are_known_and_fit_into_metadata() {
        let child = |n: usize| json!({ "mediaType": IMAGE_MANIFEST, "digest": digest(&n.to_string()), "size": 1 });
        let all: Vec<Value> = (0..2 * MAX_CHILDREN).map(child).collect();
        let index = json!({ "schemaVersion": 2, "manifests": all });
        let first = (0..MAX_CHILDREN).map(|n| Mark::of(&digest(&n.to_string()))).collect();
        let first = Weight::Index(first);
        assert_eq!(weight(&index, IMAGE_INDEX), first);
        assert_eq!(Weight::read(Some(&first.word()), IMAGE_INDEX), first);
        assert!(first.word().len() < 6_000);
    }

    #[test]
    fn without_a_word_the_media_type_says_it() {
        assert_eq!(Weight::read(None, IMAGE_INDEX), Weight::Index(Vec::new()));
        assert_eq!(Weight::read(Some("index"), IMAGE_INDEX), Weight::Index(Vec::new()));
        assert_eq!(Weight::read(None, IMAGE_MANIFEST), Weight::Image);
        assert_eq!(Weight::read(Some("?"), "a/b"), Weight::Image);
    }
}
