//! Where an image goes: `HOST/NAME[:TAG]`, as `docker push` takes it.

use crate::host::{self, Host};
use roadstead_shared::oci::{Name, Tag, name, tag};
use std::fmt;

/// The tag where none is written, as with every client.
const DEFAULT_TAG: &str = "latest";

/// A tag of a repository on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The registry.
    pub(crate) host: Host,
    /// The repository.
    pub(crate) name: Name,
    /// The name that will point at the image.
    pub(crate) tag: Tag,
}

/// Why a text is no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Invalid {
    /// There is no host in front: docker would mean Docker Hub, this program means nobody.
    #[error("'{0}' names no host: write HOST/NAME:TAG, as in registry.example/acme/app:1.0")]
    NoHost(String),
    /// The part before the first slash is no host.
    #[error(transparent)]
    Host(#[from] host::Invalid),
    /// The repository's name breaks the grammar.
    #[error("'{0}': {1}")]
    Name(String, name::Invalid),
    /// The tag breaks the grammar.
    #[error("'{0}': {1}")]
    Tag(String, tag::Invalid),
    /// What is pushed has the digest that it has.
    #[error("'{0}' names a digest: an image is pushed under a tag, and the digest comes out")]
    Digest(String),
}

impl Target {
    /// Reads `HOST/NAME[:TAG]`. The first part is a host if it has a dot or a colon or is
    /// `localhost`, as docker decides it. `insecure` as for [`Host::parse`].
    pub(crate) fn parse(text: &str, insecure: bool) -> Result<Self, Invalid> {
        let no_host = || Invalid::NoHost(text.to_owned());
        let (host, rest) = text.split_once('/').ok_or_else(no_host)?;
        if !host.contains(['.', ':']) && !host.eq_ignore_ascii_case("localhost") {
            return Err(no_host());
        }
        let host = Host::parse(host, insecure)?;
        if rest.contains('@') {
            return Err(Invalid::Digest(text.to_owned()));
        }
        let (name, tag) = rest.split_once(':').unwrap_or((rest, DEFAULT_TAG));
        Ok(Self {
            host,
            name: name.parse().map_err(|why| Invalid::Name(text.to_owned(), why))?,
            tag: tag.parse().map_err(|why| Invalid::Tag(text.to_owned(), why))?,
        })
    }

    /// `NAME:TAG`, without the host.
    pub(crate) fn image(&self) -> String {
        format!("{}:{}", self.name, self.tag)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:{}", self.host, self.name, self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_name_and_tag_are_told_apart() {
        for (text, expected) in [
            ("registry.example/acme/app:1.0", "registry.example/acme/app:1.0"),
            ("127.0.0.1:8787/app", "127.0.0.1:8787/app:latest"),
            ("localhost/a/b/c:x", "localhost/a/b/c:x"),
            ("[::1]:80/app:x", "[::1]:80/app:x"),
        ] {
            assert_eq!(Target::parse(text, false).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_docker_would_send_elsewhere_is_refused() {
        for text in ["alpine", "acme/app:1", "", "/app", "app:1"] {
            assert!(matches!(Target::parse(text, false), Err(Invalid::NoHost(_))), "{text}");
        }
    }

    #[test]
    fn each_part_has_its_grammar() {
        let parse = |text| Target::parse(text, false);
        assert!(matches!(parse("a.example/App:1"), Err(Invalid::Name(..))));
        assert!(matches!(parse("a.example/"), Err(Invalid::Name(..))));
        assert!(matches!(parse("a.example/app:"), Err(Invalid::Tag(..))));
        assert!(matches!(parse("a.example/app:a:b"), Err(Invalid::Tag(..))));
        assert!(matches!(parse("a_b.example/app"), Err(Invalid::Host(_))));
        assert!(matches!(parse("a.example/app@sha256:00"), Err(Invalid::Digest(_))));
    }
}
