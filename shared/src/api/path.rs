//! The grammar of the API's own URLs. Names of repositories are read as in the registry's API:
//! split first, decoded a segment at a time, the words of the API at the end. A repository whose
//! last part is such a word is written with an encoded slash: `acme%2Fdeleted`.

mod account;
mod issuer;

pub use account::AccountPath;
pub use issuer::{IssuerPath, SIGN_IN, callback};

use crate::oci::path::{Invalid, decode};

/// Where the API begins.
pub const ROOT: &str = "/api/v1/";

/// A path of the API, split but with its parts not yet checked, except that they are text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// `/api/v1/repositories/<name>`: what its owner decided.
    Repository(String),
    /// `/api/v1/repositories/<name>/deleted`: what can be restored.
    Deleted(String),
    /// `/api/v1/repositories/<name>/restore`
    Restore(String),
    /// `/api/v1/admin/sweep`: collect what is due, now.
    Sweep,
    /// `/api/v1/admin/rebuild`: make the index for people anew.
    Rebuild,
    /// `/api/v1/admin/status`: how this isolate is.
    Status,
    /// `/api/v1/admin/storage/<namespace>`: what a namespace keeps.
    Storage(String),
    /// `/api/v1/admin/takedowns`: what is taken down.
    Takedowns,
    /// `/api/v1/admin/takedowns/<name>`: a repository that is taken down, or put back.
    Takedown(String),
    /// `/api/v1/import`: copy an image from another registry.
    Imports,
    /// `/api/v1/import/<id>`: where that stands.
    Import(String),
    /// About people.
    Account(AccountPath),
    /// About what was pulled.
    Metering(MeteringPath),
    /// About identity providers.
    Issuer(IssuerPath),
    /// About what is cached.
    Upstreams(UpstreamsPath),
}

/// A path about what was pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeteringPath {
    /// `/api/v1/usage`: where the caller stands.
    Usage,
    /// `/api/v1/admin/networks`: those without a limit.
    Networks,
}

/// A path about what is cached of other registries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamsPath {
    /// `/api/v1/upstreams`: how each rule stands.
    Upstreams,
    /// `/api/v1/cache/purge`: forget something.
    Purge,
    /// `/api/v1/cache/refresh`: look at tags anew.
    Refresh,
    /// `/metrics`, where Prometheus looks by itself.
    Metrics,
}

/// Where Prometheus looks by itself.
pub const METRICS: &str = "/metrics";

/// The path of an import.
pub fn import(id: &str) -> String {
    format!("{ROOT}import/{id}")
}

