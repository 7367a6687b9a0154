//! What somebody asks to be copied, checked against the operator's list of registries.

use super::platform;
use crate::oci::{Name, Platform, Tag};
use crate::upstream::{Allowed, Image, Origin};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most platforms of one order.
const MAX_PLATFORMS: usize = 32;
/// The longest name and password of an account elsewhere, in bytes: tokens of some kilobytes are
/// used as passwords.
const MAX_CREDENTIAL_BYTES: usize = 16 * 1024;

/// The body of a request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    source: String,
    target: String,
    username: Option<String>,
    password: Option<String>,
    #[serde(default)]
    platforms: Vec<String>,
}

/// A name and a password at the source. They are written where the import rests, and nowhere else.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// The account.
    pub username: String,
    /// Its password or token.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// What is to be copied, and to where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The image elsewhere.
    pub source: Image,
    /// Where its registry is asked.
    pub origin: Origin,
    /// The repository here.
    pub target: Name,
    /// The tag here; without one it is stored by its digest only.
    pub tag: Option<Tag>,
    /// Which images of an index are copied; all where none is named.
    pub platforms: Vec<Platform>,
}

/// Why an order is not taken. What was sent is never repeated where it could be a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The body is no such object.
    #[error(
        "the body must be an object with the texts 'source' and 'target', and if need be \
         'username', 'password' and a list 'platforms' (line {line}, column {column})"
    )]
    Json {
        /// Where it stops to be one.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// The source is no reference.
    #[error("'source': {0}")]
    Source(#[from] crate::upstream::image::Invalid),
    /// The target is no reference.
    #[error("'target' is written NAME:TAG, without a host")]
    Target,
    /// A platform is none.
    #[error("'platforms' has up to {MAX_PLATFORMS} entries like linux/amd64 or linux/arm/v7")]
    Platforms,
    /// A name without a password, the other way round, or one that cannot be sent.
    #[error("'username' and 'password' go together, and no colon stands in a user name")]
    Credentials,
    /// The operator has not listed the registry.
    #[error(
        "images are not imported from {0}; the operator's setting IMPORT_FROM lists the registries \
         that may be read"
    )]
    NotAllowed(String),
}

impl Order {
    /// Reads the body of a request.
    pub fn parse(body: &[u8], allowed: &Allowed) -> Result<(Self, Option<Credentials>), Invalid> {
        let asked: Asked = serde_json::from_slice(body)
            .map_err(|error| Invalid::Json { line: error.line(), column: error.column() })?;
        let source: Image = asked.source.trim().parse()?;
        let (target, tag) = target(asked.target.trim()).ok_or(Invalid::Target)?;
        if asked.platforms.len() > MAX_PLATFORMS {
            return Err(Invalid::Platforms);
        }
        let platforms = asked.platforms.iter().map(|text| platform::parse(text));
        let platforms: Option<Vec<Platform>> = platforms.collect();
        let platforms = platforms.ok_or(Invalid::Platforms)?;
        let credentials = credentials(asked.username, asked.password)?;
        let origin = allowed.origin(&source);
        let origin = origin.ok_or_else(|| Invalid::NotAllowed(source.registry.clone()))?;
        let named = source.tag.clone();
        let latest = || source.digest.is_none().then(|| "latest".parse().ok()).flatten();
        let tag = tag.or(named).or_else(latest);
        Ok((Self { source, origin, target, tag, platforms }, credentials))
    }

    /// The target as people write it.
    pub fn target(&self) -> String {
        match &self.tag {
            Some(tag) => format!("{}:{tag}", self.target),
            None => self.target.to_string(),
        }
    }
}

fn target(text: &str) -> Option<(Name, Option<Tag>)> {
    Some(match text.split_once(':') {
        Some((name, tag)) => (name.parse().ok()?, Some(tag.parse().ok()?)),
        None => (text.parse().ok()?, None),
    })
}

