//! Which images of an index are meant. image-spec 1.1, image-index.md.

use crate::oci::{Descriptor, Digest, Platform};
use std::collections::BTreeSet;

/// Where the manifests that say something about an image name it: those of the build attestations
/// that lie beside the images of an index.
const ABOUT: &str = "vnd.docker.reference.digest";

/// Reads `os/architecture` or `os/architecture/variant`.
pub fn parse(text: &str) -> Option<Platform> {
    let word = |word: &str| {
        let letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"._-".contains(&c);
        (!word.is_empty() && word.len() <= 32 && word.bytes().all(letter)).then(|| word.to_owned())
    };
    let (os, rest) = text.split_once('/')?;
    let (architecture, variant) = match rest.split_once('/') {
        Some((architecture, variant)) => (architecture, Some(word(variant)?)),
        None => (rest, None),
    };
    Some(Platform { os: word(os)?, architecture: word(architecture)?, variant })
}

/// A platform as people write it.
pub fn text(platform: &Platform) -> String {
    let base = format!("{}/{}", platform.os, platform.architecture);
    match platform.variant.as_deref().filter(|variant| !variant.is_empty()) {
        Some(variant) => format!("{base}/{variant}"),
        None => base,
    }
}

/// Whether an image for `found` is one for `asked`: without a variant every one is, and the only
/// variant of arm64 goes without saying.
fn is_for(found: &Platform, asked: &Platform) -> bool {
    let variant = |platform: &Platform| match platform.variant.as_deref() {
        Some("") | None if platform.architecture == "arm64" => Some("v8".to_owned()),
        Some("") | None => None,
        Some(variant) => Some(variant.to_owned()),
    };
    let same = found.os == asked.os && found.architecture == asked.architecture;
    same && (asked.variant.is_none() || variant(found) == variant(asked))
}

/// The children of an index that are copied: all where `asked` is empty; else those for these
/// platforms, what says something about them, and what names no platform (another index).
pub fn choose<'a>(children: &'a [Descriptor], asked: &[Platform]) -> Vec<&'a Descriptor> {
    let meant = |child: &&Descriptor| match &child.platform {
        _ if asked.is_empty() => true,
        None => !child.annotations.contains_key(ABOUT),
        Some(platform) => asked.iter().any(|asked| is_for(platform, asked)),
    };
    let chosen: BTreeSet<&Digest> = children.iter().filter(meant).map(|c| &c.digest).collect();
    let about = |child: &Descriptor| {
        let subject = child.annotations.get(ABOUT);
        subject.and_then(|text| text.parse().ok()).is_some_and(|d: Digest| chosen.contains(&d))
    };
    children.iter().filter(|child| chosen.contains(&child.digest) || about(child)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Algorithm;

    fn digest(text: &str) -> Digest {
        Digest::of(Algorithm::Sha256, text.as_bytes())
    }

    fn child(name: &str, platform: Option<&str>, about: Option<&str>) -> Descriptor {
        let mut descriptor = Descriptor {
            media_type: String::new(),
            digest: digest(name),
            size: 1,
            artifact_type: None,
            annotations: std::collections::BTreeMap::new(),
            platform: platform.and_then(parse),
        };
        if let Some(about) = about {
            descriptor.annotations.insert(ABOUT.into(), digest(about).to_string());
        }
        descriptor
    }

    #[test]
    fn an_image_goes_with_what_is_said_about_it() {
        let children = [
            child("amd64", Some("linux/amd64"), None),
            child("arm64", Some("linux/arm64"), None),
            child("v6", Some("linux/arm/v6"), None),
            child("v7", Some("linux/arm/v7"), None),
            child("about amd64", Some("unknown/unknown"), Some("amd64")),
            child("about arm64", Some("unknown/unknown"), Some("arm64")),
            child("nested", None, None),
        ];
        for (asked, expected) in [
            (vec![], vec![0, 1, 2, 3, 4, 5, 6]),
            (vec!["linux/amd64"], vec![0, 4, 6]),
            (vec!["linux/arm64/v8"], vec![1, 5, 6]),
            (vec!["linux/arm"], vec![2, 3, 6]),
            (vec!["linux/arm/v7", "linux/amd64"], vec![0, 3, 4, 6]),
            (vec!["windows/amd64"], vec![6]),
        ] {
            let asked: Vec<Platform> = asked.into_iter().filter_map(parse).collect();
            let chosen: Vec<&Digest> =
                choose(&children, &asked).iter().map(|c| &c.digest).collect();
            let expected: Vec<&Digest> =
                expected.into_iter().map(|at: usize| &children[at].digest).collect();
            assert_eq!(chosen, expected, "{asked:?}");
        }
    }

    #[test]
    fn platforms_are_two_or_three_words() {
        assert_eq!(parse("linux/arm/v7").map(|p| text(&p)).as_deref(), Some("linux/arm/v7"));
        for bad in ["", "/", "linux", "linux/", "/amd64", "a/b/", "a/b/c/d", "a/b c", "A/b"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