/// Splits the path of a URL.
pub fn split(path: &str) -> Result<Path, Invalid> {
    if path == METRICS {
        return Ok(Path::Upstreams(UpstreamsPath::Metrics));
    }
    let rest = path.strip_prefix(ROOT).ok_or(Invalid::NoSuchEndpoint)?;
    let segments: Option<Vec<String>> = rest.split('/').map(decode).collect();
    let segments = segments.ok_or(Invalid::Encoding)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    Ok(match segments.as_slice() {
        ["admin", "sweep"] => Path::Sweep,
        ["admin", "rebuild"] => Path::Rebuild,
        ["admin", "status"] => Path::Status,
        ["upstreams"] => Path::Upstreams(UpstreamsPath::Upstreams),
        ["cache", "purge"] => Path::Upstreams(UpstreamsPath::Purge),
        ["cache", "refresh"] => Path::Upstreams(UpstreamsPath::Refresh),
        ["usage"] => Path::Metering(MeteringPath::Usage),
        ["admin", "networks"] => Path::Metering(MeteringPath::Networks),
        ["admin", "storage", namespace] => Path::Storage((*namespace).to_owned()),
        ["admin", "takedowns"] => Path::Takedowns,
        ["admin", "takedowns", name @ ..] => Path::Takedown(name.join("/")),
        ["import"] => Path::Imports,
        ["import", id] if !id.is_empty() => Path::Import((*id).to_owned()),
        ["repositories", name @ .., "deleted"] if !name.is_empty() => Path::Deleted(name.join("/")),
        ["repositories", name @ .., "restore"] if !name.is_empty() => Path::Restore(name.join("/")),
        ["repositories", name @ ..] if !name.is_empty() => Path::Repository(name.join("/")),
        other => {
            let account = account::split(other).map(Path::Account);
            let found = account.or_else(|| issuer::split(other).map(Path::Issuer));
            found.ok_or(Invalid::NoSuchEndpoint)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_split_from_its_end() {
        let own = str::to_owned;
        for (path, expected) in [
            ("/api/v1/repositories/a/b", Ok(Path::Repository(own("a/b")))),
            ("/api/v1/repositories/a/b/deleted", Ok(Path::Deleted(own("a/b")))),
            ("/api/v1/repositories/a%2Fdeleted", Ok(Path::Repository(own("a/deleted")))),
            ("/api/v1/repositories/deleted", Ok(Path::Repository(own("deleted")))),
            ("/api/v1/repositories/a/restore", Ok(Path::Restore(own("a")))),
            ("/api/v1/admin/sweep", Ok(Path::Sweep)),
            ("/api/v1/admin/rebuild", Ok(Path::Rebuild)),
            ("/api/v1/admin/status", Ok(Path::Status)),
            ("/api/v1/upstreams", Ok(Path::Upstreams(UpstreamsPath::Upstreams))),
            ("/api/v1/cache/purge", Ok(Path::Upstreams(UpstreamsPath::Purge))),
            ("/api/v1/cache/refresh", Ok(Path::Upstreams(UpstreamsPath::Refresh))),
            ("/api/v1/cache", Err(Invalid::NoSuchEndpoint)),
            ("/metrics", Ok(Path::Upstreams(UpstreamsPath::Metrics))),
            ("/metrics/", Err(Invalid::NoSuchEndpoint)),
            ("/api/v1/usage", Ok(Path::Metering(MeteringPath::Usage))),
            ("/api/v1/admin/networks", Ok(Path::Metering(MeteringPath::Networks))),
            ("/api/v1/admin/storage/acme", Ok(Path::Storage(own("acme")))),
            ("/api/v1/admin/storage/acme/x", Err(Invalid::NoSuchEndpoint)),
            ("/api/v1/admin/takedowns", Ok(Path::Takedowns)),
            ("/api/v1/admin/takedowns/a/b", Ok(Path::Takedown(own("a/b")))),
            ("/api/v1/import", Ok(Path::Imports)),
            ("/api/v1/import/0f", Ok(Path::Import(own("0f")))),
            ("/api/v1/import/", Err(Invalid::NoSuchEndpoint)),
            ("/api/v1/account", Ok(Path::Account(AccountPath::Account))),
            (
                "/api/v1/namespaces/a/members/b",
                Ok(Path::Account(AccountPath::Member(own("a"), own("b")))),
            ),
            ("/api/v1/trust", Ok(Path::Issuer(IssuerPath::Trust))),
            ("/api/v1/sign-in/a", Ok(Path::Issuer(IssuerPath::SignIn(own("a"))))),
            (
                "/api/v1/namespaces/a/publishers/b",
                Ok(Path::Issuer(IssuerPath::Publisher(own("a"), own("b")))),
            ),
            ("/api/v1/account/tokens/a/b", Err(Invalid::NoSuchEndpoint)),
            ("/api/v1/import/a/b", Err(Invalid::NoSuchEndpoint)),
            ("/api/v1/repositories", Err(Invalid::NoSuchEndpoint)),
            ("/api/v1/admin", Err(Invalid::NoSuchEndpoint)),
            ("/api/v2/admin/sweep", Err(Invalid::NoSuchEndpoint)),
            ("/api/v1/repositories/%zz", Err(Invalid::Encoding)),
        ] {
            assert_eq!(split(path), expected, "{path}");
        }
    }
}
