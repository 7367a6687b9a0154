//! Which registries may be read: the operator's list, and nothing beside it.

use super::image::DOCKER;
use super::{Image, Origin, Url};

/// The registries that are read where nothing else is set.
pub const DEFAULT: &str = "docker.io,ghcr.io,quay.io,registry.k8s.io,public.ecr.aws,gcr.io,\
                           mcr.microsoft.com,registry.gitlab.com";

/// Where Docker's registry answers: not under its name.
const DOCKER_HOST: &str = "registry-1.docker.io";

/// A list of registries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed(Vec<Origin>);

impl Allowed {
    /// Reads a list of hosts, separated by commas. A host alone is asked by HTTPS; one with a scheme
    /// is that very origin, also in plain HTTP. What is neither allows nothing.
    pub fn parse(list: &str) -> Self {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        Self(entries.filter_map(entry).collect())
    }

    /// Where the registry of `image` is asked; `None` where it is not on the list.
    pub fn origin(&self, image: &Image) -> Option<Origin> {
        // The safe way first, where both are on the list.
        let ways = [true, false].into_iter();
        let mut origins = ways.filter_map(|secure| Origin::parse(secure, &image.registry));
        let origin = origins.find(|origin| self.0.contains(origin))?;
        if origin.secure && origin.authority() == DOCKER {
            return Origin::parse(true, DOCKER_HOST);
        }
        Some(origin)
    }
}

fn entry(text: &str) -> Option<Origin> {
    if !text.contains("://") {
        return Origin::parse(true, text);
    }
    Url::parse(text).filter(|url| url.target == "/").map(|url| url.origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(list: &str, image: &str) -> Option<String> {
        let origin = Allowed::parse(list).origin(&image.parse().unwrap());
        origin.map(|origin| origin.to_string())
    }

    #[test]
    fn what_is_on_the_list_may_be_read() {
        for (image, expected) in [
            ("alpine", "https://registry-1.docker.io"),
            ("index.docker.io/acme/a", "https://registry-1.docker.io"),
            ("ghcr.io/a/b", "https://ghcr.io"),
            ("ghcr.io:443/a/b", "https://ghcr.io"),
            ("mcr.microsoft.com/a", "https://mcr.microsoft.com"),
        ] {
            assert_eq!(origin(DEFAULT, image).as_deref(), Some(expected), "{image}");
        }
    }

    #[test]
    fn nothing_else_may() {
        for image in [
            "evil.example/a",
            "ghcr.io.evil.example/a",
            "a.ghcr.io/a",
            "ghcr.io:5000/a",
            "localhost/a",
            "127.0.0.1:5000/a",
            "169.254.169.254/latest",
            "[::1]/a",
            "auth.docker.io/a",
        ] {
            assert_eq!(origin(DEFAULT, image), None, "{image}");
            assert_eq!(origin("", image), None, "{image}");
        }
    }

    #[test]
    fn an_entry_with_a_scheme_is_that_very_origin() {
        let list = " http://127.0.0.1:5000 , https://r.example:8443/, r.example, http://r.example";
        assert_eq!(origin(list, "127.0.0.1:5000/a").as_deref(), Some("http://127.0.0.1:5000"));
        assert_eq!(origin(list, "127.0.0.1:5001/a"), None);
        assert_eq!(origin(list, "127.0.0.1/a"), None);
        assert_eq!(origin(list, "r.example:8443/a").as_deref(), Some("https://r.example:8443"));
        assert_eq!(origin(list, "r.example/a").as_deref(), Some("https://r.example"));
        assert_eq!(
            origin("http://r.example", "r.example:80/a").as_deref(),
            Some("http://r.example")
        );
    }

    #[test]
    fn an_entry_that_is_none_allows_nothing() {
        for list in
            ["*", "http://", "ftp://r.example", "r.example/a", "http://r.example/a", "a b", ","]
        {
            assert_eq!(Allowed::parse(list), Allowed(Vec::new()), "{list}");
        }
    }
}
