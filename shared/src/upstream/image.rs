//! References with a registry in front, as people write them: `ghcr.io/acme/app:1.0`.

use crate::oci::{Digest, Name, Reference, Tag};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::Origin;

/// What goes without saying in front of `alpine`.
pub const DOCKER: &str = "docker.io";
/// Other names of the same registry.
const DOCKER_ALSO: [&str; 2] = ["index.docker.io", "registry-1.docker.io"];
/// The longest reference that is read, in bytes.
const MAX_LEN: usize = 1024;

/// What the registry at `host` (in lower case) is called: Docker Hub has three names.
pub fn known_as(host: String) -> String {
    if DOCKER_ALSO.contains(&host.as_str()) { DOCKER.to_owned() } else { host }
}

/// An image somewhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Host and port as people write them: `docker.io`, `127.0.0.1:5000`.
    pub registry: String,
    /// The repository there.
    pub name: Name,
    /// The tag, where one was named.
    pub tag: Option<Tag>,
    /// The digest, where one was named: what is pulled, whatever the tag says.
    pub digest: Option<Digest>,
}

/// The text is no such reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an image is written REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:…")]
pub struct Invalid;

impl Image {
    /// What is asked for: the digest, else the tag, else `latest`.
    pub fn reference(&self) -> Result<Reference, Invalid> {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => Ok(Reference::Digest(digest.clone())),
            (None, Some(tag)) => Ok(Reference::Tag(tag.clone())),
            (None, None) => "latest".parse().map(Reference::Tag).map_err(|_| Invalid),
        }
    }
}

impl FromStr for Image {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() > MAX_LEN {
            return Err(Invalid);
        }
        let (text, digest) = match text.split_once('@') {
            Some((text, digest)) => (text, Some(digest.parse().map_err(|_| Invalid)?)),
            None => (text, None),
        };
        // Docker's rule: what cannot be a part of a name is a host.
        let (registry, rest) = match text.split_once('/') {
            Some((first, rest)) if first.contains(['.', ':', '[']) || first == "localhost" => {
                (first, rest)
            }
            _ => (DOCKER, text),
        };
        let (name, tag) = match rest.split_once(':') {
            Some((name, tag)) => (name, Some(tag.parse().map_err(|_| Invalid)?)),
            None => (rest, None),
        };
        let registry = registry.to_ascii_lowercase();
        Origin::parse(true, &registry).ok_or(Invalid)?;
        let registry = known_as(registry);
        let name = if registry == DOCKER && !name.contains('/') {
            format!("library/{name}")
        } else {
            name.to_owned()
        };
        Ok(Self { registry, name: name.parse().map_err(|_| Invalid)?, tag, digest })
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.name)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn references_are_read_as_docker_reads_them() {
        for (text, expected) in [
            ("docker.io/library/alpine:3.20", "docker.io/library/alpine:3.20"),
            ("docker.io/alpine", "docker.io/library/alpine"),
            ("alpine:3.20", "docker.io/library/alpine:3.20"),
            ("acme/app", "docker.io/acme/app"),
            ("index.docker.io/alpine", "docker.io/library/alpine"),
            ("registry-1.docker.io/acme/app:1", "docker.io/acme/app:1"),
            ("ghcr.io/acme/app:1.0", "ghcr.io/acme/app:1.0"),
            ("127.0.0.1:5000/a:b", "127.0.0.1:5000/a:b"),
            ("localhost/a", "localhost/a"),
            ("[::1]:5000/a", "[::1]:5000/a"),
            ("GHCR.io/a", "ghcr.io/a"),
        ] {
            assert_eq!(
                text.parse::<Image>().map(|image| image.to_string()),
                Ok(expected.to_owned())
            );
        }
    }

    #[test]
    fn a_digest_is_what_is_asked_for() {
        let both: Image = format!("ghcr.io/a:1@{DIGEST}").parse().unwrap();
        assert_eq!(both.reference().unwrap().to_string(), DIGEST);
        assert_eq!(both.tag.as_ref().map(Tag::as_str), Some("1"));
        let none: Image = "ghcr.io/a".parse().unwrap();
        assert_eq!(none.reference().unwrap().to_string(), "latest");
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in [
            "",
            "/",
            ":",
            "@",
            "a:",
            "a@",
            "a@b",
            "ghcr.io/",
            "ghcr.io/A",
            "ghcr.io/a:b:c",
            "ghcr.io/a/:b",
            "https://ghcr.io/a",
            "user@ghcr.io/a",
            "ghcr.io:x/a",
            "127.1:5000/a",
            "ghcr.io/../a",
            "ghcr.io/a b",
            "ghcr.io/a\n",
            "a@sha256:0",
            "ghcr.io//a",
            &format!("ghcr.io/{}", "a/".repeat(1000)),
        ] {
            assert_eq!(text.parse::<Image>(), Err(Invalid), "{text:?}");
        }
    }
}
