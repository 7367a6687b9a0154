//! What a registry was asked.

/// A request, as it came, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which listener: `registry`, `token`, `blobs` or `foreign`.
    pub at: &'static str,
    /// `GET` or `HEAD`.
    pub method: String,
    /// The path.
    pub path: String,
    /// `Authorization`, if there was one.
    pub authorization: Option<String>,
    /// `Range`, if there was one.
    pub range: Option<String>,
    /// The status of the answer; 0 where there was none.
    pub status: u16,
}

impl Seen {
    /// What it was about: `manifests`, `blobs`, `tags`, `referrers` or `token`.
    pub fn kind(&self) -> &str {
        if self.at == "token" {
            return "token";
        }
        let (_, kind, _) = parts(&self.path);
        kind
    }

    /// Whether it was answered where it was asked: neither a demand for a token nor a redirect.
    pub fn is_answered(&self) -> bool {
        self.status != 401 && !(301..=308).contains(&self.status) || self.status == 304
    }
}

/// The repository, the kind and what is behind it, of a path below `/v2/`. A name may have any of
/// these words in it.
pub(super) fn parts(path: &str) -> (&str, &str, &str) {
    let rest = path.strip_prefix("/v2/").unwrap_or_default();
    let mut parts = rest.rsplitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(reference), Some(kind), Some(name)) => (name, kind, reference),
        _ => (rest, "", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_path_is_a_name_a_kind_and_the_rest() {
        assert_eq!(parts("/v2/a/b/manifests/1"), ("a/b", "manifests", "1"));
        assert_eq!(parts("/v2/a/tags/list"), ("a", "tags", "list"));
        assert_eq!(parts("/v2/a/referrers/sha256:0"), ("a", "referrers", "sha256:0"));
        assert_eq!(parts("/v2/a/tags/b/tags/list"), ("a/tags/b", "tags", "list"));
        assert_eq!(parts("/v2/"), ("", "", ""));
    }
}
