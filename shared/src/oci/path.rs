//! The grammar of the registry's URLs, once: what the edge splits, clients of it build.
//! distribution-spec 1.1, "Endpoints" (`end-1` to `end-13`).
//!
//! A name may have any number of slashes, even `blobs/uploads` in it, so a path is read from its
//! end. Percent-encoding is undone a segment at a time, after splitting: an encoded slash stays
//! inside its segment and then breaks the name's grammar, so it can never move a boundary.

use super::Name;

/// Where the registry's API begins.
pub const ROOT: &str = "/v2/";

/// A path of the API, split but with its parts not yet checked, except that they are text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// `/v2/`: `end-1`.
    Root,
    /// `/v2/<name>/manifests/<reference>`: `end-3`, `end-7`, `end-9`.
    Manifest(String, String),
    /// `/v2/<name>/blobs/<digest>`: `end-2`, `end-10`.
    Blob(String, String),
    /// `/v2/<name>/blobs/uploads/`: `end-4`, `end-11`.
    Uploads(String),
    /// `/v2/<name>/blobs/uploads/<id>`: `end-5`, `end-6`, `end-13`.
    Upload(String, String),
    /// `/v2/<name>/tags/list`: `end-8`.
    Tags(String),
    /// `/v2/<name>/referrers/<digest>`: `end-12`.
    Referrers(String, String),
}

/// Why a path is none of the API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The API has nothing of that shape.
    #[error("there is no such endpoint")]
    NoSuchEndpoint,
    /// Its percent-encoding is malformed or no UTF-8.
    #[error("the path's percent-encoding is malformed")]
    Encoding,
}

/// Splits the path of a URL.
pub fn split(path: &str) -> Result<Path, Invalid> {
    if path == ROOT || path == "/v2" {
        return Ok(Path::Root);
    }
    let rest = path.strip_prefix(ROOT).ok_or(Invalid::NoSuchEndpoint)?;
    let segments: Option<Vec<String>> = rest.split('/').map(decode).collect();
    let segments = segments.ok_or(Invalid::Encoding)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let own = str::to_owned;
    Ok(match segments.as_slice() {
        [name @ .., "blobs", "uploads", ""] => Path::Uploads(name.join("/")),
        [name @ .., "tags", "list"] => Path::Tags(name.join("/")),
        [name @ .., "blobs", "uploads", id] => Path::Upload(name.join("/"), own(id)),
        [name @ .., "blobs", "uploads"] if !name.is_empty() => Path::Uploads(name.join("/")),
        [name @ .., "manifests", reference] => Path::Manifest(name.join("/"), own(reference)),
        [name @ .., "blobs", digest] => Path::Blob(name.join("/"), own(digest)),
        [name @ .., "referrers", digest] => Path::Referrers(name.join("/"), own(digest)),
        _ => return Err(Invalid::NoSuchEndpoint),
    })
}

/// Undoes percent-encoding; `None` where it is malformed or no UTF-8.
pub fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high << 4 | low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The path of an upload, as `Location` gives it: absolute, without percent-encoding, since some
/// clients use the decoded path.
pub fn upload(name: &Name, id: &str) -> String {
    format!("{ROOT}{name}/blobs/uploads/{id}")
}

/// The path of a blob.
pub fn blob(name: &Name, digest: &super::Digest) -> String {
    format!("{ROOT}{name}/blobs/{digest}")
}

/// The path of a manifest.
pub fn manifest(name: &Name, reference: &super::Reference) -> String {
    format!("{ROOT}{name}/manifests/{reference}")
}

/// The path of a list of referrers.
pub fn referrers(name: &Name, subject: &super::Digest) -> String {
    format!("{ROOT}{name}/referrers/{subject}")
}

/// The path of a tag list.
pub fn tags(name: &Name) -> String {
    format!("{ROOT}{name}/tags/list")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn every_end_point_is_split_from_its_end() {
        for (path, expected) in [
            ("/v2", Ok(Path::Root)),
            ("/v2/", Ok(Path::Root)),
            ("/v2/a/manifests/latest", Ok(Path::Manifest(s("a"), s("latest")))),
            ("/v2/a/b/c/blobs/sha256:0", Ok(Path::Blob(s("a/b/c"), s("sha256:0")))),
            ("/v2/a/b/blobs/uploads/", Ok(Path::Uploads(s("a/b")))),
            ("/v2/a/b/blobs/uploads", Ok(Path::Uploads(s("a/b")))),
            ("/v2/a/blobs/uploads/0f", Ok(Path::Upload(s("a"), s("0f")))),
            ("/v2/a/tags/list", Ok(Path::Tags(s("a")))),
            ("/v2/a/referrers/sha256:0", Ok(Path::Referrers(s("a"), s("sha256:0")))),
            ("/v2/a/blobs/uploads/tags/list", Ok(Path::Tags(s("a/blobs/uploads")))),
            (
                "/v2/manifests/manifests/manifests",
                Ok(Path::Manifest(s("manifests"), s("manifests"))),
            ),
            ("/v2/_catalog", Err(Invalid::NoSuchEndpoint)),
            ("/v2/a", Err(Invalid::NoSuchEndpoint)),
            ("/v2/a/tags/other", Err(Invalid::NoSuchEndpoint)),
            ("/v1/", Err(Invalid::NoSuchEndpoint)),
            ("/v22/", Err(Invalid::NoSuchEndpoint)),
        ] {
            assert_eq!(split(path), expected, "{path}");
        }
    }

    #[test]
    fn an_encoded_slash_moves_no_boundary() {
        assert_eq!(split("/v2/a%2Fb/tags/list"), Ok(Path::Tags(s("a/b"))));
        assert_eq!(split("/v2/a/manifests/b%2Fc"), Ok(Path::Manifest(s("a"), s("b/c"))));
        assert_eq!(split("/v2/a/tags%2Flist"), Err(Invalid::NoSuchEndpoint));
    }

    #[test]
    fn an_encoded_colon_is_a_colon() {
        assert_eq!(split("/v2/a/blobs/sha256%3A0"), Ok(Path::Blob(s("a"), s("sha256:0"))));
    }

    #[test]
    fn malformed_encoding_has_no_shape() {
        for path in [
            "/v2/a%/tags/list",
            "/v2/a%2/tags/list",
            "/v2/%zz/tags/list",
            "/v2/%ff/tags/list",
            "/v2/%+1/tags/list",
        ] {
            assert_eq!(split(path), Err(Invalid::Encoding), "{path}");
        }
    }
}