fn credentials(
    username: Option<String>,
    password: Option<String>,
) -> Result<Option<Credentials>, Invalid> {
    match (username, password) {
        (None, None) => Ok(None),
        (Some(username), Some(password))
            if !username.is_empty()
                && !username.contains(':')
                && username.len() + password.len() <= MAX_CREDENTIAL_BYTES =>
        {
            Ok(Some(Credentials { username, password }))
        }
        _ => Err(Invalid::Credentials),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::allowed;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn parse(body: &str) -> Result<(Order, Option<Credentials>), Invalid> {
        Order::parse(body.as_bytes(), &Allowed::parse(allowed::DEFAULT))
    }

    fn target_of(source: &str, target: &str) -> String {
        let body = format!(r#"{{"source":"{source}","target":"{target}"}}"#);
        parse(&body).unwrap().0.target()
    }

    #[test]
    fn the_targets_tag_is_its_own_or_that_of_the_source() {
        assert_eq!(target_of("alpine:3.20", "acme/alpine"), "acme/alpine:3.20");
        assert_eq!(target_of("alpine:3.20", "acme/alpine:x"), "acme/alpine:x");
        assert_eq!(target_of("alpine", "acme/alpine"), "acme/alpine:latest");
        assert_eq!(target_of(&format!("alpine@{DIGEST}"), "acme/alpine"), "acme/alpine");
        assert_eq!(target_of(&format!("alpine@{DIGEST}"), "acme/alpine:1"), "acme/alpine:1");
        assert_eq!(target_of(&format!("alpine:2@{DIGEST}"), "acme/alpine"), "acme/alpine:2");
    }

    #[test]
    fn an_order_is_read_with_all_that_it_may_have() {
        let (order, credentials) = parse(
            r#"{"source":"ghcr.io/a/b:1","target":"c/d","username":"me","password":"a:b",
                "platforms":["linux/amd64","linux/arm64/v8"]}"#,
        )
        .unwrap();
        assert_eq!(order.origin.to_string(), "https://ghcr.io");
        assert_eq!(order.platforms.len(), 2);
        assert_eq!(credentials.as_ref().map(|c| c.password.as_str()), Some("a:b"));
        assert_eq!(format!("{credentials:?}"), "Some(Credentials(…))");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let with = |more: &str| format!(r#"{{"source":"alpine","target":"a/b"{more}}}"#);
        for (body, expected) in [
            (r#"{"source":"A","target":"a/b"}"#.to_owned(), "'source'"),
            (r#"{"source":"alpine","target":"h.example:80/a"}"#.to_owned(), "'target'"),
            (r#"{"source":"alpine","target":"A"}"#.to_owned(), "'target'"),
            (r#"{"source":"evil.example/a","target":"a/b"}"#.to_owned(), "IMPORT_FROM"),
            (r#"{"source":"127.0.0.1:22/a","target":"a/b"}"#.to_owned(), "IMPORT_FROM"),
            (with(r#","username":"me""#), "go together"),
            (with(r#","password":"x""#), "go together"),
            (with(r#","username":"a:b","password":"x""#), "colon"),
            (with(r#","platforms":["linux"]"#), "'platforms'"),
            (with(r#","platforms":["a/b/c/d"]"#), "'platforms'"),
            (with(r#","more":1"#), "must be an object"),
            (String::new(), "must be an object"),
            ("[]".to_owned(), "must be an object"),
        ] {
            let refused = parse(&body).unwrap_err().to_string();
            assert!(refused.contains(expected), "{body}: {refused}");
        }
        let many = format!(r#","platforms":[{}"a/b"]"#, r#""a/b","#.repeat(40));
        assert_eq!(parse(&with(&many)).unwrap_err(), Invalid::Platforms);
    }

    #[test]
    fn a_refusal_never_repeats_a_password() {
        let body = r#"{"source":"alpine","target":"a/b","username":"me","password":[123456]}"#;
        let refused = parse(body).unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("123456"));
    }
}
