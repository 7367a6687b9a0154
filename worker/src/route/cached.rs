//! The calls whose names are another registry's, by a rule.

use super::{Error, Url, is_api};
use roadstead_shared::auth::Action;
use roadstead_shared::oci::Name;
use roadstead_shared::oci::path::ROOT;
use roadstead_shared::oci::query::{Query, encode};
use roadstead_shared::operation::{Cached, Operation, Page, Right, Wanted};
use roadstead_shared::upstream::{Located, Place, Rules};

/// The parameter in which clients say whose names they use.
const NAMESPACE: &str = "ns";

/// What a URL says of where its name is.
pub(super) fn place(url: &Url, rules: &Rules) -> Place {
    rules.place(&url.host, &url.path, Query::parse(&url.query).get(NAMESPACE))
}

/// The registry that the URL of something that is read names with `?ns=`, in its own words, where a
/// rule is about it.
pub fn registry_asked(method: &str, url: &Url, rules: &Rules) -> Option<String> {
    let is_read = matches!(method, "GET" | "HEAD") && !url.query.is_empty() && !is_api(&url.path);
    let query = is_read.then(|| Query::parse(&url.query))?;
    query.get(NAMESPACE).filter(|ns| rules.by_host(ns).is_some()).map(str::to_owned)
}

/// A link to the next part of a list, as it must be for whoever asked for `url`: what leads to the
/// rule is there again. `None` where it leads there as it is.
pub fn next_from(url: &Url, link: &str, rules: &Rules) -> Option<String> {
    let (target, rest) = link.strip_prefix('<')?.split_once('>')?;
    let path = target.starts_with(ROOT).then_some(target)?;
    let mirror = rules.is_mirror(&url.path).then(|| url.path.split('/').nth(1)).flatten();
    let front = mirror.map(|prefix| format!("/{prefix}")).unwrap_or_default();
    let ns = registry_asked("GET", url, rules);
    let ns = ns.map(|ns| format!("&{NAMESPACE}={}", encode(&ns))).unwrap_or_default();
    let is_same = front.is_empty() && ns.is_empty();
    (!is_same).then(|| format!("<{front}{path}{ns}>{rest}"))
}

/// Whether a path is `/v2/PREFIX/`: what a client asks first that has the prefix in its address.
pub(super) fn is_root(path: &str, rules: &Rules) -> bool {
    let prefix = path.strip_prefix(ROOT).map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    prefix.is_some_and(|prefix| rules.by_prefix(prefix).is_some())
}

/// The call that is meant: `operation` itself, or one about the repository of another registry.
pub(super) fn locate(
    operation: Operation,
    place: &Place,
    rules: &Rules,
) -> Result<Operation, Error> {
    let Some(name) = read_from(&operation) else { return refuse(operation, place, rules) };
    match rules.locate(place, name.as_str())? {
        Located::Here => Ok(operation),
        Located::Nowhere => Err(Error::Stranger),
        Located::There { asked, target } => {
            let wanted = wanted(&operation);
            Ok(wanted
                .map_or(operation, |wanted| Operation::Cached(Cached { asked, target, wanted })))
        }
    }
}

/// Refuses what writes where names are another registry's.
pub(super) fn refuse(
    operation: Operation,
    place: &Place,
    rules: &Rules,
) -> Result<Operation, Error> {
    if let Some(name) = written(&operation) {
        rules.keeps(place, name.as_str())?;
    }
    Ok(operation)
}

/// The call that is left where `operation` finds nothing that is published here: by the rule for the
/// root, where there is one and the URL names no registry.
pub fn fall_back(operation: &Operation, url: &Url, rules: &Rules) -> Option<Cached> {
    rules.default_rule()?;
    let name = read_from(operation)?;
    let (asked, target) = (name.clone(), rules.fall_back(&place(url, rules), name)?);
    Some(Cached { asked, target, wanted: wanted(operation)? })
}

/// The repository that is read by a call of the registry's API.
fn read_from(operation: &Operation) -> Option<&Name> {
    match operation {
        Operation::PullManifest { name, .. }
        | Operation::PullBlob { name, .. }
        | Operation::ListTags { name, .. }
        | Operation::ListReferrers { name, .. } => Some(name),
        _ => None,
    }
}

fn wanted(operation: &Operation) -> Option<Wanted> {
    Some(match operation.clone() {
        Operation::PullManifest { reference, head, .. } => Wanted::Manifest { reference, head },
        Operation::PullBlob { digest, head, .. } => Wanted::Blob { digest, head },
        Operation::ListTags { n, last, .. } => Wanted::Tags { n, last },
        Operation::ListReferrers { subject, artifact_type, page, .. } => {
            let page: Page = page;
            Wanted::Referrers { subject, artifact_type, page }
        }
        _ => return None,
    })
}

/// The repository that a call writes, or decides about. What a call needs says so.
fn written(operation: &Operation) -> Option<Name> {
    match operation.needs() {
        Right::Repository(access) => {
            let writes = [Action::Push, Action::Delete];
            writes.iter().any(|action| access.actions.contains(action)).then_some(access.name)
        }
        Right::Token | Right::Operator | Right::Public | Right::Account | Right::Anyone => None,
    }
}
