//! What a manifest names, with the lengths that it says: what a cached image is made of.

use crate::oci::{Digest, links};
use std::collections::BTreeMap;

/// What a document names, whatever its type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Every digest in a field called `digest`, at any depth, the subject's aside, and how many
    /// bytes it has, where `size` beside it says so.
    pub named: BTreeMap<Digest, Option<u64>>,
    /// The subject's digest.
    pub subject: Option<Digest>,
}

/// The most that a manifest may name and be kept: each is a row, and images have some dozens.
pub const MAX_NAMED: usize = 2_000;

impl Contents {
    /// Whether it names more than is kept.
    pub fn is_too_much(&self) -> bool {
        self.named.len() > MAX_NAMED
    }

    /// Reads `document`. What is no JSON names nothing.
    pub fn parse(document: &[u8]) -> Self {
        let (named, subject) = links::sized(document);
        Self { named, subject }
    }
}

/// The image that a tag of the referrers tag schema, or one of cosign's (`sha256-….sig`), says
/// something about. distribution-spec 1.1, "Referrers Tag Schema".
pub fn subject_of(tag: &str) -> Option<Digest> {
    let (algorithm, rest) = tag.split_once('-')?;
    let (hex, _) = rest.split_once('.').unwrap_or((rest, ""));
    format!("{algorithm}:{hex}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(digit: char) -> Digest {
        format!("sha256:{}", String::from(digit).repeat(64)).parse().unwrap()
    }

    #[test]
    fn every_digest_is_named_with_its_length_and_the_subject_is_not() {
        let text = format!(
            r#"{{"config":{{"digest":"{}","size":3}},"blobs":[{{"x":{{"digest":"{}"}}}}],
            "layers":[{{"digest":"no"}},{{"digest":5}},6,{{"digest":"{}","size":-1}},
            {{"digest":"{}","size":7}}],"subject":{{"digest":"{}","size":9}}}}"#,
            digest('1'),
            digest('2'),
            digest('3'),
            digest('3'),
            digest('4')
        );
        let contents = Contents::parse(text.as_bytes());
        assert_eq!(contents.subject, Some(digest('4')));
        let expected = [(digest('1'), Some(3)), (digest('2'), None), (digest('3'), Some(7))];
        assert_eq!(contents.named, BTreeMap::from(expected));
    }

    #[test]
    fn what_is_no_object_names_nothing() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        for nothing in ["", "[]", "5", "{\"a\":", "{\"subject\":7}", &deep] {
            assert_eq!(Contents::parse(nothing.as_bytes()), Contents::default());
        }
    }

    #[test]
    fn tags_of_signatures_say_whose_they_are() {
        let hex = "1".repeat(64);
        for tag in ["sha256-H", "sha256-H.sig", "sha256-H.att", "sha256-H.a.b"] {
            assert_eq!(subject_of(&tag.replace('H', &hex)), Some(digest('1')), "{tag}");
        }
        for tag in ["latest", "sha256-abc.sig", "sha256", "1.0-alpine", "-", "md5-H"] {
            assert_eq!(subject_of(&tag.replace('H', &hex)), None, "{tag}");
        }
    }
}
